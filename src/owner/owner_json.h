/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the JSON objects that the owner keeps: records and references. */
#ifndef SEVKIT_OWNER_OWNER_JSON_H
#define SEVKIT_OWNER_OWNER_JSON_H

#include <json-c/json.h>

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * json-c's objects, read strictly: a wrong type, a number out of bounds, a
 * text that is too long or holds a NUL, and a name that nobody knows are each
 * SEVK_INPUT. For names that may be absent *RET_HAS tells; a NULL RET_HAS
 * means that the name must be there.
 */
void owner_json_free(struct json_object **object); /* for OWN() */

/*
 * TEXT is one object and nothing behind it but white space; no name stands
 * twice in it or in one of the objects below it.
 */
SEVK_MUST_CHECK bool owner_json_parse(struct bytes text,
                                      struct json_object **ret,
                                      struct sevk_error *err);

/* Every name of OBJECT is one of the N in NAMES. */
SEVK_MUST_CHECK bool owner_json_only(struct json_object *object,
                                     const char *const *names, size_t n,
                                     struct sevk_error *err);

/* "schema" must be SCHEMA. */
SEVK_MUST_CHECK bool owner_json_schema(struct json_object *object,
                                       const char *schema,
                                       struct sevk_error *err);

SEVK_MUST_CHECK bool owner_json_object(struct json_object *object,
                                       const char *name, bool *ret_has,
                                       struct json_object **ret,
                                       struct sevk_error *err);
SEVK_MUST_CHECK bool owner_json_text(struct json_object *object,
                                     const char *name, bool *ret_has, char *ret,
                                     size_t room, struct sevk_error *err);
SEVK_MUST_CHECK bool owner_json_bool(struct json_object *object,
                                     const char *name, bool *ret_has, bool *ret,
                                     struct sevk_error *err);
SEVK_MUST_CHECK bool owner_json_number(struct json_object *object,
                                       const char *name, bool *ret_has,
                                       uint64_t max, uint64_t *ret,
                                       struct sevk_error *err);

/* A number in text, decimal or 0x: "0x0000000f". */
SEVK_MUST_CHECK bool owner_json_number_text(struct json_object *object,
                                            const char *name, bool *ret_has,
                                            uint64_t max, uint64_t *ret,
                                            struct sevk_error *err);

/* N bytes in hex. */
SEVK_MUST_CHECK bool owner_json_hex(struct json_object *object,
                                    const char *name, bool *ret_has,
                                    uint8_t *ret, size_t n,
                                    struct sevk_error *err);

/* An array of at most MAX texts of 64 hex digits; absent is empty. */
SEVK_MUST_CHECK bool owner_json_digests(struct json_object *object,
                                        const char *name, uint8_t (*ret)[32],
                                        size_t max, size_t *ret_n,
                                        struct sevk_error *err);

/*
 * Building: adds VALUE (which it takes over, also on failure; NULL is a lack
 * of memory) under NAME.
 */
SEVK_MUST_CHECK bool owner_json_add(struct json_object *object,
                                    const char *name, struct json_object *value,
                                    struct sevk_error *err);
SEVK_MUST_CHECK bool owner_json_add_text(struct json_object *object,
                                         const char *name, const char *value,
                                         struct sevk_error *err);
SEVK_MUST_CHECK bool owner_json_add_hex(struct json_object *object,
                                        const char *name, struct bytes value,
                                        struct sevk_error *err);

/* "0x" and DIGITS digits. */
SEVK_MUST_CHECK bool owner_json_add_hex_number(struct json_object *object,
                                               const char *name, uint64_t value,
                                               int digits,
                                               struct sevk_error *err);

/* Appends the object as indented text and a newline. */
SEVK_MUST_CHECK bool owner_json_print(struct json_object *object,
                                      struct buf *to, struct sevk_error *err);

#endif
