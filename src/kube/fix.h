/* SPDX-License-Identifier: Apache-2.0 */
/* Mends a manifest's text, touching nothing else. */
#ifndef SEVKIT_KUBE_FIX_H
#define SEVKIT_KUBE_FIX_H

#include "kube/report.h"

/*
 * Mends what findings say can be mended (struct fix), one after the other,
 * each by one edit in the text, so that comments, order and style stay. After
 * each edit the text is parsed anew and compared: nothing but what was meant
 * may have changed, else it is left as it was. What is shared by an alias is
 * not touched. A second run finds nothing to do.
 *
 * *RET is the text, with or without changes; *RET_N how many there were.
 */
SEVK_MUST_CHECK bool kube_fix(struct bytes text, struct buf *ret, size_t *ret_n,
                              struct sevk_error *err);

/* fix_edit.c: the one edit of FIX in FILE's text. */
SEVK_MUST_CHECK bool fix_edit(const struct yaml_file *file,
                              const struct fix *fix, struct buf *ret,
                              struct sevk_error *err);

/* Is NEW what OLD becomes by FIX, and by nothing else? */
bool fix_only(const struct yaml_file *old, const struct yaml_file *new,
              const struct fix *fix);

#endif
