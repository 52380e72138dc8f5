/* SPDX-License-Identifier: Apache-2.0 */
/* KubeVirt as a host that can run an attested launch. */
#include "kube/cluster_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/own.h"
#include "kube/spec_compare.h"
#include "owner/measurement.h"

static struct cluster_host *of(void *ctx)
{
    return ctx;
}

void cluster_host_close(struct cluster_host *h)
{
    kube_client_close(&h->client);
    json_object_put(h->manifest);
    h->manifest = NULL;
    free(h->session);
    free(h->dh_cert);
    h->session = NULL;
    h->dh_cert = NULL;
}

struct json_object *cluster_owner_spec(const struct cluster_host *h)
{
    return kube_json_at(h->manifest,
                        h->kind == MANIFEST_VM ? "spec|template|spec" : "spec");
}

/* -- Questions. ------------------------------------------------------------------- */

bool cluster_get(struct cluster_host *h, struct json_object **ret,
                 struct sevk_error *err)
{
    char path[KUBE_PATH_LEN];
    const struct kube_ask ask = { .method = "GET",
                                  .path = path,
                                  .what = "asking for the VM",
                                  .may_miss = true };

    snprintf(path, sizeof path,
             "/apis/kubevirt.io/v1/namespaces/%s/virtualmachineinstances/%s",
             h->ns, h->name);
    return kube_send(&h->client, &ask, NULL, ret, err);
}

bool cluster_sub(struct cluster_host *h, const char *method, const char *sub,
                 struct json_object *body, const char *what,
                 struct json_object **ret, struct sevk_error *err)
{
    char path[KUBE_PATH_LEN];
    const struct kube_ask ask = {
        .method = method, .path = path, .body = body, .what = what
    };

    snprintf(path, sizeof path,
             "/apis/subresources.kubevirt.io/v1/namespaces/%s/"
             "virtualmachineinstances/%s/%s",
             h->ns, h->name, sub);
    return kube_send(&h->client, &ask, NULL, ret, err);
}

/* -- What the cluster says of itself. ------------------------------------------------ */

/*
 * Which node it will be is not known yet, nor what that can do: a manifest
 * that asks for SEV is placed where SEV is, or nowhere.
 */
static bool describe(void *ctx, struct host_description *ret,
                     struct sevk_error *err)
{
    static const struct kube_ask ask = {
        .method = "GET",
        .path = "/apis/subresources.kubevirt.io/v1/version",
        .what = "asking the cluster for KubeVirt",
        .may_miss = true,
    };
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *tree = NULL;
    struct host_description d = { .sev = true, .sev_es = true };
    const char *version;

    if (!kube_send(&h->client, &ask, NULL, &tree, err)) {
        return false;
    }
    version = kube_json_text(tree, "gitVersion");
    snprintf(d.name, sizeof d.name, "%.200s",
             h->client.config->server + strlen("https://"));
    snprintf(d.software, sizeof d.software, "KubeVirt %.40s",
             version == NULL ? "of unknown version" : version);
    *ret = d;
    return true;
}

static bool vm(void *ctx, struct host_vm *ret, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);

    (void)err;
    snprintf(h->vm.name, sizeof h->vm.name, "%s", h->name);
    snprintf(h->vm.by_hand, sizeof h->vm.by_hand,
             "kubectl delete -n %.60s %s/%.80s", h->ns,
             h->made_vm ? "vm" : "vmi", h->name);
    *ret = h->vm;
    return true;
}

static bool certificates(void *ctx, struct chain *chain, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *tree = NULL;
    const char *pdh;
    const char *certs;

    if (!cluster_sub(h, "GET", "sev/fetchcertchain", NULL,
                     "asking for the node's certificates", &tree, err)) {
        return false;
    }
    pdh = kube_json_text(tree, "pdh");
    certs = kube_json_text(tree, "certChain");
    if (pdh == NULL || pdh[0] == '\0' || certs == NULL || certs[0] == '\0') {
        return sevk_fail(err, SEVK_HOST,
                         "the node gave none; is its platform provisioned?");
    }
    return chain_add(chain, bytes_of_string(pdh), "the node's PDH", err) &&
           chain_add(chain, bytes_of_string(certs),
                     "the node's certificate chain", err);
}

/* -- The instance that was started. --------------------------------------------------- */

static bool check_session(const struct cluster_host *h,
                          struct json_object *live, struct buf *differences,
                          struct sevk_error *err)
{
    const char *session =
        kube_json_text(live, "domain|launchSecurity|sev|session");
    const char *cert = kube_json_text(live, "domain|launchSecurity|sev|dhCert");

