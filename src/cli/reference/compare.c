/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit reference compare: in what two references differ. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/own.h"
#include "cli/reference_tree.h"
#include "cli/verb.h"

/* Trees of their own, which never become a result. */
struct two {
    struct out trees[2];
};

static void two_end(struct two *two)
{
    out_end(&two->trees[0]);
    out_end(&two->trees[1]);
}

static bool read_both(const char *const *files, struct two *two,
                      struct sevk_error *err)
{
    for (size_t i = 0; i < 2; i++) {
        OWN(own_free) struct reference *r = calloc(1, sizeof *r);

        if (r == NULL) {
            return sevk_fail(err, SEVK_HOST, "out of memory");
        }
        if (!reference_read(files[i], r, err)) {
            return false;
        }
        reference_tree(&two->trees[i], two->trees[i].tree, r);
        if (two->trees[i].short_of_memory) {
            return sevk_fail(err, SEVK_HOST, "out of memory");
        }
    }
    return true;
}

/* One side of a difference; what is not said has no member. */
static void add_side(struct out *out, struct json_object *in, const char *key,
                     struct json_object *value)
{
    if (value != NULL &&
        json_object_object_add(in, key, json_object_get(value)) != 0) {
        json_object_put(value);
        out->short_of_memory = true;
    }
}

static void add_difference(struct out *out, struct json_object *list,
                           const char *key, struct json_object *a,
                           struct json_object *b)
{
    struct json_object *item;

    if (a != NULL && b != NULL && json_object_equal(a, b) != 0) {
        return;
    }
    item = out_object(out, list, NULL);
    out_text(out, item, "name", key);
    if (item != NULL) {
        add_side(out, item, "first", a);
        add_side(out, item, "second", b);
    }
    out->no = true;
}

/* Members of both in the order of the first, then what only the second has. */
static void compare(struct out *out, const struct two *two)
{
    struct json_object *a = two->trees[0].tree;
    struct json_object *b = two->trees[1].tree;
    struct json_object *list = out_list(out, out->tree, "differences");
    struct json_object *other;

    json_object_object_foreach(a, key, value)
    {
        other = NULL;
        (void)json_object_object_get_ex(b, key, &other);
        add_difference(out, list, key, value, other);
    }
    json_object_object_foreach(b, only, found)
    {
        if (!json_object_object_get_ex(a, only, &other)) {
            add_difference(out, list, only, NULL, found);
        }
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    OWN(two_end) struct two two = { 0 };

    out_begin(&two.trees[0], "first");
    out_begin(&two.trees[1], "first");
    if (!read_both(call->args, &two, err)) {
        return false;
    }
    out_flag(call->out, call->out->tree, "same", true);
    compare(call->out, &two);
    if (call->out->no) {
        out_flag(call->out, call->out->tree, "same", false);
    }
    return true;
}

const struct verb verb_reference_compare = {
    .noun = "reference",
    .verb = "compare",
    .summary = "say in what two references differ",
    .args = "FILE FILE",
    .min_args = 2,
    .max_args = 2,
    .run = run,
};
