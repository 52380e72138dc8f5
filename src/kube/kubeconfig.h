/* SPDX-License-Identifier: Apache-2.0 */
/* A kubeconfig: which cluster, and who one is there. */
#ifndef SEVKIT_KUBE_KUBECONFIG_H
#define SEVKIT_KUBE_KUBECONFIG_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/secret.h"

/*
 * kubectl's file, as far as it describes a server that is verified and a person
 * who is known by a client certificate or a token. Refused (SEVK_REFUSED), with
 * the reason: exec and auth-provider plugins (they would run a program of the
 * file's choice), passwords, impersonation, proxies, and to leave TLS
 * unverified. Files that it names are relative to it. Release with
 * kubeconfig_clear(), also as OWN().
 *
 * What this does not do: the text that held the token or key was in memory of
 * the YAML parser for a moment, which does not wipe all of it.
 */
#define KUBE_NAME_LEN 254 /* RFC 1123 subdomains, and NUL */

struct kubeconfig {
    char context[KUBE_NAME_LEN];
    char namespace_[KUBE_NAME_LEN]; /* "default" when it says none */
    char *server;    /* "https://host:6443", without a "/" at its end */
    struct buf ca;   /* PEM; empty: the system's own CAs */
    struct buf cert; /* PEM; empty: none */
    struct sevk_secret key;
    struct sevk_secret token;
};

void kubeconfig_clear(struct kubeconfig *config);

/* CONTEXT is a name, or NULL for current-context. */
SEVK_MUST_CHECK bool kubeconfig_load(const char *path, const char *context,
                                     struct kubeconfig *ret,
                                     struct sevk_error *err);

/* May NAME stand in a path of the API? An RFC 1123 subdomain. */
bool kube_name_ok(const char *name);

#endif