    if (session != NULL && cert != NULL && strcmp(session, h->session) == 0 &&
        strcmp(cert, h->dh_cert) == 0) {
        return true;
    }
    return buf_append_string(differences,
                             differences->n == 0 ? "it has another session"
                                                 : "; it has another session",
                             err);
}

static bool compare(void *ctx, struct buf *differences, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *tree = NULL;
    const char *uid;
    struct json_object *live;

    if (!cluster_get(h, &tree, err)) {
        return false;
    }
    uid = kube_json_text(tree, "metadata|uid");
    if (uid == NULL || strcmp(uid, h->vm.uuid) != 0) {
        return buf_append_string(differences, "it is another VM of that name",
                                 err);
    }
    live = kube_json_at(tree, "spec");
    return spec_compare(cluster_owner_spec(h), live, differences, err) &&
           check_session(h, live, differences, err);
}

static bool byte_of(struct json_object *tree, const char *key, uint8_t *ret,
                    struct sevk_error *err)
{
    struct json_object *value = kube_json_at(tree, key);
    int64_t n = json_object_get_int64(value);

    if (!json_object_is_type(value, json_type_int) || n < 0 || n > 255) {
        return sevk_fail(err, SEVK_HOST,
                         "the measurement's '%s' is no number from 0 to 255",
                         key);
    }
    *ret = (uint8_t)n;
    return true;
}

static bool policy_of(struct json_object *tree, uint32_t *ret,
                      struct sevk_error *err)
{
    struct json_object *value = kube_json_at(tree, "policy");
    int64_t n = json_object_get_int64(value);

    if (!json_object_is_type(value, json_type_int) || n < 0 || n > UINT32_MAX) {
        return sevk_fail(err, SEVK_HOST, "the measurement's policy is none");
    }
    *ret = (uint32_t)n;
    return true;
}

static bool measure(void *ctx, struct evidence *ret, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *tree = NULL;
    struct evidence e = { 0 };
    const char *text;

    if (!cluster_sub(h, "GET", "sev/querylaunchmeasurement", NULL,
                     "asking for the measurement", &tree, err)) {
        return false;
    }
    text = kube_json_text(tree, "measurement");
    if (text == NULL) {
        return sevk_fail(err, SEVK_HOST, "the cluster gave no measurement");
    }
    /* A member that is zero may be left out: Go's omitempty. */
    if (!measurement_parse(text, &e.measure, err) ||
        !byte_of(tree, "apiMajor", &e.api_major, err) ||
        (kube_json_at(tree, "apiMinor") != NULL &&
         !byte_of(tree, "apiMinor", &e.api_minor, err)) ||
        (kube_json_at(tree, "buildID") != NULL &&
         !byte_of(tree, "buildID", &e.build, err)) ||
        !policy_of(tree, &e.policy, err)) {
        return false;
    }
    *ret = e;
    return true;
}

static bool add_base64(struct json_object *to, const char *key,
                       struct bytes from, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!base64_append(&text, from, err)) {
        return false;
    }
    return json_object_object_add(
               to, key, json_object_new_string(buf_string(&text))) == 0 ||
           sevk_fail(err, SEVK_HOST, "out of memory");
}

/* The packet is encrypted: it may stand in JSON. */
static bool inject(void *ctx, const struct launch_packet *packet,
                   struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *body = json_object_new_object();

    return (body != NULL || sevk_fail(err, SEVK_HOST, "out of memory")) &&
           add_base64(body, "header", BYTES_OF(packet->header), err) &&
           add_base64(body, "secret", buf_bytes(&packet->payload), err) &&
           cluster_sub(h, "PUT", "sev/injectlaunchsecret", body,
                       "injecting the secret", NULL, err);
}

static void wait_ms(void *ctx, unsigned int ms)
{
    struct timespec t = { .tv_sec = ms / 1000,
                          .tv_nsec = (long)(ms % 1000) * 1000000 };

    (void)ctx;
    while (nanosleep(&t, &t) != 0) {
    }
}

struct host cluster_host_ops(struct cluster_host *host)
{
    return (struct host){
        .ctx = host,
        .describe = describe,
        .vm = vm,
        .schedule = cluster_schedule,
        .certificates = certificates,
        .start = cluster_start,
        .compare = compare,
        .measure = measure,
        .inject = inject,
        .resume = cluster_resume,
        .abandon = cluster_abandon,
        .wait = wait_ms,
    };
}
