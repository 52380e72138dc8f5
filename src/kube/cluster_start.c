/* SPDX-License-Identifier: Apache-2.0 */
/* An instance on KubeVirt comes into being, runs, and goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/hex.h"
#include "base/own.h"
#include "kube/cluster.h"
#include "kube/cluster_host.h"
#include "kube/spec_compare.h"

#define MARK          "sevkit/launch"
#define POLL_FIRST_MS 20u /* and then twice as long each time, up to … */
#define POLL_MS_MAX   1000u

static struct cluster_host *of(void *ctx)
{
    return ctx;
}

static uint64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static unsigned int next_wait(unsigned int ms)
{
    return ms * 2 < POLL_MS_MAX ? ms * 2 : POLL_MS_MAX;
}

static bool out_of_memory(struct sevk_error *err)
{
    return sevk_fail(err, SEVK_HOST, "out of memory");
}

/* -- Waiting. ---------------------------------------------------------------------- */

static bool is_phase(struct json_object *vmi, const char *phase)
{
    const char *is = kube_json_text(vmi, "status|phase");

    return is != NULL && strcmp(is, phase) == 0;
}

static bool is_scheduled(struct json_object *vmi)
{
    return is_phase(vmi, "Scheduled");
}

static bool is_started(struct json_object *vmi)
{
    return is_phase(vmi, "Running") && vmi_paused(vmi);
}

/* A guest may have done its work before anybody looks. */
static bool is_resumed(struct json_object *vmi)
{
    return is_phase(vmi, "Succeeded") ||
           (is_phase(vmi, "Running") && !vmi_paused(vmi));
}

static bool is_ours(const struct cluster_host *h, struct json_object *vmi)
{
    const char *uid = kube_json_text(vmi, "metadata|uid");
    const char *mark = kube_json_text(vmi, "metadata|annotations|" MARK);

    if (h->vm.uuid[0] != '\0') {
        return uid != NULL && strcmp(uid, h->vm.uuid) == 0;
    }
    /* A VirtualMachine's instance is made by the cluster, without a mark. */
    return h->kind == MANIFEST_VM ||
           (mark != NULL && strcmp(mark, h->mark) == 0);
}

/* The UID ends up in messages and in paths of nothing. */
static bool keep_uid(struct cluster_host *h, struct json_object *vmi,
                     struct sevk_error *err)
{
    const char *uid = kube_json_text(vmi, "metadata|uid");

    if (uid == NULL || strlen(uid) >= sizeof h->vm.uuid ||
        uid[strspn(uid, "0123456789abcdef-")] != '\0' || uid[0] == '\0') {
        return sevk_fail(err, SEVK_HOST, "the cluster gave the VM no UID");
    }
    snprintf(h->vm.uuid, sizeof h->vm.uuid, "%s", uid);
    return true;
}

static bool check_ours(struct cluster_host *h, struct json_object *vmi,
                       const char *what, struct sevk_error *err)
{
    if (!is_ours(h, vmi)) {
        return sevk_fail(err, SEVK_HOST,
                         "%s: the cluster has another VM of the name '%.100s'",
                         what, h->name);
    }
    return h->vm.uuid[0] != '\0' || keep_uid(h, vmi, err);
}

static bool check_alive(struct json_object *vmi, const char *what,
                        struct sevk_error *err)
{
    const char *reason = kube_json_text(vmi, "status|reason");

    if (is_phase(vmi, "Failed") || is_phase(vmi, "Succeeded")) {
        return sevk_fail(err, SEVK_HOST, "%s: the VM has ended%s%.60s", what,
                         reason == NULL ? "" : ": ",
                         reason == NULL ? "" : reason);
    }
    return true;
}

static bool fail_slow(const struct cluster_host *h, struct json_object *vmi,
                      const char *what, struct sevk_error *err)
{
    const char *phase = kube_json_text(vmi, "status|phase");

    return sevk_fail(err, SEVK_HOST,
                     "%s: after %u s it is still '%.40s'; 'kubectl describe "
                     "vmi %.80s' tells what it waits for",
                     what, h->client.timeout_ms / 1000,
                     phase == NULL ? "nowhere" : phase, h->name);
}

