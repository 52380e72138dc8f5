/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the domain that boots an image. */
#include "image/domain.h"

#include "base/own.h"
#include "lib/unit.h"

static const struct domain plain = {
    .name = "vm",
    .firmware = "/f/OVMF.fd",
    .kernel = "/i/kernel",
    .initrd = "/i/initrd",
    .cmdline = "console=ttyS0",
    .disk = "/i/disk.img",
    .cpu = "EPYC-Milan",
    .policy = 0x0f,
    .vcpus = 2,
    .memory_mib = 1024,
    .locked = true,
};

static void has(const struct domain *d, const char *part, bool expected)
{
    OWN(buf_free) struct buf xml = { 0 };
    struct sevk_error err = { 0 };

    assert_works(domain_write(d, &xml, &err), &err);
    if ((strstr(buf_string(&xml), part) != NULL) != expected) {
        fail_msg("'%s' is %sin: %s", part, expected ? "not " : "",
                 buf_string(&xml));
    }
}

static void texts_are_escaped(void **state)
{
    struct domain d = plain;

    (void)state;
    d.cmdline = "a<b> & \"c\" 'd'";
    d.disk = "/o'clock & co";
    has(&d, "<cmdline>a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;</cmdline>",
        true);
    has(&d, "<source file='/o&apos;clock &amp; co'/>", true);
}

static void what_is_measured_is_in_it(void **state)
{
    (void)state;
    has(&plain, "<launchSecurity type='sev' kernelHashes='yes'>", true);
    has(&plain, "<policy>0xf</policy>", true);
    has(&plain, "<loader readonly='yes' type='pflash' stateless='yes'>/f/OVMF",
        true);
    has(&plain, "<vcpu>2</vcpu>", true);
    has(&plain, "<on_reboot>destroy</on_reboot>", true);
}

static void memory_is_locked_where_it_can_be(void **state)
{
    struct domain d = plain;

    (void)state;
    has(&d, "<hard_limit unit='MiB'>1536</hard_limit>", true);
    d.locked = false;
    has(&d, "hard_limit", false);
    has(&d, "<locked/>", false);
}

static void the_console_is_a_file_or_a_terminal(void **state)
{
    struct domain d = plain;

    (void)state;
    has(&d, "<serial type='pty'/>", true);
    d.console = "/tmp/c";
    has(&d, "<serial type='file'><source path='/tmp/c'/></serial>", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(what_is_measured_is_in_it),
        cmocka_unit_test(memory_is_locked_where_it_can_be),
        cmocka_unit_test(the_console_is_a_file_or_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
