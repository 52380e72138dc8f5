/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one of QEMU's options: "key=value,…" or a JSON object. */
#ifndef SEVKIT_QEMU_OPTVAL_H
#define SEVKIT_QEMU_OPTVAL_H

#include <json-c/json.h>

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * libvirt writes some options in one form and some in the other, and which
 * ones differs between its versions; so each option is read in whichever form
 * it comes, and written back in the same.
 *
 *   {"qom-type":"sev-guest","id":"lsec0","cbitpos":51}
 *   sev-guest,id=lsec0,cbitpos=51
 *
 * In the second form the first word may stand without its key (the "implied"
 * one: "qom-type" of -object, "type" of -machine), a comma within a value is
 * written twice, and a word without "=" ("+ssbd", "server") is a key without a
 * value. Order is kept; of a key that stands there twice the last value counts.
 */
struct optval {
    struct json_object *o; /* strings and nulls only, if it was not JSON */
    bool json;
    const char *implied; /* a constant; NULL: there is none */
    bool bare;           /* the first word stands without its key */
};

#define OPTVAL_MAX ((size_t)1 << 20)

/*
 * False when TEXT is malformed or longer than OPTVAL_MAX. That is no error of
 * ours: such an option is passed on for QEMU to complain about.
 */
bool optval_parse(const char *text, const char *implied, struct optval *ret);
void optval_free(struct optval *v); /* also for OWN() */

bool optval_has(const struct optval *v, const char *key);

/* NULL when KEY is not there or no string. Valid as long as V is unchanged. */
const char *optval_string(const struct optval *v, const char *key);

bool optval_is(const struct optval *v, const char *key, const char *value);

/* "on", "yes", "true" and JSON's true are true; all else is false. */
bool optval_true(const struct optval *v, const char *key);

/*
 * A number: decimal or 0x, as JSON's number or as text. Not there: *RET stays
 * as it is. Fails (SEVK_INPUT) on what is no number from 0 to MAX; WHAT names
 * the option.
 */
SEVK_MUST_CHECK bool optval_number(const struct optval *v, const char *key,
                                   const char *what, uint64_t max,
                                   uint64_t *ret, struct sevk_error *err);

/* The same for sizes: text may end in one of K, M, G, T (or small, or with a
 * B); text without a suffix counts in UNIT bytes, JSON numbers in bytes. */
SEVK_MUST_CHECK bool optval_size(const struct optval *v, const char *key,
                                 const char *what, uint64_t unit, uint64_t *ret,
                                 struct sevk_error *err);

/* Changing. A new key goes behind the others. */
SEVK_MUST_CHECK bool optval_set_string(struct optval *v, const char *key,
                                       const char *value,
                                       struct sevk_error *err);
SEVK_MUST_CHECK bool optval_set_true(struct optval *v, const char *key,
                                     struct sevk_error *err);
void optval_remove(struct optval *v, const char *key);
bool optval_is_empty(const struct optval *v);

/* The text for the command line, appended to TO. */
SEVK_MUST_CHECK bool optval_format(const struct optval *v, struct buf *to,
                                   struct sevk_error *err);

#endif
