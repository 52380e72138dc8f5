/* SPDX-License-Identifier: Apache-2.0 */
/* The API server of a cluster: one question, one answer. */
#ifndef SEVKIT_KUBE_CLIENT_H
#define SEVKIT_KUBE_CLIENT_H

#include "attest/watch.h"
#include "http/http.h"
#include "kube/kubeconfig.h"

/*
 * What the cluster answers is a stranger's word: it is cut, counted and never
 * believed. A connection that was lost is opened anew by the next question.
 */
struct json_object;

struct kube_client {
    struct kubeconfig *config;
    struct http *http;
    uint32_t timeout_ms;       /* for each answer */
    const struct watch *watch; /* asked whether to stop; NULL: nobody is */
};

/* The rest of CLIENT is filled; opens what asks. */
SEVK_MUST_CHECK bool kube_client_open(struct kube_client *client,
                                      struct sevk_error *err);
void kube_client_close(struct kube_client *client); /* also for OWN() */

#define KUBE_PATH_LEN   700
#define KUBE_ANSWER_MAX ((size_t)8 * 1024 * 1024)

struct kube_ask {
    const char *method;       /* "GET", "PUT", … */
    const char *path;         /* "/api/v1/nodes?limit=50" */
    struct json_object *body; /* NULL: none; the caller's */
    const char *what;         /* "asking for the nodes": begins messages */
    bool may_miss;            /* 404 is an answer, and so is … */
    bool may_clash;           /* … 409 */
};

/*
 * True: the status is in *RET_STATUS (2xx, or what may be), and with RET_TREE
 * not NULL the answer, which must be a JSON object then, or NULL when it has no
 * body or is an error. 429 is asked again a few times, after what the server says.
 * SEVK_REFUSED for 401, 403, 409; SEVK_HOST for the rest.
 */
SEVK_MUST_CHECK bool kube_send(struct kube_client *client,
                               const struct kube_ask *ask,
                               unsigned int *ret_status,
                               struct json_object **ret_tree,
                               struct sevk_error *err);

/* Lets MS pass, in slices; false as soon as the user wants to stop. */
bool kube_pause(const struct kube_client *client, unsigned int ms);

/* -- Looks into answers: NULL where there is none, or of another type. ------ */

struct json_object *kube_json_at(struct json_object *in, const char *path);
const char *kube_json_text(struct json_object *in, const char *path);

/* One JSON object, of at most KUBE_ANSWER_MAX bytes, and nothing else. */
bool kube_answer_parse(struct bytes body, struct json_object **ret);

/* For OWN(). */
void own_json(struct json_object **tree);

#endif
