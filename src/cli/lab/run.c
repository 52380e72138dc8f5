/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit lab run: a command that finds the lab where it looks for libvirt. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

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

/* Does not return when it succeeds: the process becomes the command. */
static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(lab_status_clear) struct lab_status status = { 0 };
    OWN(own_free) char **argv = calloc(call->n_args + 1, sizeof *argv);

    if (argv == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for the command");
    }
    memcpy(argv, call->args, call->n_args * sizeof *argv);
    if (!lab_status_read(o->dir, &status, err)) {
        return false;
    }
    if (status.state != LAB_RUNNING) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no lab runs in '%s'; 'sevkit lab start' starts one",
                         status.dir);
    }
    signal(SIGPIPE, SIG_DFL); /* the command gets what every command gets */
    signal(SIGXFSZ, SIG_DFL);
    return lab_run(&status, o->inside, argv, err);
}

const struct verb verb_lab_run = {
    .noun = "lab",
    .verb = "run",
    .summary = "run a command whose libvirt is the lab's",
    .args = "-- COMMAND...",
    .min_args = 1,
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct options),
    .run = run,
};
