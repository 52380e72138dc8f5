/* SPDX-License-Identifier: Apache-2.0 */
/* Mends the XML of a domain, and touches nothing else of it. */
#ifndef SEVKIT_VIRT_LINT_FIX_H
#define SEVKIT_VIRT_LINT_FIX_H

#include "virt/lint.h"

/*
 * The text is edited, not written anew: bytes that no mend is about stay as
 * they are, comments, order, white space, entities and encoding included. What
 * can't be mended without knowing what the owner wants (a device of the host,
 * an old guest, a used session) stays and is in the report of what is left.
 *
 * Mending what was mended changes nothing. Notes are left alone.
 */
struct lint_fixed {
    struct buf text;          /* the whole XML */
    size_t n_mended;          /* places */
    struct lint_report *left; /* the caller's: what is found in the new text */
};

void lint_fixed_clear(struct lint_fixed *fixed); /* also for OWN() */

/*
 * Mends TEXT by the rules as OPTIONS have them; a session there is written into
 * a domain that has another or none. SEVK_INPUT when TEXT is no domain, and
 * SEVK_REFUSED when its encoding is not one in which ASCII stands for itself
 * (UTF-16, for example).
 */
SEVK_MUST_CHECK bool lint_fix(const struct lint_options *options,
                              struct bytes text, const char *name,
                              struct lint_fixed *ret, struct sevk_error *err);

#endif
