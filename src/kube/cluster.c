/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a cluster: can it run SEV guests, and how far are some VMs? */
#include "kube/cluster.h"

#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "base/error.h"
#include "base/own.h"
#include "kube/rules.h"
#include "kube/schema.h"

struct checking {
    struct kube_client *client;
    struct kube_report *report;
    bool es; /* a VM asks for encrypted state */
    size_t nodes;
    size_t nodes_es;
    size_t usable;
};

/* -- Resources, by the rules for manifests. ------------------------------------------ */

/* An item of a list does not say what it is: APIVERSION and KIND do. */
static bool apply_rules(struct checking *c, struct json_object *item,
                        const char *kind, struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct manifest m;

    json_object_object_add(item, "apiVersion",
                           json_object_new_string("kubevirt.io/v1"));
    json_object_object_add(item, "kind", json_object_new_string(kind));
    if (!buf_append_string(
            &text,
            json_object_to_json_string_ext(
                item, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
            err) ||
        !yaml_parse(&text, &file, err)) {
        return sevk_fail_in(err, "the cluster's %s", kind);
    }
    if (file.n_documents == 1) {
        m = manifest_look(file.documents[0]);
        rules_live(&m, c->report);
        c->es = c->es || m.es;
    }
    return true;
}

/* Places in a text that nobody sees are none. */
static void forget_lines(struct kube_report *report, size_t from,
                         const char *name)
{
    for (size_t i = from; i < report->n; i++) {
        struct kube_finding *f = &report->findings[i];
        char where[KUBE_WHERE_LEN];

        f->line = 0;
        f->column = 0;
        f->fix = (struct fix){ 0 };
        snprintf(where, sizeof where, "%.60s: %.90s", name, f->where);
        memcpy(f->where, where, sizeof where);
    }
}

/* -- KubeVirt. ------------------------------------------------------------------------ */

static bool check_kubevirt(struct checking *c, struct sevk_error *err)
{
    static const struct kube_ask ask = {
        .method = "GET",
        .path = "/apis/kubevirt.io/v1/kubevirts",
        .what = "asking for the KubeVirt resource",
        .may_miss = true,
    };
    OWN(own_json) struct json_object *tree = NULL;
    struct json_object *items;
    size_t n;

    if (!kube_send(c->client, &ask, NULL, &tree, err)) {
        return false;
    }
    items = kube_json_at(tree, "items");
    n = json_object_is_type(items, json_type_array)
            ? json_object_array_length(items)
            : 0;
    if (n == 0) {
        report_add(c->report, &kube_rules[RULE_CLUSTER_KUBEVIRT], NULL,
                   "cluster", "the cluster has no KubeVirt");
    }
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = json_object_array_get_idx(items, i);
        const char *name = kube_json_text(item, "metadata|name");
        size_t from = c->report->n;

        if (!json_object_is_type(item, json_type_object)) {
            continue;
        }
        if (!apply_rules(c, item, "KubeVirt", err)) {
            return false;
        }
        forget_lines(c->report, from, name == NULL ? "?" : name);
    }
    return true;
}

/* -- Nodes. ---------------------------------------------------------------------------- */

#define DEVICE "devices.kubevirt.io/sev"

static bool has_label(struct json_object *node, const char *label)
{
    char path[100];
    const char *value;

    snprintf(path, sizeof path, "metadata|labels|%s", label);
    value = kube_json_text(node, path);
    return value != NULL && strcmp(value, "false") != 0;
}

static uint64_t device_count(struct json_object *node, const char *which)
{
    char path[100];
    const char *text;
    uint64_t n;

    snprintf(path, sizeof path, "status|%s|" DEVICE, which);
    text = kube_json_text(node, path);
    return text != NULL && quantity_parse(text, &n) ? n : 0;
}

static bool takes_vms(struct json_object *node)
{
    const char *ready =
        kube_json_text(node, "metadata|labels|kubevirt.io/schedulable");

    return ready != NULL && strcmp(ready, "true") == 0 &&
           !json_object_get_boolean(kube_json_at(node, "spec|unschedulable"));
}

static void check_node(struct checking *c, struct json_object *node)
{
    const char *name = kube_json_text(node, "metadata|name");
    uint64_t devices = device_count(node, "allocatable");
    bool es = has_label(node, "kubevirt.io/sev-es");
    bool usable = takes_vms(node);
    char where[KUBE_WHERE_LEN];

    if (!has_label(node, "kubevirt.io/sev")) {
        return;
    }
    snprintf(where, sizeof where, "node %.120s", name == NULL ? "?" : name);
    c->nodes++;
    c->nodes_es += es ? 1 : 0;
    c->usable += usable && devices > 0 ? 1 : 0;
    if (devices == 0) {
        report_add(c->report, &kube_rules[RULE_CLUSTER_DEVICE], NULL, where,
                   "it is labelled for SEV and offers no " DEVICE);
        return;
    }
    report_add(c->report, &kube_rules[RULE_CLUSTER_NODE], NULL, where,
               "SEV%s, %llu guests at once%s", es ? " and SEV-ES" : "",
               (unsigned long long)devices, usable ? "" : ", takes no VMs now");
}

static void judge_nodes(struct checking *c)
{
    if (c->nodes == 0) {
        report_add(c->report, &kube_rules[RULE_CLUSTER_NODES], NULL, "nodes",
                   "no node has the label kubevirt.io/sev");
        return;
    }
    if (c->es && c->nodes_es == 0) {
        report_add(c->report, &kube_rules[RULE_CLUSTER_NODES_ES], NULL, "nodes",
                   "no node has the label kubevirt.io/sev-es");
    }
    if (c->usable == 0) {
        report_add(c->report, &kube_rules[RULE_CLUSTER_SCHEDULABLE], NULL,
                   "nodes", "no node with SEV takes VMs now");
    }
}

