/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs for KubeVirt share. */
#ifndef SEVKIT_CLI_KUBE_H
#define SEVKIT_CLI_KUBE_H

#include "cli/out.h"
#include "kube/module.h"

/* The module of kube/module.h: cli/module.h. */
SEVK_MUST_CHECK bool kube_open(const struct kube_module **ret,
                               struct sevk_error *err);

/* Adds the findings of REPORT about FILE; an error makes the verdict "no". */
void kube_show(struct out *out, const char *file,
               const struct kube_report *report);

/* Makes the findings a SARIF log (cli/sarif.h), which is printed instead. */
SEVK_MUST_CHECK bool kube_sarif(struct out *out,
                                const struct kube_module *module,
                                struct sevk_error *err);

/* An out_drawer for them; "text", when there is one, is all that is drawn. */
void kube_draw(struct json_object *tree, bool colour, FILE *to);

/*
 * Where a new text goes: FILE, which must not exist; NULL: into the result as
 * "text", which is what standard output shows.
 */
SEVK_MUST_CHECK bool kube_put(struct out *out, const char *file,
                              const struct buf *text, struct sevk_error *err);

#endif
