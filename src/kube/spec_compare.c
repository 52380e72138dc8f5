/* SPDX-License-Identifier: Apache-2.0 */
/* Is what the cluster runs what the owner asked for? */
#include "kube/spec_compare.h"

#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "base/error.h"
#include "kube/client.h"
#include "kube/schema.h"

struct comparing {
    struct buf *to;
    struct sevk_error *err;
    size_t found;
    char where[160];
    size_t n;
};

/* A host could send millions; the first ones tell enough. */
#define DIFFERENCES_MAX 8

static bool differ(struct comparing *c, const char *what)
{
    if (c->found++ >= DIFFERENCES_MAX) {
        return true;
    }
    return buf_printf(c->to, c->err, "%s%s %s", c->found == 1 ? "" : "; ",
                      c->where, what);
}

static bool same_quantity(struct json_object *a, struct json_object *b)
{
    uint64_t x;
    uint64_t y;

    return quantity_parse(json_object_get_string(a), &x) &&
           quantity_parse(json_object_get_string(b), &y) && x == y;
}

static bool compare(struct comparing *c, struct json_object *a,
                    struct json_object *b);

static bool compare_at(struct comparing *c, const char *key, size_t index,
                       struct json_object *a, struct json_object *b)
{
    size_t n = c->n;
    bool done;

    if (n < sizeof c->where) {
        c->n +=
            (size_t)(key != NULL ? snprintf(c->where + n, sizeof c->where - n,
                                            "%s%.60s", n == 0 ? "" : ".", key)
                                 : snprintf(c->where + n, sizeof c->where - n,
                                            "[%zu]", index));
    }
    done = compare(c, a, b);
    c->n = n;
    if (n < sizeof c->where) {
        c->where[n] = '\0';
    }
    return done;
}

static bool is_session(const struct comparing *c, const char *key)
{
    return strcmp(c->where, "domain.launchSecurity.sev") == 0 &&
           (strcmp(key, "session") == 0 || strcmp(key, "dhCert") == 0);
}

static bool compare_map(struct comparing *c, struct json_object *a,
                        struct json_object *b)
{
    json_object_object_foreach(a, key, value)
    {
        struct json_object *other = NULL;

        json_object_object_get_ex(b, key, &other);
        if (value != NULL && !is_session(c, key) &&
            !compare_at(c, key, 0, value, other)) {
            return false;
        }
    }
    return true;
}

static bool compare_list(struct comparing *c, struct json_object *a,
                         struct json_object *b)
{
    size_t n = json_object_array_length(a);

    if (json_object_array_length(b) != n) {
        return differ(c, "has another length");
    }
    for (size_t i = 0; i < n; i++) {
        if (!compare_at(c, NULL, i, json_object_array_get_idx(a, i),
                        json_object_array_get_idx(b, i))) {
            return false;
        }
    }
    return true;
}

static bool compare(struct comparing *c, struct json_object *a,
                    struct json_object *b)
{
    if (a == NULL) {
        return true;
    }
    if (b == NULL) {
        /* {} and "not there" are one to the server. */
        return (json_object_is_type(a, json_type_object) &&
                json_object_object_length(a) == 0 &&
                strstr(c->where, "launchSecurity") == NULL) ||
               differ(c, "is gone");
    }
    if (json_object_is_type(a, json_type_object) &&
        json_object_is_type(b, json_type_object)) {
        return compare_map(c, a, b);
    }
    if (json_object_is_type(a, json_type_array) &&
        json_object_is_type(b, json_type_array)) {
        return compare_list(c, a, b);
    }
    return json_object_equal(a, b) || same_quantity(a, b) ||
           differ(c, "has another value");
}

/* What nobody asked for. */
static bool compare_more(struct comparing *c, struct json_object *owner,
                         struct json_object *live)
{
    static const char *const paths[] = {
        "domain|firmware|kernelBoot",
        "domain|firmware|bootloader|bios",
        "domain|launchSecurity|snp",
        "domain|launchSecurity|tdx",
        "domain|devices|hostDevices",
        "domain|devices|gpus",
        "domain|devices|filesystems",
        "domain|devices|tpm",
        "domain|devices|downwardMetrics",
        "domain|devices|autoattachVSOCK",
        "domain|devices|disks",
        "accessCredentials",
        "volumes",
    };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct json_object *more = kube_json_at(live, paths[i]);

        if (more != NULL && kube_json_at(owner, paths[i]) == NULL) {
            snprintf(c->where, sizeof c->where, "%s", paths[i]);
            for (char *at = c->where; (at = strchr(at, '|')) != NULL;) {
                *at = '.';
            }
            if (!differ(c, "was added")) {
                return false;
            }
        }
    }
    return true;
}

bool spec_compare(struct json_object *owner, struct json_object *live,
                  struct buf *differences, struct sevk_error *err)
{
    struct comparing c = { .to = differences, .err = err };

    return compare_at(&c, "", 0, owner, live) && compare_more(&c, owner, live);
}
