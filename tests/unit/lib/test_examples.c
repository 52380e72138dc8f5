/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the example programs against the emulated platform. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/own.h"
#include "unit/lib/stage.h"

#define SECRETS 0x810000 /* the area of the stage's image */

/* Runs a program; its standard output is in RET, its exit status returned. */
static int run(const struct stage *s, const char *name,
               const char *const *words, struct buf *ret)
{
    const char *dir = getenv("SEVKIT_EXAMPLES");
    OWN(own_free) char *out = temp_dir_path(&s->dir, "out");
    const char *argv[16] = { NULL };
    char path[512];
    struct sevk_error err;
    int status = -1;
    pid_t pid;

    assert_non_null(dir);
    snprintf(path, sizeof path, "%s/example-%s", dir, name);
    argv[0] = path;
    for (size_t i = 0; words[i] != NULL; i++) {
        argv[i + 1] = words[i];
    }
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        if (fd >= 0 && dup2(fd, 1) == 1) {
            execv(path, (char *const *)(uintptr_t)argv);
        }
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    buf_free(ret);
    assert_works(file_read(out, 65536, "output", ret, &err), &err);
    return WEXITSTATUS(status);
}

/* The word behind NAME on a line of its own. */
static char *value_of(const struct buf *out, const char *name)
{
    const char *at = strstr(buf_string(out), name);
    char *value;

    assert_non_null(at);
    at += strlen(name) + 1;
    value = strndup(at, strcspn(at, "\n"));
    assert_non_null(value);
    return value;
}

/* make-session for the stage's platform; the host takes what it wrote. */
static void make_session(struct stage *s, const char *prefix,
                         const char *policy)
{
    OWN(buf_free) struct buf out = { 0 };
    const char *const words[] = { s->root, s->chain, policy, prefix, NULL };
    OWN(own_free) char *godh = NULL;

    assert_int_equal(run(s, "make-session", words, &out), 0);
    assert_non_null(strstr(buf_string(&out), "(VIRTUAL)"));
    godh = value_of(&out, "dhCert");
    assert_int_equal(strlen(godh), 2780);
    assert_true(asprintf(&s->godh, "%s_godh.b64", prefix) > 0);
    assert_true(asprintf(&s->blob, "%s_session.b64", prefix) > 0);
    s->host.dh_cert_file = s->godh;
    s->host.session_file = s->blob;
}

static struct vmm_guest *start(struct stage *s, char **ret_measurement,
                               char ret_version[static 32])
{
    struct vmm_guest *guest = NULL;
    OWN(buf_free) struct buf text = { 0 };
    uint8_t bytes[MEASURE_BUF_LEN];
    struct vmm_info info;
    struct sevk_error err;

    assert_works(vmm_guest_start(&s->host, &guest, &err), &err);
    vmm_guest_measurement(guest, bytes);
    assert_works(base64_append(&text, BYTES_OF(bytes), &err), &err);
    *ret_measurement = strdup(buf_string(&text));
    info = vmm_guest_info(guest);
    snprintf(ret_version, 32, "%u.%u.%u", info.api_major, info.api_minor,
             info.build);
    return guest;
}

/* The chain of the host, with the CEK that AMD's server would have signed. */
static void complete_chain(struct stage *s)
{
    OWN(buf_free) struct buf all = { 0 };
    OWN(buf_free) struct buf cek = { 0 };
    struct sevk_error err;

    assert_works(file_read(s->chain, 65536, "chain", &all, &err), &err);
    assert_works(file_read(s->vendor, 65536, "CEK", &cek, &err), &err);
    all.n = 3 * (size_t)SEV_CERT_LEN;
    assert_works(buf_append(&all, buf_bytes(&cek), &err), &err);
    free(s->chain);
    s->chain = temp_dir_write(&s->dir, "whole", buf_bytes(&all));
}

