/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts QMP's two streams into messages, and tells what each of them is. */
#ifndef SEVKIT_QEMU_QMP_LINE_H
#define SEVKIT_QEMU_QMP_LINE_H

#include <json-c/json.h>

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * Commands come as JSON objects: one a line from libvirt, but QEMU also takes
 * several in a line or one that goes on over many, and so do we, because each
 * command must be seen before QEMU carries it out. A message is an object with
 * what white space follows it in its line, if that is there already, or, where
 * no object begins, the rest of the line.
 *
 * The state remembers what was looked at, so that each byte is looked at once
 * however small the pieces are in which it comes. Start with zeros.
 */
struct qmp_scan {
    size_t at;
    unsigned int depth; /* of braces and brackets */
    char quote;         /* within a string: which quote ends it */
    bool escaped;       /* behind a backslash within a string */
    bool rubbish;       /* no object began: the line's end ends it */
};

/* The length of the first message in IN, which begins where the last one
 * ended; 0: it is not complete. The state is then ready for the next one. */
size_t qmp_command_end(struct qmp_scan *scan, struct bytes in);

/* The same for what QEMU sends: always an object in a line of its own. */
size_t qmp_line_end(struct qmp_scan *scan, struct bytes in);

/* What the client sent. */
enum qmp_message {
    QMP_BLANK,     /* white space alone */
    QMP_MALFORMED, /* no JSON object */
    QMP_OBJECT,    /* one, but no command: QEMU answers with an error */
    QMP_COMMAND,
};

struct qmp_fds; /* qmp_stream.h */

struct qmp_command {
    struct json_object *root;
    const char *name;              /* within "root" */
    bool oob;                      /* "exec-oob" */
    bool lenient;                  /* no strict JSON: pass it on written anew */
    struct json_object *arguments; /* within "root"; NULL: none */
    struct json_object *id;        /* the same */
    const struct qmp_fds *fds;     /* that came with it; NULL: not known */
};

enum qmp_message qmp_command_parse(struct bytes message,
                                   struct qmp_command *ret);
void qmp_command_free(struct qmp_command *command); /* also for OWN() */

/* What QEMU sent, by its keys alone: a reply can be many megabytes long. */
enum qmp_kind {
    QMP_OTHER, /* an event, the greeting, anything else */
    QMP_RETURN,
    QMP_ERROR,
};

enum qmp_kind qmp_line_kind(struct bytes line);

/* Lines to be sent, with "\r\n" as QEMU ends them, appended to TO. RESULT and
 * ID are left to the caller; ID may be NULL. */
SEVK_MUST_CHECK bool qmp_append_return(struct buf *to,
                                       struct json_object *result,
                                       struct json_object *id,
                                       struct sevk_error *err);
SEVK_MUST_CHECK bool qmp_append_error(struct buf *to, const char *text,
                                      struct json_object *id,
                                      struct sevk_error *err);
/* The object in a line. */
SEVK_MUST_CHECK bool qmp_append_object(struct buf *to, struct json_object *o,
                                       struct sevk_error *err);

#endif