#define PAGES_MAX 200 /* of 50 nodes */

/* The token for the next page is the server's word: it is encoded. */
static bool next_page(const char *token, char path[static KUBE_PATH_LEN])
{
    size_t n = (size_t)snprintf(path, KUBE_PATH_LEN,
                                "/api/v1/nodes?limit=50&continue=");

    for (; *token != '\0' && n + 4 < KUBE_PATH_LEN; token++) {
        n += (size_t)snprintf(path + n, KUBE_PATH_LEN - n, "%%%02X",
                              (unsigned char)*token);
    }
    return *token == '\0';
}

static bool check_nodes(struct checking *c, struct sevk_error *err)
{
    char path[KUBE_PATH_LEN] = "/api/v1/nodes?limit=50";
    const struct kube_ask ask = { .method = "GET",
                                  .path = path,
                                  .what = "asking for the nodes" };

    for (unsigned int page = 0; page < PAGES_MAX; page++) {
        OWN(own_json) struct json_object *tree = NULL;
        struct json_object *items;
        const char *more;

        if (!kube_send(c->client, &ask, NULL, &tree, err)) {
            return false;
        }
        items = kube_json_at(tree, "items");
        for (size_t i = 0; json_object_is_type(items, json_type_array) &&
                           i < json_object_array_length(items);
             i++) {
            check_node(c, json_object_array_get_idx(items, i));
        }
        more = kube_json_text(tree, "metadata|continue");
        if (more == NULL || more[0] == '\0' || !next_page(more, path)) {
            break;
        }
    }
    judge_nodes(c);
    return true;
}

/* -- VMs. -------------------------------------------------------------------------------- */

static bool split_name(const struct kubeconfig *config, const char *text,
                       char ns[static KUBE_NAME_LEN],
                       char name[static KUBE_NAME_LEN], struct sevk_error *err)
{
    const char *slash = strchr(text, '/');

    if (slash == NULL) {
        snprintf(ns, KUBE_NAME_LEN, "%s", config->namespace_);
    } else {
        snprintf(ns, KUBE_NAME_LEN, "%.*s", (int)(slash - text), text);
    }
    snprintf(name, KUBE_NAME_LEN, "%s", slash == NULL ? text : slash + 1);
    return (kube_name_ok(ns) && kube_name_ok(name)) ||
           sevk_fail(err, SEVK_USAGE,
                     "'%.120s' is no VM's name: write NAMESPACE/NAME", text);
}

static bool has_condition(struct json_object *vmi, const char *type)
{
    struct json_object *list = kube_json_at(vmi, "status|conditions");

    for (size_t i = 0; json_object_is_type(list, json_type_array) &&
                       i < json_object_array_length(list);
         i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        const char *is = kube_json_text(one, "type");
        const char *status = kube_json_text(one, "status");

        if (is != NULL && status != NULL && strcmp(is, type) == 0) {
            return strcmp(status, "True") == 0;
        }
    }
    return false;
}

bool vmi_paused(struct json_object *vmi)
{
    return has_condition(vmi, "Paused");
}

static void tell_state(struct checking *c, struct json_object *vmi)
{
    const char *phase = kube_json_text(vmi, "status|phase");
    const char *node = kube_json_text(vmi, "status|nodeName");

    report_add(c->report, &kube_rules[RULE_VMI_STATE], NULL, "status.phase",
               "%.40s%s%s%.100s", phase == NULL ? "no phase yet" : phase,
               vmi_paused(vmi) ? ", paused" : "", node == NULL ? "" : " on ",
               node == NULL ? "" : node);
}

static bool get_vm(struct checking *c, const char *ns, const char *name,
                   const char *kind, struct json_object **ret,
                   struct sevk_error *err)
{
    char path[KUBE_PATH_LEN];
    const struct kube_ask ask = { .method = "GET",
                                  .path = path,
                                  .what = "asking for the VM",
                                  .may_miss = true };

    snprintf(path, sizeof path, "/apis/kubevirt.io/v1/namespaces/%s/%s/%s", ns,
             kind, name);
    return kube_send(c->client, &ask, NULL, ret, err);
}

static bool check_vm(struct checking *c, const char *text,
                     struct sevk_error *err)
{
    OWN(own_json) struct json_object *tree = NULL;
    char ns[KUBE_NAME_LEN];
    char name[KUBE_NAME_LEN];
    size_t from = c->report->n;
    const char *kind = "VirtualMachineInstance";

    if (!split_name(c->client->config, text, ns, name, err) ||
        !get_vm(c, ns, name, "virtualmachineinstances", &tree, err)) {
        return false;
    }
    if (tree == NULL) {
        kind = "VirtualMachine";
        if (!get_vm(c, ns, name, "virtualmachines", &tree, err)) {
            return false;
        }
    } else {
        tell_state(c, tree);
    }
    if (tree == NULL) {
        return sevk_fail(err, SEVK_INPUT, "the cluster has no VM '%.120s'",
                         text);
    }
    if (!apply_rules(c, tree, kind, err)) {
        return false;
    }
    forget_lines(c->report, from, name);
    return true;
}

bool cluster_check(struct kube_client *client, const char *const *vms, size_t n,
                   struct kube_report *ret, struct sevk_error *err)
{
    struct checking c = { .client = client, .report = ret };

    *ret = (struct kube_report){ 0 };
    if (!check_kubevirt(&c, err)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!check_vm(&c, vms[i], err)) {
            return false;
        }
    }
    return check_nodes(&c, err);
}
