/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_cert.c, and that what it changes is never half written. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"

#define CHAIN_LEN (3 * SEV_CERT_LEN)

struct exported {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t pek[SEV_CERT_LEN];
    uint8_t cek[SEV_CERT_LEN];
};

static uint32_t export_into(struct fw *fw, uint64_t pdh, uint32_t pdh_len,
                            uint64_t chain, uint32_t chain_len)
{
    const struct cmd_pdh_cert_export cmd = { .pdh_paddr = pdh,
                                             .pdh_len = pdh_len,
                                             .chain_paddr = chain,
                                             .chain_len = chain_len };
    uint8_t buf[CMD_PDH_CERT_EXPORT_LEN];

    cmd_pdh_cert_export_encode(&cmd, buf);
    return fw_command(fw, SEV_CMD_PDH_CERT_EXPORT, buf, sizeof buf);
}

/* The rig's memory belongs to all connections. */
static void export_all(struct rig *rig, struct fw *fw, struct exported *ret)
{
    const uint8_t *p = rig_at(rig, RIG_RAM);

    assert_int_equal(export_into(fw, RIG_RAM, SEV_CERT_LEN,
                                 RIG_RAM + SEV_CERT_LEN, CHAIN_LEN),
                     SEV_STATUS_SUCCESS);
    memcpy(ret->pdh, p, SEV_CERT_LEN);
    memcpy(ret->pek, p + SEV_CERT_LEN, SEV_CERT_LEN);
    memcpy(ret->cek, p + 3 * SEV_CERT_LEN, SEV_CERT_LEN);
}

static uint32_t usage_of(const uint8_t *cert_bytes)
{
    struct sev_cert cert;

    assert_true(
        sev_cert_decode(bytes_make(cert_bytes, SEV_CERT_LEN), &cert, NULL));
    return cert.pubkey_usage;
}

static void an_export_is_pdh_and_pek_oca_cek(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free)
    struct platform_certs *certs = calloc(1, sizeof *certs);
    const uint8_t *p = rig_at(rig, RIG_RAM);

    (void)state;
    assert_true(platform_load_certs(rig->platform, certs, NULL));
    assert_int_equal(export_into(rig->fw, RIG_RAM, SEV_CERT_LEN,
                                 RIG_RAM + SEV_CERT_LEN, CHAIN_LEN),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(p, certs->pdh, SEV_CERT_LEN);
    assert_memory_equal(p + SEV_CERT_LEN, certs->pek, SEV_CERT_LEN);
    assert_memory_equal(p + 2 * SEV_CERT_LEN, certs->oca, SEV_CERT_LEN);
    assert_memory_equal(p + 3 * SEV_CERT_LEN, certs->cek, SEV_CERT_BODY_LEN);
    assert_int_equal(usage_of(p + 3 * SEV_CERT_LEN), SEV_USAGE_CEK);
    assert_int_equal(p[4 * SEV_CERT_LEN], 0);
}

static void the_exported_cek_carries_no_signature(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) struct exported *e = calloc(1, sizeof *e);
    struct sev_cert cek;

    (void)state;
    export_all(rig, rig->fw, e);
    assert_true(sev_cert_decode(BYTES_OF(e->cek), &cek, NULL));
    assert_true(sev_cert_slot_is_empty(&cek.slots[0]));
    assert_true(sev_cert_slot_is_empty(&cek.slots[1]));
}

static void short_buffers_are_told_the_lengths_and_get_nothing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();

    (void)state;
    assert_int_equal(export_into(rig->fw, RIG_RAM, SEV_CERT_LEN - 1,
                                 RIG_RAM + 0x1000, CHAIN_LEN),
                     SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(export_into(rig->fw, RIG_RAM, SEV_CERT_LEN,
                                 RIG_RAM + 0x1000, CHAIN_LEN - 1),
                     SEV_STATUS_INVALID_LENGTH);
    /* The length is checked before the address. */
    assert_int_equal(export_into(rig->fw, 0, 0, 0, 0),
                     SEV_STATUS_INVALID_LENGTH);
    for (size_t i = 0; i < 0x3000; i++) {
        assert_int_equal(rig->ram[i], 0);
    }
}

