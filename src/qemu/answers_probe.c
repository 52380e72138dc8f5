/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor of a capability probe answers in QEMU's place. */
#include "qemu/answers_probe.h"

#include "base/base64.h"
#include "base/own.h"
#include "vmm/capabilities.h"

static void put_object(struct json_object **o)
{
    json_object_put(*o);
    *o = NULL;
}

static bool add_base64(struct json_object *to, const char *key,
                       struct bytes value, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return base64_append(&text, value, err) &&
           (json_object_object_add(
                to, key, json_object_new_string(buf_string(&text))) == 0 ||
            sevk_fail(err, SEVK_HOST, "out of memory for a reply"));
}

bool probe_sev_capabilities(const char *platform, struct json_object **ret,
                            struct sevk_error *err)
{
    OWN(put_object) struct json_object *o = json_object_new_object();
    OWN(own_free) struct vmm_capabilities *c = NULL;

    if (o == NULL || !vmm_capabilities_read(platform, &c, err) ||
        !add_base64(o, "pdh", BYTES_OF(c->pdh), err) ||
        !add_base64(o, "cert-chain", BYTES_OF(c->chain), err) ||
        !add_base64(o, "cpu0-id", BYTES_OF(c->cpu0_id), err)) {
        return false;
    }
    json_object_object_add(o, "cbitpos", json_object_new_int64(c->cbitpos));
    json_object_object_add(o, "reduced-phys-bits",
                           json_object_new_int64(c->reduced_phys_bits));
    *ret = TAKE(o);
    return true;
}

static bool query_capabilities(void *ctx, const struct qmp_command *command,
                               struct answer *ret, struct sevk_error *err)
{
    const struct probe_answers *p = ctx;

    (void)command;
    return probe_sev_capabilities(p->platform, &ret->result, err);
}

static bool query_kvm(void *ctx, const struct qmp_command *command,
                      struct answer *ret, struct sevk_error *err)
{
    const struct probe_answers *p = ctx;

    (void)command;
    (void)err;
    if (p->claims_kvm) {
        ret->result = json_object_new_object();
        json_object_object_add(ret->result, "enabled",
                               json_object_new_boolean(true));
        json_object_object_add(ret->result, "present",
                               json_object_new_boolean(true));
    }
    return true;
}

static void set_model(struct json_object *model, const char *name)
{
    if (json_object_is_type(model, json_type_object)) {
        json_object_object_add(model, "name", json_object_new_string(name));
    }
}

static void call_it_host(struct json_object *reply)
{
    struct json_object *result = json_object_object_get(reply, "return");

    set_model(json_object_object_get(result, "model"), "host");
}

static bool expand_model(void *ctx, const struct qmp_command *command,
                         struct answer *ret, struct sevk_error *err)
{
    const struct probe_answers *p = ctx;
    struct json_object *model =
        json_object_object_get(command->arguments, "model");
    const char *name =
        json_object_get_string(json_object_object_get(model, "name"));

    (void)err;
    if (p->claims_kvm && name != NULL && strcmp(name, "host") == 0) {
        set_model(model, "max");
        ret->changed = true;
        ret->edit_reply = call_it_host;
    }
    return true;
}

static const struct answer_row rows[] = {
    { "query-sev-capabilities", query_capabilities },
    { "query-kvm", query_kvm },
    { "query-cpu-model-expansion", expand_model },
};

struct answer_table probe_answer_table(struct probe_answers *ctx)
{
    return (struct answer_table){ rows, sizeof rows / sizeof rows[0], ctx };
}