/* Until DONE says so; an instance that is not there yet is waited for. */
static bool wait_until(struct cluster_host *h, const char *what,
                       bool (*done)(struct json_object *vmi),
                       struct sevk_error *err)
{
    uint64_t end = now_ms() + h->client.timeout_ms;

    for (unsigned int ms = POLL_FIRST_MS;; ms = next_wait(ms)) {
        OWN(own_json) struct json_object *vmi = NULL;

        if (!cluster_get(h, &vmi, err)) {
            return false;
        }
        if (vmi == NULL && h->vm.uuid[0] != '\0') {
            return sevk_fail(err, SEVK_HOST, "%s: the VM is gone", what);
        }
        if (vmi != NULL) {
            if (!check_ours(h, vmi, what, err)) {
                return false;
            }
            if (done(vmi)) {
                return true;
            }
            if (!check_alive(vmi, what, err)) {
                return false;
            }
        }
        if (now_ms() >= end) {
            return fail_slow(h, vmi, what, err);
        }
        if (!kube_pause(&h->client, ms)) {
            return sevk_fail(err, SEVK_HOST, "%s: stopped", what);
        }
    }
}

/* -- Creating. ---------------------------------------------------------------------- */

static bool make_mark(struct cluster_host *h, struct sevk_error *err)
{
    uint8_t bytes[16];

    if (!rng_fill(h->rng, bytes, sizeof bytes, err)) {
        return false;
    }
    hex_format(BYTES_OF(bytes), h->mark);
    return true;
}

static bool set_in(struct json_object *in, const char *key, const char *value,
                   struct sevk_error *err)
{
    return json_object_object_add(in, key, json_object_new_string(value)) ==
               0 ||
           out_of_memory(err);
}

/* Writes the namespace and the mark into the owner's manifest. */
static bool mark_manifest(struct cluster_host *h, struct sevk_error *err)
{
    struct json_object *metadata = kube_json_at(h->manifest, "metadata");
    struct json_object *notes = kube_json_at(metadata, "annotations");

    if (notes == NULL) {
        notes = json_object_new_object();
        if (notes == NULL ||
            json_object_object_add(metadata, "annotations", notes) != 0) {
            return out_of_memory(err);
        }
    }
    return set_in(notes, MARK, h->mark, err) &&
           set_in(metadata, "namespace", h->ns, err);
}

static bool create(struct cluster_host *h, const char *kind,
                   struct sevk_error *err)
{
    char path[KUBE_PATH_LEN];
    const struct kube_ask ask = { .method = "POST",
                                  .path = path,
                                  .body = h->manifest,
                                  .what = "creating the VM",
                                  .may_clash = true };
    unsigned int status = 0;

    snprintf(path, sizeof path, "/apis/kubevirt.io/v1/namespaces/%s/%s", h->ns,
             kind);
    if (!kube_send(&h->client, &ask, &status, NULL, err)) {
        return false;
    }
    return status != 409 ||
           sevk_fail(err, SEVK_REFUSED,
                     "the cluster has a VM '%.100s' already; an attested VM "
                     "begins with keys of its own: delete that one, or give "
                     "yours another name",
                     h->name);
}

static bool create_instance(struct cluster_host *h, struct sevk_error *err)
{
    h->may_exist = true;
    if (!create(h, "virtualmachineinstances", err)) {
        h->may_exist = err == NULL || err->code != SEVK_REFUSED;
        return false;
    }
    return true;
}

/* -- A VirtualMachine. ---------------------------------------------------------------- */

static bool ask_vm(struct cluster_host *h, const char *method, bool sub,
                   const char *verb, struct json_object *body, const char *what,
                   struct json_object **ret, struct sevk_error *err)
{
    char path[KUBE_PATH_LEN];
    const struct kube_ask ask = { .method = method,
                                  .path = path,
                                  .body = body,
                                  .what = what,
                                  .may_miss = true };

