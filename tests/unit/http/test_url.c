/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of url.c: which addresses a request may have. */
#include "base/own.h"
#include "http/url.h"
#include "lib/unit.h"

static void refuse(const char *text, bool plain, const char *part)
{
    CURLU *url = NULL;
    struct sevk_error err;

    assert_fails(url_read(text, plain, &url, &err), &err, SEVK_USAGE, part);
    assert_null(url);
}

static void what_is_no_web_address_is_refused(void **state)
{
    char long_one[URL_MAX + 2];

    (void)state;
    memcpy(long_one, "https://h/", 10);
    memset(long_one + 10, 'x', sizeof(long_one) - 11);
    long_one[sizeof(long_one) - 1] = '\0';
    refuse("", false, "is no web address");
    refuse("kds.example/cek", false, "is no web address");
    refuse("https://", false, "is no web address");
    refuse("https:/h/x", false, "is no web address");
    refuse("https:h/x", false, "is no web address");
    refuse("https:///h/x", false, "is no web address");
    refuse("/h?u=https://x", true, "");
    refuse("https://h:99999/", false, "is no web address");
    refuse("https://h/a b", false, "no space");
    refuse("https://h/\r\nX: y", false, "no space");
    refuse("https://h/\xc3\xa4", false, "printable");
    refuse(long_one, false, "at most 4096");
}

static void other_schemes_are_refused(void **state)
{
    (void)state;
    refuse("http://kds.example/", false, "only https");
    refuse("ftp://kds.example/", false, "only https");
    refuse("file:///etc/passwd", false, "is no web address");
    refuse("file://localhost/etc/passwd", false, "");
    refuse("javascript:x", false, "");
    refuse("http://127.0.0.1/", false, "only https");
}

static void credentials_are_refused_and_not_repeated(void **state)
{
    CURLU *url = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(url_read("https://me:hush@h/", false, &url, &err), &err,
                 SEVK_USAGE, "user name or password");
    assert_null(strstr(err.message, "hush"));
    refuse("https://me@h/", false, "user name or password");
}

static void plain_http_is_for_numeric_loopback_alone(void **state)
{
    static const char *const good[] = { "http://127.0.0.1:8/x", "http://[::1]",
                                        "https://kds.example/cek/id/00?a=b" };

    (void)state;
    refuse("http://localhost/", true, "http on 127.0.0.1");
    refuse("http://127.0.0.1.example/", true, "only https");
    refuse("http://127.0.0.1@h/", true, "user name");
    refuse("http://h/127.0.0.1", true, "only https");
    for (size_t i = 0; i < N_OF(good); i++) {
        OWN(url_drop) CURLU *url = NULL;
        struct sevk_error err;

        assert_works(url_read(good[i], true, &url, &err), &err);
        assert_int_equal(url_is_https(url), good[i][4] == 's');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_web_address_is_refused),
        cmocka_unit_test(other_schemes_are_refused),
        cmocka_unit_test(credentials_are_refused_and_not_repeated),
        cmocka_unit_test(plain_http_is_for_numeric_loopback_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
