/* SPDX-License-Identifier: Apache-2.0 */
/* The names of other programs under which this one can be called. */
#include "cli/dropin.h"

#include <string.h>

static const struct dropin dropins[] = {
    { "sevctl", dropin_sevctl },
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
