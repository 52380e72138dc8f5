/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit lab shell: the user's shell, whose libvirt is the lab's. */
#include <signal.h>
#include <stdlib.h>

#include "base/own.h"
#include "cli/lab.h"
#include "cli/verb.h"

struct options {
    const char *dir;
    bool inside;
};

static const struct opt rows[] = {
    LAB_DIR_ROW(struct options, dir),
    { .name = "inside",
      .help = "among the lab's own files, as virt-install needs it",
      .set = opt_set_flag,
      .at = offsetof(struct options, inside) },
};

/* Does not return when it succeeds: the process becomes the shell. */
static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(lab_status_clear) struct lab_status status = { 0 };
    static char fallback[] = "/bin/sh";
    char *shell = getenv("SHELL");
    char *argv[] = { shell == NULL || shell[0] == '\0' ? fallback : shell,
                     NULL };

    if (!lab_status_read(o->dir, &status, err)) {
        return false;
    }
    if (status.state != LAB_RUNNING) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no lab runs in '%s'; 'sevkit lab start' starts one",
                         status.dir);
    }
    out_note(call->out,
             "libvirt is the lab's in '%s' until you leave this shell",
             status.dir);
    signal(SIGPIPE, SIG_DFL); /* the shell gets what every command gets */
    return lab_run(&status, o->inside, argv, err);
}

const struct verb verb_lab_shell = {
    .noun = "lab",
    .verb = "shell",
    .summary = "a shell whose libvirt is the lab's",
    VERB_OPTIONS(struct options),
    .run = run,
};
