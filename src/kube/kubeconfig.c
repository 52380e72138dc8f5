/* SPDX-License-Identifier: Apache-2.0 */
/* A kubeconfig: which cluster, and who one is there. */
#include "kube/kubeconfig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "kube/node.h"

#define PEM_MAX   ((size_t)256 * 1024)
#define TOKEN_MAX ((size_t)64 * 1024)

struct loading {
    const char *path;
    struct kubeconfig *config;
    struct sevk_error *err;
};

void kubeconfig_clear(struct kubeconfig *config)
{
    free(config->server);
    buf_free(&config->ca);
    buf_free(&config->cert);
    secret_clear(&config->key);
    secret_clear(&config->token);
    *config = (struct kubeconfig){ 0 };
}

bool kube_name_ok(const char *name)
{
    size_t n = strlen(name);

    return n > 0 && n < KUBE_NAME_LEN &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-")] ==
               '\0' &&
           name[0] != '-' && name[0] != '.' && name[n - 1] != '-' &&
           name[n - 1] != '.' && strstr(name, "..") == NULL;
}

/* -- What is refused. ------------------------------------------------------------ */

static bool is_given(const struct node *in, const char *key)
{
    const struct node *value = node_get(in, key);

    return value != NULL && !node_is_false(value) &&
           (value->kind != NODE_SCALAR || value->text[0] != '\0');
}

struct refusal {
    const char *key;
    const char *why;
};

static bool refuse(struct loading *l, const struct node *in,
                   const struct refusal *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_given(in, rows[i].key)) {
            return sevk_fail(l->err, SEVK_REFUSED,
                             "'%.120s' line %u has '%s': %s", l->path,
                             node_entry(in, rows[i].key)->key->line,
                             rows[i].key, rows[i].why);
        }
    }
    return true;
}

static bool check_cluster(struct loading *l, const struct node *cluster)
{
    static const struct refusal rows[] = {
        { "insecure-skip-tls-verify",
          "without TLS anybody could be the cluster, and get the secrets that "
          "it is given; write the cluster's CA instead" },
        { "tls-server-name", "name the server by the name in its certificate" },
        { "proxy-url", "proxies are not used" },
    };

    return refuse(l, cluster, rows, sizeof rows / sizeof *rows);
}

static bool check_user(struct loading *l, const struct node *user)
{
    static const struct refusal rows[] = {
        { "exec", "it would run a program; get a token from it yourself, and "
                  "write it as tokenFile" },
        { "auth-provider", "such plugins are not run; write a token or a "
                           "client certificate" },
        { "username", "passwords are not used; write a token or a client "
                      "certificate" },
        { "password", "passwords are not used; write a token or a client "
                      "certificate" },
        { "as", "nobody else is impersonated" },
        { "as-groups", "nobody else is impersonated" },
        { "as-uid", "nobody else is impersonated" },
        { "as-user-extra", "nobody else is impersonated" },
    };

    return refuse(l, user, rows, sizeof rows / sizeof *rows);
}

/* -- Files and data. ------------------------------------------------------------- */

/* A name beside the kubeconfig, unless it begins with a slash. */
static bool resolve(struct loading *l, const char *name, char **ret)
{
    const char *slash = strrchr(l->path, '/');

    if (name[0] == '/' || slash == NULL) {
        *ret = strdup(name);
    } else if (asprintf(ret, "%.*s/%s", (int)(slash - l->path), l->path, name) <
               0) {
        *ret = NULL;
    }
    return *ret != NULL || sevk_fail(l->err, SEVK_HOST, "out of memory");
}

static bool text_of(struct loading *l, const struct node *in, const char *key,
                    const char **ret)
{
    const struct node *node = node_get(in, key);

    *ret = node_text(node);
    if (node != NULL && (*ret == NULL || node->scalar != SCALAR_STRING)) {
        return sevk_fail(l->err, SEVK_INPUT,
                         "'%.120s' line %u: '%s' is no text", l->path,
                         node->line, key);
    }
    if (*ret != NULL && (*ret)[0] == '\0') {
        *ret = NULL;
    }
    return true;
}