static void test_a_guest_of_sev_es_is_validated(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    OWN(own_free) char *measurement = NULL;
    OWN(buf_free) struct buf out = { 0 };
    char version[32];

    (void)state;
    complete_chain(s);
    make_session(s, prefix, "nodbg,noks,es,nosend");
    s->host.policy = 0x0f;
    s->host.vcpus = 2;
    guest = start(s, &measurement, version);
    {
        const char *const wrong[] = { prefix,       s->firmware, measurement,
                                      version,      "0x0f",      "4",
                                      "EPYC-Milan", NULL };
        const char *const right[] = { prefix,       s->firmware, measurement,
                                      version,      "0x0f",      "2",
                                      "EPYC-Milan", NULL };

        assert_int_equal(run(s, "validate-launch", wrong, &out), 1);
        assert_memory_equal(buf_string(&out), "no\n", 3);
        assert_non_null(strstr(buf_string(&out), "matches if vcpus=2"));
        assert_int_equal(run(s, "validate-launch", right, &out), 0);
        assert_memory_equal(buf_string(&out), "yes\n", 4);
        assert_non_null(strstr(buf_string(&out), "not covered: VIRTUAL"));
    }
}

/* Injects what build-secret printed. */
static void inject(struct vmm_guest *guest, const struct buf *out)
{
    OWN(own_free) char *header64 = value_of(out, "header");
    OWN(own_free) char *payload64 = value_of(out, "payload");
    OWN(buf_free) struct buf header = { 0 };
    OWN(buf_free) struct buf payload = { 0 };
    struct sevk_error err;

    assert_works(
        base64_decode(&header, bytes_of_string(header64), "header", &err),
        &err);
    assert_works(
        base64_decode(&payload, bytes_of_string(payload64), "payload", &err),
        &err);
    assert_works(vmm_guest_inject(guest, buf_bytes(&header),
                                  buf_bytes(&payload), NULL, &err),
                 &err);
}

static void test_a_secret_reaches_the_guest_that_was_proved(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    OWN(own_free)
    char *secret = temp_dir_write(&s->dir, "key", bytes_of_string("sesame"));
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    OWN(own_free) char *measurement = NULL;
    OWN(buf_free) struct buf out = { 0 };
    char version[32];

    (void)state;
    complete_chain(s);
    make_session(s, prefix, "0x0b");
    s->host.policy = 0x0b;
    stage_boot_kernel(s);
    guest = start(s, &measurement, version);
    {
        const char *const wrong[] = { prefix,    s->firmware, s->kernel,
                                      s->initrd, "quiet",     measurement,
                                      version,   "0x0b",      secret,
                                      NULL };
        const char *const right[] = { prefix,    s->firmware,   s->kernel,
                                      s->initrd, STAGE_CMDLINE, measurement,
                                      version,   "0x0b",        secret,
                                      NULL };

        assert_int_equal(run(s, "build-secret", wrong, &out), SEVK_REFUSED);
        assert_int_equal(out.n, 0);
        assert_int_equal(run(s, "build-secret", right, &out), 0);
        inject(guest, &out);
    }
    assert_memory_equal(s->ram + SECRETS + 40, "sesame", 6);
}

static void test_what_goes_wrong_has_its_status(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    const char *const none[] = { NULL };
    const char *const lost[] = { prefix,   s->firmware, "AAAA",
                                 "1.51.3", "0x0f",      NULL };
    OWN(buf_free) struct buf out = { 0 };

    (void)state;
    assert_int_equal(run(s, "make-session", none, &out), 2);
    assert_int_equal(run(s, "validate-launch", none, &out), 2);
    assert_int_equal(run(s, "build-secret", none, &out), 2);
    for (int whole = 0; whole < 2; whole++) {
        const char *const amd[] = { "amd", s->chain, "0x0f", prefix, NULL };

        assert_int_equal(run(s, "make-session", amd, &out), 1);
        if (whole == 0) {
            complete_chain(s);
        }
    }
    {
        const char *const again[] = { s->root, s->chain, "0", prefix, NULL };

        assert_int_equal(run(s, "make-session", again, &out), SEVK_REFUSED);
    }
    assert_int_equal(run(s, "validate-launch", lost, &out), SEVK_INPUT);
    assert_int_equal(out.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_guest_of_sev_es_is_validated),
        cmocka_unit_test(test_a_secret_reaches_the_guest_that_was_proved),
        cmocka_unit_test(test_what_goes_wrong_has_its_status),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