    snprintf(path, sizeof path,
             "/apis/%skubevirt.io/v1/namespaces/%s/%s/%s%s%s",
             sub ? "subresources." : "", h->ns, "virtualmachines", h->name,
             verb == NULL ? "" : "/", verb == NULL ? "" : verb);
    return kube_send(&h->client, &ask, NULL, ret, err);
}

static bool check_existing(struct cluster_host *h, struct json_object *live,
                           struct sevk_error *err)
{
    OWN(buf_free) struct buf differences = { 0 };
    OWN(own_json) struct json_object *vmi = NULL;

    if (!spec_compare(cluster_owner_spec(h),
                      kube_json_at(live, "spec|template|spec"), &differences,
                      err) ||
        !cluster_get(h, &vmi, err)) {
        return false;
    }
    if (differences.n != 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the cluster's VM '%.80s' is not the manifest's: "
                         "%.300s",
                         h->name, buf_string(&differences));
    }
    return vmi == NULL ||
           sevk_fail(err, SEVK_REFUSED,
                     "the VM '%.80s' runs already; an attested start begins "
                     "with a stopped one: 'virtctl stop %.80s'",
                     h->name, h->name);
}

static bool start_vm(struct cluster_host *h, struct sevk_error *err)
{
    OWN(own_json) struct json_object *live = NULL;
    OWN(own_json) struct json_object *body = json_object_new_object();

    if (body == NULL) {
        return out_of_memory(err);
    }
    if (!ask_vm(h, "GET", false, NULL, NULL, "looking for the VM", &live,
                err)) {
        return false;
    }
    if (live != NULL) {
        if (!check_existing(h, live, err)) {
            return false;
        }
    } else {
        h->made_vm = true;
        if (!create(h, "virtualmachines", err)) {
            return false;
        }
    }
    h->may_exist = true;
    return ask_vm(h, "PUT", true, "start", body, "starting the VM", NULL, err);
}

bool cluster_schedule(void *ctx, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);

    return make_mark(h, err) && mark_manifest(h, err) &&
           (h->kind == MANIFEST_VM ? start_vm(h, err)
                                   : create_instance(h, err)) &&
           wait_until(h, "waiting for a node", is_scheduled, err);
}

/* -- Session, resume. -------------------------------------------------------------------- */

static bool base64_of(struct bytes from, char **ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!base64_append(&text, from, err)) {
        return false;
    }
    *ret = strdup(buf_string(&text));
    return *ret != NULL || out_of_memory(err);
}

bool cluster_start(void *ctx, const struct host_session *session,
                   struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *body = json_object_new_object();

    if (body == NULL) {
        return out_of_memory(err);
    }
    return base64_of(bytes_make(session->godh, SEV_CERT_LEN), &h->dh_cert,
                     err) &&
           base64_of(bytes_make(session->blob, SESSION_BUF_LEN), &h->session,
                     err) &&
           set_in(body, "session", h->session, err) &&
           set_in(body, "dhCert", h->dh_cert, err) &&
           cluster_sub(h, "PUT", "sev/setupsession", body,
                       "handing over the session", NULL, err) &&
           wait_until(h, "waiting for the VM to start", is_started, err);
}

bool cluster_resume(void *ctx, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    OWN(own_json) struct json_object *body = json_object_new_object();

    return (body != NULL || out_of_memory(err)) &&
           cluster_sub(h, "PUT", "unpause", body, "resuming the VM", NULL,
                       err) &&
           wait_until(h, "waiting for the VM to run", is_resumed, err);
}

/* -- Abandon. ------------------------------------------------------------------------------ */

#define ABANDON_MS_MAX 20000u

/* At once, and only the one with this UID. */
static struct json_object *delete_options(const char *uid)
{
    OWN(own_json) struct json_object *options = json_object_new_object();
    struct json_object *only = json_object_new_object();