/* No CAs would stand for the system's: those the user meant to leave out. */
static bool check_some(const struct buf *pem, const char *what,
                       struct sevk_error *err)
{
    return pem->n > 0 || sevk_fail(err, SEVK_INPUT, "%s: it is empty", what);
}

/* KEY-data in base64, or KEY as a file; neither: RET stays empty. */
static bool load_pem(struct loading *l, const struct node *in, const char *key,
                     struct buf *ret)
{
    char data_key[64];
    const char *data;
    const char *name;

    snprintf(data_key, sizeof data_key, "%s-data", key);
    if (!text_of(l, in, data_key, &data) || !text_of(l, in, key, &name)) {
        return false;
    }
    if (data != NULL) {
        return (base64_decode(ret, bytes_of_string(data), data_key, l->err) &&
                check_some(ret, data_key, l->err)) ||
               sevk_fail_in(l->err, "'%.120s'", l->path);
    }
    if (name != NULL) {
        OWN(own_free) char *path = NULL;

        return resolve(l, name, &path) &&
               ((file_read(path, PEM_MAX, key, ret, l->err) &&
                 check_some(ret, key, l->err)) ||
                sevk_fail_in(l->err, "'%.120s' %s", l->path, key));
    }
    return true;
}

/* The buffer wipes itself; the key ends in locked pages. */
static bool load_key(struct loading *l, const struct node *user)
{
    OWN(buf_free) struct buf pem = { 0 };

    return load_pem(l, user, "client-key", &pem) &&
           (pem.n == 0 ||
            secret_copy(&l->config->key, buf_bytes(&pem), l->err));
}

/* A token file may end with a newline. */
static bool load_token_file(struct loading *l, const char *name)
{
    OWN(own_free) char *path = NULL;
    SECRET(text);
    struct bytes b;

    if (!resolve(l, name, &path) ||
        !secret_read_file(&text, path, 1, TOKEN_MAX, "token", l->err)) {
        return false;
    }
    b = secret_expose(&text);
    while (b.n > 0 && (b.p[b.n - 1] == '\n' || b.p[b.n - 1] == '\r')) {
        b.n--;
    }
    if (b.n == 0) {
        return sevk_fail(l->err, SEVK_INPUT, "token '%.120s' is empty", path);
    }
    return secret_copy(&l->config->token, b, l->err);
}

/* As kubectl: the file wins, for it is what is renewed. */
static bool load_token(struct loading *l, const struct node *user)
{
    const char *token;
    const char *file;

    if (!text_of(l, user, "token", &token) ||
        !text_of(l, user, "tokenFile", &file)) {
        return false;
    }
    if (file != NULL) {
        return load_token_file(l, file);
    }
    return token == NULL ||
           secret_copy(&l->config->token, bytes_of_string(token), l->err);
}

/* -- The parts. -------------------------------------------------------------------- */

/* In the list LIST the item called NAME, and of it the map KEY. */
static bool find(struct loading *l, const struct node *root, const char *list,
                 const char *name, const char *key, const struct node **ret)
{
    const struct node *items = node_get(root, list);

    for (size_t i = 0;
         items != NULL && items->kind == NODE_LIST && i < items->n; i++) {
        const struct node *item = items->entries[i].value;
        const char *is = node_text(node_get(item, "name"));

        if (is != NULL && strcmp(is, name) == 0) {
            *ret = node_get(item, key);
            return (*ret != NULL && (*ret)->kind == NODE_MAP) ||
                   sevk_fail(l->err, SEVK_INPUT,
                             "'%.120s': '%.60s' of %s has no '%s'", l->path,
                             name, list, key);
        }
    }
    return sevk_fail(l->err, SEVK_INPUT, "'%.120s' has no '%.60s' among its %s",
                     l->path, name, list);
}

