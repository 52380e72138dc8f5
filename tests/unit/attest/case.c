/* SPDX-License-Identifier: Apache-2.0 */
/* One launch as a test sets it up: files, options, host, and its outcome. */
#include "unit/attest/case.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/kernel_hashes.h"
#include "unit/owner/certs.h"
#include "wire/policy.h"

#define CMDLINE "console=ttyS0"

/* An image of 64 KiB whose table has all that a launch asks for. */
static struct buf make_image(void)
{
    struct ovmf_table table = {
        .present = true,
        .has_reset_vector = true,
        .reset_vector = 0x0080b004,
        .secret = { true, 0x810000, 0xc00 },
        .hashes = { true, 0x810c00, 0x400 },
    };
    struct buf image = { 0 };
    struct buf tail = { 0 };
    uint8_t filler[256];
    struct sevk_error err;

    for (size_t i = 0; i < sizeof filler; i++) {
        filler[i] = (uint8_t)i;
    }
    assert_works(ovmf_table_encode(&table, &tail, &err), &err);
    while (image.n + tail.n + 32 < 65536 - sizeof filler) {
        assert_works(buf_append(&image, BYTES_OF(filler), &err), &err);
    }
    assert_works(buf_append(&image, buf_bytes(&tail), &err), &err);
    assert_works(buf_append(&image, bytes_make(filler, 32), &err), &err);
    buf_free(&tail);
    return image;
}

/* What QEMU would load: image, then the table of hashes. */
static void load(struct test_case *c, const char *kernel)
{
    OWN(buf_free) struct buf image = make_image();
    struct kernel_hash_table table;
    uint8_t raw[KERNEL_HASH_TABLE_LEN];

    assert_works(
        kernel_hashes_read(kernel, c->initrd, CMDLINE, &table, &c->err),
        &c->err);
    kernel_hash_table_encode(&table, raw);
    buf_free(&c->host.loaded);
    fake_host_load(&c->host, buf_bytes(&image));
    fake_host_load(&c->host, BYTES_OF(raw));
}

static void make_files(struct test_case *c)
{
    OWN(buf_free) struct buf image = make_image();

    c->firmware = temp_dir_write(&c->dir, "image.fd", buf_bytes(&image));
    c->kernel = temp_dir_write(&c->dir, "vmlinuz", bytes_of_string("kernel"));
    c->initrd = temp_dir_write(&c->dir, "initrd", bytes_of_string("initrd"));
    c->secret = temp_dir_write(&c->dir, "secret", bytes_of_string(CASE_SECRET));
    c->root = vector_path("virtual/ark.cert");
}

int case_setup(void **state)
{
    struct test_case *c = calloc(1, sizeof *c);

    assert_non_null(c);
    c->dir = temp_dir_make();
    make_files(c);
    c->random.seed = 1;
    c->now = 1700000000;
    c->trust[0] = c->root;
    c->secrets[0] = (struct launch_secret_file){ "luks-key", c->secret };
    c->options = (struct launch_options){
        .expect = { .firmware = c->firmware,
                    .kernel = c->kernel,
                    .initrd = c->initrd,
                    .cmdline = CMDLINE,
                    .has_policy = true,
                    .policy = POLICY_NODBG | POLICY_NOKS },
        .trust = { c->trust, 1 },
        .secrets = c->secrets,
        .n_secrets = 1,
        .rng = rng_fake(&c->random),
        .clock = clock_fake(&c->now),
    };
    c->vm = (struct expectation_vm){
        .vcpus = 1,
        .kernel_hashes = true,
        .has_initrd = true,
        .cmdline = CMDLINE,
    };
    fake_host_init(&c->host);
    load(c, c->kernel);
    *state = c;
    return 0;
}

int case_teardown(void **state)
{
    struct test_case *c = *state;

    launch_outcome_clear(&c->outcome);
    fake_host_clear(&c->host);
    temp_dir_drop(&c->dir);
    free(c->firmware);
    free(c->kernel);
    free(c->initrd);
    free(c->secret);
    free(c->root);
    free(c);
    return 0;
}

void case_load_other_kernel(struct test_case *c)
{
    OWN(own_free)
    char *other =
        temp_dir_write(&c->dir, "other", bytes_of_string("another kernel"));

    load(c, other);
}

bool case_run(struct test_case *c)
{
    OWN(launch_plan_free) struct launch_plan *plan = NULL;
    struct host ops = fake_host_ops(&c->host);
    struct watch watch = fake_host_watch(&c->host);

    c->err = (struct sevk_error){ 0 };
    launch_outcome_clear(&c->outcome);
    return launch_prepare(&c->options, &c->vm, &plan, &c->err) &&
           launch_run(plan, &ops, &watch, &c->outcome, &c->err);
}

void assert_nothing_left(const struct test_case *c)
{
    assert_false(c->host.exists);
    assert_false(c->host.running);
    assert_int_equal(c->host.secret.n, 0);
}

bool says(const struct sentences *s, const char *part)
{
    for (size_t i = 0; i < s->n; i++) {
        if (strstr(s->items[i], part) != NULL) {
            return true;
        }
    }
    return false;
}

void assert_no_because(const struct verdict *v, const char *part)
{
    assert_false(v->yes);
    assert_int_equal(v->covered.n, 0);
    if (!says(&v->reasons, part)) {
        fail_msg("no reason contains '%s'; the first is '%s'", part,
                 v->reasons.n == 0 ? "" : v->reasons.items[0]);
    }
}