    if (options == NULL || only == NULL ||
        json_object_object_add(options, "preconditions", only) != 0 ||
        json_object_object_add(options, "kind",
                               json_object_new_string("DeleteOptions")) != 0 ||
        json_object_object_add(options, "apiVersion",
                               json_object_new_string("v1")) != 0 ||
        json_object_object_add(options, "gracePeriodSeconds",
                               json_object_new_int(0)) != 0 ||
        json_object_object_add(only, "uid", json_object_new_string(uid)) != 0) {
        return NULL;
    }
    return TAKE(options);
}

static bool delete_instance(struct cluster_host *h, const char *uid,
                            struct sevk_error *err)
{
    char path[KUBE_PATH_LEN];
    OWN(own_json) struct json_object *body = delete_options(uid);
    const struct kube_ask ask = { .method = "DELETE",
                                  .path = path,
                                  .body = body,
                                  .what = "deleting the VM",
                                  .may_miss = true,
                                  .may_clash = true };

    snprintf(path, sizeof path,
             "/apis/kubevirt.io/v1/namespaces/%s/virtualmachineinstances/%s",
             h->ns, h->name);
    return (body != NULL || out_of_memory(err)) &&
           kube_send(&h->client, &ask, NULL, NULL, err);
}

/* A VirtualMachine would make a new instance, if it were not stopped first. */
static bool stop_vm(struct cluster_host *h, struct sevk_error *err)
{
    OWN(own_json) struct json_object *live = NULL;
    OWN(own_json) struct json_object *body = NULL;
    const char *mark;

    if (h->kind != MANIFEST_VM) {
        return true;
    }
    if (!h->made_vm) {
        struct sevk_error ignored;

        body = json_object_new_object();
        /* "It is not running" is an answer that will do. */
        (void)!ask_vm(h, "PUT", true, "stop", body, "stopping the VM", NULL,
                      &ignored);
        return true;
    }
    if (!ask_vm(h, "GET", false, NULL, NULL, "looking for the VM", &live,
                err)) {
        return false;
    }
    mark = kube_json_text(live, "metadata|annotations|" MARK);
    if (mark == NULL || strcmp(mark, h->mark) != 0) {
        return true; /* gone, or somebody else's */
    }
    body = delete_options(kube_json_text(live, "metadata|uid") == NULL
                              ? ""
                              : kube_json_text(live, "metadata|uid"));
    return (body != NULL || out_of_memory(err)) &&
           ask_vm(h, "DELETE", false, NULL, body, "deleting the VM", NULL, err);
}

static bool end_instance(struct cluster_host *h, struct sevk_error *err)
{
    uint64_t end = now_ms() + ABANDON_MS_MAX;

    for (unsigned int ms = POLL_FIRST_MS;; ms = next_wait(ms)) {
        OWN(own_json) struct json_object *vmi = NULL;

        if (!cluster_get(h, &vmi, err)) {
            return false;
        }
        if (vmi == NULL || !is_ours(h, vmi)) {
            return true;
        }
        if (!delete_instance(h,
                             kube_json_text(vmi, "metadata|uid") == NULL
                                 ? ""
                                 : kube_json_text(vmi, "metadata|uid"),
                             err)) {
            return false;
        }
        if (now_ms() >= end) {
            return sevk_fail(err, SEVK_HOST,
                             "it is still there after it was deleted");
        }
        (void)!kube_pause(&h->client, ms);
    }
}

/* The wish to stop is why things are cleaned up: it is not heeded here. */
bool cluster_abandon(void *ctx, struct sevk_error *err)
{
    struct cluster_host *h = of(ctx);
    const struct watch *watch = h->client.watch;
    uint32_t timeout = h->client.timeout_ms;
    bool done;

    if (!h->may_exist && !h->made_vm) {
        return true;
    }
    h->client.watch = NULL;
    if (timeout > ABANDON_MS_MAX) {
        h->client.timeout_ms = ABANDON_MS_MAX;
    }
    done = stop_vm(h, err) && end_instance(h, err);
    h->client.watch = watch;
    h->client.timeout_ms = timeout;
    if (done) {
        h->may_exist = false;
        h->made_vm = false;
    }
    return done;
}