static bool load_server(struct loading *l, const struct node *cluster)
{
    const char *server;
    size_t n;

    if (!text_of(l, cluster, "server", &server)) {
        return false;
    }
    if (server == NULL || strncmp(server, "https://", 8) != 0) {
        return sevk_fail(l->err, server == NULL ? SEVK_INPUT : SEVK_REFUSED,
                         "'%.120s': the server must be an https address",
                         l->path);
    }
    n = strlen(server);
    while (n > 8 && server[n - 1] == '/') {
        n--;
    }
    l->config->server = strndup(server, n);
    return l->config->server != NULL ||
           sevk_fail(l->err, SEVK_HOST, "out of memory");
}

static bool load_cluster(struct loading *l, const struct node *root,
                         const char *name)
{
    const struct node *cluster;

    return find(l, root, "clusters", name, "cluster", &cluster) &&
           check_cluster(l, cluster) && load_server(l, cluster) &&
           load_pem(l, cluster, "certificate-authority", &l->config->ca);
}

static bool load_user(struct loading *l, const struct node *root,
                      const char *name)
{
    struct kubeconfig *c = l->config;
    const struct node *user;

    if (!find(l, root, "users", name, "user", &user) || !check_user(l, user) ||
        !load_pem(l, user, "client-certificate", &c->cert) ||
        !load_key(l, user) || !load_token(l, user)) {
        return false;
    }
    if ((c->cert.n == 0) != (c->key.n == 0)) {
        return sevk_fail(l->err, SEVK_INPUT,
                         "'%.120s': user '%.60s' has a client certificate or "
                         "its key, but not both",
                         l->path, name);
    }
    return c->cert.n != 0 || c->token.n != 0 ||
           sevk_fail(l->err, SEVK_INPUT,
                     "'%.120s': user '%.60s' has neither a client certificate "
                     "nor a token",
                     l->path, name);
}

static bool load_context(struct loading *l, const struct node *root,
                         const char *wanted)
{
    struct kubeconfig *c = l->config;
    const struct node *context;
    const char *name = wanted;
    const char *cluster;
    const char *user;
    const char *ns;

    if (name == NULL && !text_of(l, root, "current-context", &name)) {
        return false;
    }
    if (name == NULL) {
        return sevk_fail(l->err, SEVK_USAGE,
                         "'%.120s' has no current-context; name one by "
                         "--context",
                         l->path);
    }
    if (!find(l, root, "contexts", name, "context", &context) ||
        !text_of(l, context, "cluster", &cluster) ||
        !text_of(l, context, "user", &user) ||
        !text_of(l, context, "namespace", &ns)) {
        return false;
    }
    snprintf(c->context, sizeof c->context, "%s", name);
    snprintf(c->namespace_, sizeof c->namespace_, "%s",
             ns == NULL ? "default" : ns);
    if (cluster == NULL || user == NULL || !kube_name_ok(c->namespace_)) {
        return sevk_fail(l->err, SEVK_INPUT,
                         "'%.120s': context '%.60s' names no cluster, no user, "
                         "or a namespace that is none",
                         l->path, name);
    }
    return load_cluster(l, root, cluster) && load_user(l, root, user);
}

bool kubeconfig_load(const char *path, const char *context,
                     struct kubeconfig *ret, struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    OWN(kubeconfig_clear) struct kubeconfig config = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct loading l = { path, &config, err };

    if (!file_read(path, YAML_MAX, "kubeconfig", &text, err)) {
        return false;
    }
    if (!yaml_parse(&text, &file, err)) {
        return sevk_fail_in(err, "'%.120s'", path);
    }
    if (file.n_documents != 1) {
        return sevk_fail(err, SEVK_INPUT, "'%.120s' is no kubeconfig", path);
    }
    if (!load_context(&l, file.documents[0], context)) {
        return false;
    }
    *ret = config;
    config = (struct kubeconfig){ 0 };
    return true;
}
