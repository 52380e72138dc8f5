/* SPDX-License-Identifier: Apache-2.0 */
/* The names of other programs under which this one can be called. */
#include "cli/dropin.h"

#include <stdio.h>
#include <string.h>

#include <sevkit/error.h>

/*
 * The complete sevctl comes later. Saying so is better than a command that does
 * half of what its name promises.
 */
static int run_sevctl(char *const *argv, size_t n)
{
    fprintf(stderr,
            "sevctl: this stand-in does not know '%.40s' yet; 'sevkit --help' "
            "lists what sevkit does\n",
            n > 0 ? argv[0] : "");
    return SEVK_USAGE;
}

static const struct dropin dropins[] = {
    { "sevctl", run_sevctl },
    { "virt-qemu-sev-validate", dropin_validate },
};

const struct dropin *dropin_find(const char *argv0)
{
    const char *slash = strrchr(argv0, '/');
    const char *name = slash == NULL ? argv0 : slash + 1;

    for (size_t i = 0; i < sizeof dropins / sizeof dropins[0]; i++) {
        if (strcmp(dropins[i].name, name) == 0) {
            return &dropins[i];
        }
    }
    return NULL;
}
