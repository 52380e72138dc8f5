/* SPDX-License-Identifier: Apache-2.0 */
/* What a verb has to say: one tree of values, printed as text or as JSON. */
#ifndef SEVKIT_CLI_OUT_H
#define SEVKIT_CLI_OUT_H

#include <stdio.h>

#include "base/bytes.h"
#include "base/error.h"

/*
 * A verb does not print. It fills the tree (an object of json-c), and when it
 * has returned the tree goes to stdout: as lines of text, or with --json as one
 * object, "schema" first. Text is for people and may change; JSON is a promise.
 * Messages and progress go to stderr as they come.
 *
 * The functions that add values can't fail one by one: when memory is short
 * the tree is marked, and out_print() reports it. There is no function that
 * adds a secret, and none may be added.
 *
 * Text from outside (a host's messages, names in files) may hold anything. In
 * JSON it becomes valid UTF-8; on a terminal control characters become "?".
 */
struct json_object;

/* Prints a tree as text in a form of its own; TREE may be changed. */
typedef void out_drawer(struct json_object *tree, bool colour, FILE *to);

struct out {
    struct json_object *tree; /* the root object */
    out_drawer *draw;         /* the text's form; NULL: columns */
    bool json;
    bool quiet;
    bool verbose;
    bool colour;
    bool short_of_memory;
    bool no; /* the verdict: exit status 1 */
};

/* SCHEMA is "sevkit.<noun>.<verb>/1". Release with out_end(). */
void out_begin(struct out *out, const char *schema);
void out_end(struct out *out);

/*
 * Adding values. IN is the object that gets the member KEY, or a list when KEY
 * is NULL; NULL (an object that memory did not suffice for) is passed over.
 */
void out_text(struct out *out, struct json_object *in, const char *key,
              const char *text);
void out_flag(struct out *out, struct json_object *in, const char *key,
              bool value);
void out_number(struct out *out, struct json_object *in, const char *key,
                uint64_t value);
/* A number that is read by its bits (a policy): the text "0x0f". */
void out_bits(struct out *out, struct json_object *in, const char *key,
              uint64_t value);
/* Bytes that are public: base64 … */
void out_base64(struct out *out, struct json_object *in, const char *key,
                struct bytes value);
/* … or, under a key that ends in "_hex", hexadecimal. */
void out_hex(struct out *out, struct json_object *in, const char *key,
             struct bytes value);
/* Seconds since 1970 as "2026-01-31T12:34:56Z". */
void out_time(struct out *out, struct json_object *in, const char *key,
              int64_t seconds);
struct json_object *out_object(struct out *out, struct json_object *in,
                               const char *key);
struct json_object *out_list(struct out *out, struct json_object *in,
                             const char *key);

/* Copies the members of FROM, a tree that a module made, into the root. */
void out_merge(struct out *out, struct json_object *from);

/*
 * Prints the tree to stdout and flushes it. PLAIN names the one member that
 * stands for the whole in text, as a shell wants it; NULL prints all, in the
 * form that "draw" gives it. Fails
 * with SEVK_HOST when stdout is closed or full.
 */
SEVK_MUST_CHECK bool out_print(struct out *out, const char *plain,
                               struct sevk_error *err);

/* Replaces the tree by { "schema", "error": {…} }, for --json. */
void out_replace_by_error(struct out *out, const char *schema,
                          const struct sevk_error *why);

/* Lines on stderr. Notes are left out with -q, and details without -v. */
void out_note(const struct out *out, const char *fmt, ...) SEVK_PRINTF(2, 3);
void out_detail(const struct out *out, const char *fmt, ...) SEVK_PRINTF(2, 3);
/* Begins with "sevkit: warning: "; what an owner must read: never left out. */
void out_warn(const struct out *out, const char *fmt, ...) SEVK_PRINTF(2, 3);

/* The one line of a failure: "sevkit: <sentence>". */
void out_error(const char *program, const struct sevk_error *why);

#endif
