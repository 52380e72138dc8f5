/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict as a value tree, which is printed as text or as JSON. */
#include "attest/verdict_json.h"

#include <json-c/json.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/own.h"

/* The tree in the making: once memory was short, nothing more is added. */
struct tree {
    struct json_object *at;
    bool ok;
};

static void add(struct tree *t, const char *key, struct json_object *value)
{
    if (value == NULL || !t->ok ||
        json_object_object_add(t->at, key, value) != 0) {
        json_object_put(value);
        t->ok = false;
    }
}

static void add_text(struct tree *t, const char *key, const char *text)
{
    add(t, key, json_object_new_string(text));
}

static void add_bool(struct tree *t, const char *key, bool value)
{
    add(t, key, json_object_new_boolean(value));
}

static void add_number(struct tree *t, const char *key, uint64_t value)
{
    add(t, key, json_object_new_uint64(value));
}

/* At least DIGITS hexadecimal ones. */
static void add_bits(struct tree *t, const char *key, int digits,
                     uint32_t value)
{
    char text[16];

    snprintf(text, sizeof text, "0x%0*x", digits, value);
    add_text(t, key, text);
}

static void add_digest(struct tree *t, const char *key,
                       const uint8_t digest[static SHA256_LEN])
{
    char hex[2 * SHA256_LEN + 1];

    hex_format(bytes_make(digest, SHA256_LEN), hex);
    add_text(t, key, hex);
}

static void add_list(struct tree *t, const char *key, const struct sentences *s)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; list != NULL && i < s->n; i++) {
        struct json_object *text = json_object_new_string(s->items[i]);

        if (text == NULL || json_object_array_add(list, text) != 0) {
            json_object_put(text);
            t->ok = false;
        }
    }
    add(t, key, list);
}

/* A member that is an object: its tree, to be filled. */
static struct tree add_object(struct tree *t, const char *key)
{
    struct json_object *object = json_object_new_object();

    add(t, key, object);
    return (struct tree){ .at = t->ok ? object : NULL, .ok = t->ok };
}

static void add_platform(struct tree *t, const struct verdict_platform *p)
{
    struct tree at = add_object(t, "platform");

    add_bool(&at, "verified", p->verified);
    add_bool(&at, "virtual", p->is_virtual);
    if (p->has_id) {
        add_digest(&at, "id_hex", p->id);
    }
    if (p->root[0] != '\0') {
        add_text(&at, "root", p->root);
    }
    if (p->generation[0] != '\0') {
        add_text(&at, "generation", p->generation);
    }
    t->ok = t->ok && at.ok;
}

static void add_measure(struct tree *t, const struct measure_buf *measure)
{
    OWN(buf_free) struct buf text = { 0 };
    uint8_t raw[MEASURE_BUF_LEN];

    measure_buf_encode(measure, raw);
    t->ok = t->ok && base64_append(&text, BYTES_OF(raw), NULL);
    add_text(t, "measurement", buf_string(&text));
}

static void add_evidence(struct tree *t, const struct evidence *e)
{
    struct tree at = add_object(t, "evidence");
    char api[16];

    snprintf(api, sizeof api, "%u.%u", e->api_major, e->api_minor);
    add_measure(&at, &e->measure);
    add_text(&at, "api", api);
    add_number(&at, "build", e->build);
    add_bits(&at, "policy", 2, e->policy);
    t->ok = t->ok && at.ok;
}

static void add_vcpus(struct tree *at, const struct verdict *v)
{
    add_number(at, "vcpus", v->vcpus);
    if (!v->own_vmsa) {
        add_bits(at, "cpu_signature", 8, v->cpu_signature);
        add_text(at, "vm_type", vmsa_vm_type_name(v->vm_type));
    }
}

static void add_inputs(struct tree *t, const struct verdict *v)
{
    struct tree at = add_object(t, "inputs");

    add_bits(&at, "policy", 2, v->policy);
    if (v->has_firmware) {
        add_digest(&at, "firmware_sha256_hex", v->firmware_digest);
        add_number(&at, "firmware_size", v->firmware_size);
    }
    if (v->has_kernel_hashes) {
        add_digest(&at, "kernel_sha256_hex", v->kernel_hashes.kernel);
        add_digest(&at, "initrd_sha256_hex", v->kernel_hashes.initrd);
        add_digest(&at, "cmdline_sha256_hex", v->kernel_hashes.cmdline);
    }
    if (v->vcpus != 0) {
        add_vcpus(&at, v);
    }
    add_digest(&at, "launch_digest_hex", v->digest);
    add_number(&at, "launch_digests", v->n_digests);
    t->ok = t->ok && at.ok;
}

static void add_change(struct tree *t, struct json_object *list,
                       const struct explain_change *change)
{
    struct tree at = { .at = json_object_new_object(), .ok = t->ok };

    at.ok = at.ok && at.at != NULL;
    add_text(&at, "what", explain_what_name(change->what));
    add_text(&at, "expected", change->expected);
    add_text(&at, "found", change->found);
    if (!at.ok || json_object_array_add(list, at.at) != 0) {
        json_object_put(at.at);
        t->ok = false;
    }
}

static void add_explanation(struct tree *t, const struct explanation *x)
{
    struct tree at = add_object(t, "explanation");
    struct json_object *list = json_object_new_array();
    char text[EXPLAIN_TEXT_LEN];

    explanation_text(x, text);
    add_text(&at, "text", text);
    add_bool(&at, "found", x->n_changes != 0);
    add_bool(&at, "complete", x->complete);
    add_number(&at, "candidates", x->candidates);
    for (size_t i = 0; list != NULL && i < x->n_changes; i++) {
        add_change(&at, list, &x->changes[i]);
    }
    add(&at, "changes", list);
    t->ok = t->ok && at.ok;
}

bool evidence_to_json(const struct evidence *evidence, struct json_object *to,
                      struct sevk_error *err)
{
    struct tree t = { .at = to, .ok = true };

    add_evidence(&t, evidence);
    return t.ok || sevk_fail(err, SEVK_HOST, "out of memory");
}

bool verdict_to_json(const struct verdict *verdict, struct json_object *to,
                     struct sevk_error *err)
{
    struct tree t = { .at = to, .ok = true };

    add_text(&t, "verdict", verdict->yes ? "yes" : "no");
    add_platform(&t, &verdict->platform);
    add_list(&t, "reasons", &verdict->reasons);
    add_list(&t, "covered", &verdict->covered);
    add_list(&t, "not_covered", &verdict->not_covered);
    add_list(&t, "warnings", &verdict->warnings);
    if (verdict->has_evidence) {
        add_evidence(&t, &verdict->evidence);
    }
    if (verdict->has_inputs) {
        add_inputs(&t, verdict);
    }
    if (verdict->explanation != NULL) {
        add_explanation(&t, verdict->explanation);
    }
    return t.ok || sevk_fail(err, SEVK_HOST, "out of memory");
}
