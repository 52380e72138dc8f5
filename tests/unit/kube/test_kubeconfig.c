/* SPDX-License-Identifier: Apache-2.0 */
/* Kubeconfigs: what is refused, and what they give. */
#include "kube/kubeconfig.h"

#include <stdio.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static bool load(const char *cluster, const char *user, const char *context,
                 struct kubeconfig *ret, struct sevk_error *err)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *ca = temp_dir_write(&dir, "ca.pem", bytes_of_string("CA"));
    OWN(own_free)
    char *token = temp_dir_write(&dir, "token", bytes_of_string("tk\r\n"));
    OWN(own_free)
    char *none = temp_dir_write(&dir, "none.pem", bytes_of_string(""));
    OWN(buf_free) struct buf text = { 0 };
    OWN(own_free) char *path = NULL;

    assert_true(ca != NULL && token != NULL && none != NULL);
    assert_works(buf_printf(&text, err,
                            "current-context: x\n"
                            "contexts:\n- {name: x, context: %s}\n"
                            "clusters:\n- {name: c, cluster: %s}\n"
                            "users:\n- {name: u, user: %s}\n",
                            context, cluster, user),
                 err);
    path = temp_dir_write(&dir, "config", buf_bytes(&text));
    return kubeconfig_load(path, NULL, ret, err);
}

#define CONTEXT "{cluster: c, user: u}"
#define CLUSTER "{server: 'https://h:1//', certificate-authority: ca.pem}"

static void refused(const char *cluster, const char *user, enum sevk_code code,
                    const char *why)
{
    struct kubeconfig config = { 0 };
    struct sevk_error err;

    assert_fails(load(cluster, user, CONTEXT, &config, &err), &err, code, why);
    assert_null(config.server);
    assert_int_equal(config.token.n, 0);
}

static void what_would_weaken_it_is_refused(void **state)
{
    (void)state;
    refused("{server: 'https://h', insecure-skip-tls-verify: true}",
            "{token: a}", SEVK_REFUSED, "anybody");
    refused("{server: 'http://h'}", "{token: a}", SEVK_REFUSED, "https");
    refused("{server: 'https://h', proxy-url: 'http://p'}", "{token: a}",
            SEVK_REFUSED, "proxies");
    refused(CLUSTER, "{exec: {command: sh}}", SEVK_REFUSED, "run a program");
    refused(CLUSTER, "{auth-provider: {name: a}}", SEVK_REFUSED, "not run");
    refused(CLUSTER, "{username: a}", SEVK_REFUSED, "passwords");
    refused(CLUSTER, "{token: a, as: root}", SEVK_REFUSED, "impersonated");
}

static void what_is_missing_or_malformed_is_named(void **state)
{
    (void)state;
    refused("{}", "{token: a}", SEVK_INPUT, "https");
    refused("[]", "{token: a}", SEVK_INPUT, "no 'cluster'");
    refused(CLUSTER, "7", SEVK_INPUT, "no 'user'");
    refused(CLUSTER, "null", SEVK_INPUT, "no 'user'");
}

static void no_cas_are_not_the_systems(void **state)
{
    (void)state;
    refused("{server: 'https://h', certificate-authority: none.pem}",
            "{token: a}", SEVK_INPUT, "it is empty");
    refused("{server: 'https://h', certificate-authority-data: ' '}",
            "{token: a}", SEVK_INPUT, "it is empty");
}

static void a_person_is_needed(void **state)
{
    (void)state;
    refused(CLUSTER, "{token: ''}", SEVK_INPUT, "neither");
    refused(CLUSTER, "{token: [a]}", SEVK_INPUT, "no text");
    refused(CLUSTER, "{client-certificate-data: QQ==}", SEVK_INPUT, "not both");
    refused(CLUSTER, "{client-key-data: '!'}", SEVK_INPUT, "client-key-data");
    refused(CLUSTER, "{tokenFile: nowhere}", SEVK_INPUT, "nowhere");
}

static void tokens_and_certificates_are_taken(void **state)
{
    struct kubeconfig config = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(load(CLUSTER, "{tokenFile: token, token: other}", CONTEXT,
                      &config, &err),
                 &err);
    assert_string_equal(config.server, "https://h:1");
    assert_string_equal(config.namespace_, "default");
    assert_string_equal(buf_string(&config.ca), "CA");
    assert_bytes_equal(secret_expose(&config.token), bytes_of_string("tk"));
    kubeconfig_clear(&config);
    assert_works(load(CLUSTER,
                      "{client-certificate-data: QQ==, client-key-data: Qg==}",
                      "{cluster: c, user: u, namespace: ns}", &config, &err),
                 &err);
    assert_string_equal(config.namespace_, "ns");
    assert_string_equal(buf_string(&config.cert), "A");
    assert_bytes_equal(secret_expose(&config.key), bytes_of_string("B"));
    kubeconfig_clear(&config);
    assert_null(config.server);
}

static void names_lead_out_of_no_path(void **state)
{
    static const char *const good[] = { "a", "a-b.c", "0" };
    static const char *const bad[] = { "",   ".", "..",  "a/b", "a..b", "-a",
                                       "a-", "A", "a b", "a?b", "a%2f", "a." };

    (void)state;
    for (size_t i = 0; i < N_OF(good); i++) {
        assert_true(kube_name_ok(good[i]));
    }
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_false(kube_name_ok(bad[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_weaken_it_is_refused),
        cmocka_unit_test(what_is_missing_or_malformed_is_named),
        cmocka_unit_test(no_cas_are_not_the_systems),
        cmocka_unit_test(a_person_is_needed),
        cmocka_unit_test(tokens_and_certificates_are_taken),
        cmocka_unit_test(names_lead_out_of_no_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