static void memory_that_is_not_there_is_an_invalid_address(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint64_t end = RIG_RAM + RIG_RAM_LEN;

    (void)state;
    assert_int_equal(export_into(rig->fw, 0, 0x1000, RIG_RAM, 0x2000),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(
        export_into(rig->fw, RIG_RAM, 0x1000, end - CHAIN_LEN + 1, 0x2000),
        SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(
        export_into(rig->fw, RIG_RAM, 0x1000, UINT64_MAX - 10, 0x2000),
        SEV_STATUS_INVALID_ADDRESS);
    rig->read_only = true;
    assert_int_equal(
        export_into(rig->fw, RIG_RAM, 0x1000, RIG_RAM + 0x1000, 0x2000),
        SEV_STATUS_INVALID_ADDRESS);
}

static void pek_gen_changes_all_three_and_the_public_copies(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) char *path = rig_path(rig, "pek.cert");
    OWN(own_free) struct exported *before = calloc(1, sizeof *before);
    OWN(own_free) struct exported *after = calloc(1, sizeof *after);
    OWN(buf_free) struct buf copy = { 0 };

    (void)state;
    export_all(rig, rig->fw, before);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PEK_GEN), SEV_STATUS_SUCCESS);
    export_all(rig, rig->fw, after);
    assert_memory_not_equal(before->pdh, after->pdh, SEV_CERT_BODY_LEN);
    assert_memory_not_equal(before->pek, after->pek, SEV_CERT_BODY_LEN);
    assert_memory_equal(before->cek, after->cek, SEV_CERT_LEN);
    assert_true(file_read(path, SEV_CERT_LEN, "copy", &copy, NULL));
    assert_memory_equal(copy.p, after->pek, SEV_CERT_LEN);
}

static void pdh_gen_changes_the_pdh_alone_also_while_guests_live(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) struct exported *before = calloc(1, sizeof *before);
    OWN(own_free) struct exported *after = calloc(1, sizeof *after);

    (void)state;
    rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    export_all(rig, rig->fw, before);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PDH_GEN), SEV_STATUS_SUCCESS);
    export_all(rig, rig->fw, after);
    assert_memory_not_equal(before->pdh, after->pdh, SEV_CERT_BODY_LEN);
    assert_memory_equal(before->pek, after->pek, SEV_CERT_LEN);
}

static void a_session_for_the_old_pdh_does_not_open_with_the_new_one(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct guest_owner owner;
    uint8_t pdh[SEV_CERT_LEN];
    uint32_t handle = 0;

    (void)state;
    rig_pdh(rig, pdh);
    guest_owner_make(&owner, pdh, 1, 4);
    assert_int_equal(do_start_owned(rig, &owner, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PDH_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_start_owned(rig, &owner, &handle),
                     SEV_STATUS_BAD_MEASUREMENT);
}

static void other_connections_see_what_one_changed(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    OWN(own_free) struct exported *mine = calloc(1, sizeof *mine);
    OWN(own_free) struct exported *theirs = calloc(1, sizeof *theirs);

    (void)state;
    export_all(rig, other, theirs);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PEK_GEN), SEV_STATUS_SUCCESS);
    export_all(rig, rig->fw, mine);
    export_all(rig, other, theirs);
    assert_memory_equal(mine, theirs, sizeof *mine);
}

