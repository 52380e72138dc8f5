/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that a client waits for, in the order of their replies. */
#include "qemu/pending.h"

#include <stdlib.h>

void pending_free(struct pending *p)
{
    for (size_t i = 0; i < p->n; i++) {
        buf_free(&p->entries[i].reply);
    }
    free(p->entries);
    *p = (struct pending){ 0 };
}

static bool add(struct pending *p, struct pending_entry entry,
                struct sevk_error *err)
{
    if (p->n == p->room) {
        size_t room = p->room == 0 ? 16 : 2 * p->room;
        struct pending_entry *more =
            realloc(p->entries, room * sizeof *p->entries);

        if (more == NULL) {
            return sevk_fail(err, SEVK_HOST, "out of memory for commands");
        }
        p->entries = more;
        p->room = room;
    }
    p->entries[p->n++] = entry;
    return true;
}

bool pending_add_passed(struct pending *p,
                        void (*edit_reply)(struct json_object *reply),
                        struct sevk_error *err)
{
    return add(
        p, (struct pending_entry){ .passed = true, .edit_reply = edit_reply },
        err);
}

bool pending_add_reply(struct pending *p, struct buf *reply,
                       struct sevk_error *err)
{
    if (!add(p, (struct pending_entry){ .reply = *reply }, err)) {
        return false;
    }
    *reply = (struct buf){ 0 };
    return true;
}

bool pending_first_reply(const struct pending *p, struct bytes *ret)
{
    if (p->n == 0 || p->entries[0].passed) {
        return false;
    }
    *ret = buf_bytes(&p->entries[0].reply);
    return true;
}

const struct pending_entry *pending_first_passed(const struct pending *p)
{
    return p->n > 0 && p->entries[0].passed ? &p->entries[0] : NULL;
}

void pending_drop_first(struct pending *p)
{
    buf_free(&p->entries[0].reply);
    p->n--;
    memmove(p->entries, p->entries + 1, p->n * sizeof *p->entries);
}
