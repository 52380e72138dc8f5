/* SPDX-License-Identifier: Apache-2.0 */
/* KubeVirt as a host that can run an attested launch. */
#ifndef SEVKIT_KUBE_CLUSTER_HOST_H
#define SEVKIT_KUBE_CLUSTER_HOST_H

#include "attest/host.h"
#include "kube/client.h"
#include "kube/manifest.h"

/*
 * Fills attest/host.h by the four sev/ subresources (formats.md 12):
 *
 *   schedule      creates the instance (or creates and starts the
 *                 VirtualMachine), and waits until it is Scheduled
 *   certificates  GET sev/fetchcertchain
 *   start         PUT sev/setupsession, and waits until it is Running, paused
 *   measure       GET sev/querylaunchmeasurement; its loaderSHA, the host's word
 *                 for its firmware, is not used
 *   inject        PUT sev/injectlaunchsecret
 *   resume        PUT unpause
 *   abandon       DELETE of the instance with this UID; a VirtualMachine is
 *                 stopped, and deleted if the launch created it
 *
 * An instance is told from a namesake by its UID and, until that is known, by
 * an annotation with a random number.
 */
struct cluster_host {
    struct kube_client client;
    struct json_object *manifest; /* the owner's, of the kind "kind" */
    enum manifest_kind kind;      /* MANIFEST_VM or MANIFEST_VMI */
    char ns[KUBE_NAME_LEN];
    char name[KUBE_NAME_LEN];
    struct rng rng;

    struct host_vm vm;
    char mark[40];  /* the annotation's value */
    bool may_exist; /* an instance of ours may be there */
    bool made_vm;   /* the VirtualMachine is ours as well */
    char *session;  /* base64, as it was sent */
    char *dh_cert;
};

void cluster_host_close(struct cluster_host *host); /* also for OWN() */

/* The ops; valid as long as HOST, whose first part is filled. */
struct host cluster_host_ops(struct cluster_host *host);

/* cluster_start.c: how an instance comes into being, and goes. */
SEVK_MUST_CHECK bool cluster_schedule(void *ctx, struct sevk_error *err);
SEVK_MUST_CHECK bool cluster_start(void *ctx,
                                   const struct host_session *session,
                                   struct sevk_error *err);
SEVK_MUST_CHECK bool cluster_resume(void *ctx, struct sevk_error *err);
SEVK_MUST_CHECK bool cluster_abandon(void *ctx, struct sevk_error *err);

/* The instance, or NULL when there is none of that name. */
SEVK_MUST_CHECK bool cluster_get(struct cluster_host *host,
                                 struct json_object **ret,
                                 struct sevk_error *err);

/* One of the sev/ subresources, or unpause. BODY may be NULL. */
SEVK_MUST_CHECK bool cluster_sub(struct cluster_host *host, const char *method,
                                 const char *sub, struct json_object *body,
                                 const char *what, struct json_object **ret,
                                 struct sevk_error *err);

/* The spec of the instance within the owner's manifest; a view. */
struct json_object *cluster_owner_spec(const struct cluster_host *host);

#endif