static void a_damaged_store_shows_when_it_is_next_read(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    OWN(own_free) char *path = rig_path(rig, "state");

    (void)state;
    assert_true(file_replace(path, 0600, bytes_of_string("x"), NULL));
    assert_int_equal(export_into(other, RIG_RAM, 0x1000, RIG_RAM, 0x2000),
                     SEV_STATUS_SECURE_DATA_INVALID);
    assert_int_equal(do_plain(other, SEV_CMD_PDH_GEN),
                     SEV_STATUS_SECURE_DATA_INVALID);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(do_plain(other, SEV_CMD_PDH_GEN),
                     SEV_STATUS_SECURE_DATA_INVALID);
    /* PEK_GEN needs nothing of what was there. */
    assert_int_equal(do_plain(other, SEV_CMD_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(export_into(other, RIG_RAM, 0x1000, RIG_RAM, 0x2000),
                     SEV_STATUS_SUCCESS);
}

/* In a child, because the limit and the ignored signal are the process's. */
static int pek_gen_with_file_limit(struct rig *rig, rlim_t limit)
{
    const struct rlimit cut = { limit, limit };
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct fw_options options = rig_options(rig);
        struct fw *fw = NULL;
        uint32_t got;

        signal(SIGXFSZ, SIG_IGN);
        if (!fw_open(&options, &fw, NULL) ||
            setrlimit(RLIMIT_FSIZE, &cut) != 0) {
            _exit(100);
        }
        got = do_plain(fw, SEV_CMD_PEK_GEN);
        _exit((int)got);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/*
 * Writes that stop after any number of bytes: the command fails, the platform
 * is the old one, no temporary file is left.
 */
static void a_write_that_is_cut_short_changes_nothing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) struct exported *before = calloc(1, sizeof *before);
    OWN(own_free) struct exported *after = calloc(1, sizeof *after);
    OWN(own_free) char *path = rig_path(rig, "state");
    OWN(buf_free) struct buf whole = { 0 };
    struct temp_dir view = { { 0 } };
    size_t files;

    (void)state;
    memcpy(view.path, rig->platform, strlen(rig->platform));
    files = temp_dir_count(&view);
    assert_true(file_read(path, 1 << 20, "file", &whole, NULL));
    export_all(rig, rig->fw, before);
    for (size_t limit = 0; limit < whole.n; limit += 129) {
        assert_int_equal(pek_gen_with_file_limit(rig, limit),
                         SEV_STATUS_HWERROR_PLATFORM);
        export_all(rig, rig->fw, after);
        assert_memory_equal(before, after, sizeof *before);
        assert_int_equal(temp_dir_count(&view), files);
    }
    assert_int_equal(pek_gen_with_file_limit(rig, whole.n), SEV_STATUS_SUCCESS);
    export_all(rig, rig->fw, after);
    assert_memory_not_equal(before, after, sizeof *before);
}

static void saving_removes_what_a_dead_writer_left(void **state)
{
    static const uint32_t commands[] = { SEV_CMD_PEK_GEN, SEV_CMD_PDH_GEN };
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) char *path = rig_path(rig, "state.4711-0.tmp");

    (void)state;
    for (size_t i = 0; i < N_OF(commands); i++) {
        assert_true(file_replace(path, 0600, bytes_of_string("x"), NULL));
        assert_int_equal(do_plain(rig->fw, commands[i]), SEV_STATUS_SUCCESS);
        assert_int_not_equal(access(path, F_OK), 0);
    }
    assert_true(file_replace(path, 0600, bytes_of_string("x"), NULL));
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* A child that makes keys until it is killed, after at least one. */
static pid_t start_generator(struct rig *rig, int ready[2])
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct fw_options options = rig_options(rig);
        struct fw *fw = NULL;

        if (!fw_open(&options, &fw, NULL)) {
            _exit(1);
        }
        for (;;) {
            if (do_plain(fw, SEV_CMD_PEK_GEN) != SEV_STATUS_SUCCESS ||
                write(ready[1], "x", 1) != 1) {
                _exit(1);
            }
        }
    }
    return pid;
}

static void a_process_killed_while_it_makes_keys_leaves_a_whole_platform(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) struct exported *e = calloc(1, sizeof *e);
    struct fake_rng random = { .seed = 21 };
    struct temp_dir view = { { 0 } };
    size_t files;

    (void)state;
    memcpy(view.path, rig->platform, strlen(rig->platform));
    files = temp_dir_count(&view);
    for (int round = 0; round < 12; round++) {
        uint32_t more = fake_rng_below(&random, 4000);
        int ready[2];
        char byte;
        pid_t pid;

        assert_int_equal(pipe(ready), 0);
        pid = start_generator(rig, ready);
        assert_int_equal(read(ready[0], &byte, 1), 1);
        /* Some arbitrary moment of the next one. */
        for (volatile uint32_t i = 0; i < more * 100; i++) {
        }
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        close(ready[0]);
        close(ready[1]);
        export_all(rig, rig->fw, e);
        assert_int_equal(usage_of(e->pdh), SEV_USAGE_PDH);
        assert_int_equal(do_plain(rig->fw, SEV_CMD_PDH_GEN),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(temp_dir_count(&view), files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_export_is_pdh_and_pek_oca_cek),
        cmocka_unit_test(the_exported_cek_carries_no_signature),
        cmocka_unit_test(short_buffers_are_told_the_lengths_and_get_nothing),
        cmocka_unit_test(memory_that_is_not_there_is_an_invalid_address),
        cmocka_unit_test(pek_gen_changes_all_three_and_the_public_copies),
        cmocka_unit_test(pdh_gen_changes_the_pdh_alone_also_while_guests_live),
        cmocka_unit_test(
            a_session_for_the_old_pdh_does_not_open_with_the_new_one),
        cmocka_unit_test(other_connections_see_what_one_changed),
        cmocka_unit_test(a_damaged_store_shows_when_it_is_next_read),
        cmocka_unit_test(a_write_that_is_cut_short_changes_nothing),
        cmocka_unit_test(saving_removes_what_a_dead_writer_left),
        cmocka_unit_test(
            a_process_killed_while_it_makes_keys_leaves_a_whole_platform),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
