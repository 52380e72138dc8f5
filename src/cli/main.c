/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit: finds the verb, or the program that it was called as, and runs it. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/secret.h"
#include "cli/completion.h"
#include "cli/dropin.h"
#include "cli/verb.h"

/*
 * A closed standard descriptor would be given to the next file that is opened,
 * and messages would end up in it. What stands in for a closed one fails.
 */
static bool fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        int wrong_way = fd == 0 ? O_WRONLY : O_RDONLY;

        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", wrong_way) != fd) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    const struct dropin *dropin = argc > 0 ? dropin_find(argv[0]) : NULL;
    size_t n = argc > 0 ? (size_t)argc - 1 : 0;

    secret_harden_process();
    /* A reader that left, or a limit of files, is a failed write: killed, the
     * program would leave half of a session's files. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (!fill_standard_descriptors()) {
        return SEVK_HOST;
    }
    if (dropin != NULL) {
        return dropin->run(argv + 1, n);
    }
    if (n == 1 && strcmp(argv[1], "--version") == 0) {
        puts("sevkit " SEVKIT_VERSION);
        return verb_flush();
    }
    if (n == 2 && strcmp(argv[1], "completion") == 0) {
        return completion_main(argv[2]);
    }
    return verb_main(argv + (argc > 0 ? 1 : 0), n);
}
