/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that a client waits for, in the order of their replies. */
#include "qemu/pending.h"

#include <stdlib.h>

#include "base/own.h"

void pending_free(struct pending *p)
{
    for (size_t i = 0; i < p->n; i++) {
        answer_later_free(&p->entries[i].later);
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

bool pending_add_hidden(struct pending *p, struct sevk_error *err)
{
    return add(p, (struct pending_entry){ .passed = true, .hidden = true },
               err);
}

bool pending_add_later(struct pending *p, struct answer_later **later,
                       struct sevk_error *err)
{
    if (!add(p, (struct pending_entry){ .passed = true, .later = *later },
             err)) {
        return false;
    }
    *later = NULL;
    return true;
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
    answer_later_free(&p->entries[0].later);
    buf_free(&p->entries[0].reply);
    p->n--;
    memmove(p->entries, p->entries + 1, p->n * sizeof *p->entries);
}

static void put_object(struct json_object **o)
{
    json_object_put(*o);
    *o = NULL;
}

static bool answer_now(const struct answer_later *later,
                       struct json_object *reply, struct buf *ret,
                       struct sevk_error *err)
{
    OWN(put_object) struct json_object *result = NULL;
    OWN(put_object) struct json_object *event = NULL;
    struct json_object *id = json_object_object_get(reply, "id");
    struct sevk_error why = { 0 };

    if (!later->run(later->state, json_object_object_get(reply, "return"),
                    &result, &event, &why)) {
        return qmp_append_error(ret, why.message, id, err);
    }
    return qmp_append_return(ret, result, id, err) &&
           (event == NULL || qmp_append_object(ret, event, err));
}

bool pending_edit(const struct pending_entry *entry, struct bytes line,
                  bool is_error, bool *ret_as_is, struct buf *ret,
                  struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    OWN(put_object) struct json_object *reply = NULL;

    *ret_as_is =
        !entry->hidden &&
        (is_error || (entry->edit_reply == NULL && entry->later == NULL));
    if (*ret_as_is || entry->hidden) {
        return true;
    }
    if (!buf_append(&text, line, err)) {
        return false;
    }
    reply = json_tokener_parse(buf_string(&text));
    if (entry->later != NULL) {
        return answer_now(entry->later, reply, ret, err);
    }
    if (reply == NULL) {
        *ret_as_is = true;
        return true;
    }
    entry->edit_reply(reply);
    return qmp_append_object(ret, reply, err);
}
