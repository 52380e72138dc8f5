/* SPDX-License-Identifier: Apache-2.0 */
/* What "vm info" found, as a value tree. */
#include "virt/info_json.h"

#include <json-c/json.h>

#include "attest/verdict_json.h"
#include "base/own.h"

static void own_tree(struct json_object **tree)
{
    json_object_put(*tree);
    *tree = NULL;
}

/* False when memory is short; an absent text is left out. */
static bool add(struct json_object *to, const char *key,
                struct json_object *value)
{
    if (value != NULL && json_object_object_add(to, key, value) == 0) {
        return true;
    }
    json_object_put(value);
    return false;
}

static bool add_text(struct json_object *to, const char *key, const char *text)
{
    return text == NULL || add(to, key, json_object_new_string(text));
}

static bool add_number(struct json_object *to, const char *key, bool has,
                       uint64_t value)
{
    return !has || add(to, key, json_object_new_uint64(value));
}

static bool add_policy(struct json_object *to, bool has, uint32_t policy)
{
    char text[16];

    snprintf(text, sizeof text, "0x%02x", policy);
    return !has || add_text(to, "policy", text);
}

static bool add_security(struct json_object *to, const struct domain_facts *f)
{
    struct json_object *at;

    if (!f->has_launch_security) {
        return true;
    }
    at = json_object_new_object();
    if (!add(to, "launch_security", at)) {
        return false;
    }
    return add_text(at, "type", f->security_type) &&
           add_policy(at, f->has_policy, f->policy) &&
           add(at, "kernel_hashes",
               json_object_new_boolean(f->kernel_hashes)) &&
           add_number(at, "cbitpos", f->has_cbitpos, f->cbitpos) &&
           add_number(at, "reduced_phys_bits", f->has_reduced_phys_bits,
                      f->reduced_phys_bits) &&
           add(at, "session", json_object_new_boolean(f->session != NULL));
}

static bool fill(struct json_object *tree, const struct libvirt_info *info)
{
    const struct domain_facts *f = &info->xml.facts;

    return add_text(tree, "name", info->vm.name) &&
           add_text(tree, "uuid", info->vm.uuid) &&
           add_text(tree, "state", info->state) &&
           add_number(tree, "vcpus", f->has_vcpus, f->vcpus) &&
           add_number(tree, "memory_kib", f->has_memory, f->memory_kib) &&
           add_security(tree, f);
}

bool info_to_json(const struct libvirt_info *info, struct json_object **ret,
                  struct sevk_error *err)
{
    OWN(own_tree) struct json_object *tree = json_object_new_object();

    if (tree == NULL || !fill(tree, info)) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (info->has_evidence && !evidence_to_json(&info->evidence, tree, err)) {
        return false;
    }
    *ret = TAKE(tree);
    return true;
}
