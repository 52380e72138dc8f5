/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that a client waits for, in the order of their replies. */
#ifndef SEVKIT_QEMU_PENDING_H
#define SEVKIT_QEMU_PENDING_H

#include <json-c/json.h>

#include <sevkit/error.h>

#include "base/buf.h"
#include "qemu/answer.h"

/*
 * Each command is either passed on to QEMU, whose next reply is its reply, or
 * has a reply of our own, which waits until it is first. Start with zeros.
 */
struct pending_entry {
    bool passed;
    bool hidden; /* a command of our own: its reply is for nobody */
    void (*edit_reply)(struct json_object *reply); /* NULL: leave it */
    struct answer_later *later;                    /* NULL: none */
    struct buf reply;                              /* ours */
};

struct pending {
    struct pending_entry *entries;
    size_t n;
    size_t room;
};

void pending_free(struct pending *p); /* also for OWN() */

SEVK_MUST_CHECK bool pending_add_passed(
    struct pending *p, void (*edit_reply)(struct json_object *reply),
    struct sevk_error *err);

SEVK_MUST_CHECK bool pending_add_hidden(struct pending *p,
                                        struct sevk_error *err);

/* What "later" asks was passed on. It is taken over. */
SEVK_MUST_CHECK bool pending_add_later(struct pending *p,
                                       struct answer_later **later,
                                       struct sevk_error *err);

/* REPLY is taken over. */
SEVK_MUST_CHECK bool pending_add_reply(struct pending *p, struct buf *reply,
                                       struct sevk_error *err);

/* The first command's own reply; false when there is none, or QEMU has it. */
bool pending_first_reply(const struct pending *p, struct bytes *ret);

/* The command that QEMU's next reply belongs to; NULL: it is none of ours. */
const struct pending_entry *pending_first_passed(const struct pending *p);

/*
 * Whether QEMU's reply LINE to the command of ENTRY, an error or not, goes to
 * the client as it is. If not, RET is what the client gets in its place, which
 * may be nothing.
 */
SEVK_MUST_CHECK bool pending_edit(const struct pending_entry *entry,
                                  struct bytes line, bool is_error,
                                  bool *ret_as_is, struct buf *ret,
                                  struct sevk_error *err);

void pending_drop_first(struct pending *p);

#endif
