/* SPDX-License-Identifier: Apache-2.0 */
/* A writer that ends at any byte of what it writes: nothing is lost. */
#include "unit/fw/rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "fw/firmware.h"

/* A little more than the state's file, the longest that is written. */
#define LONGEST 7000

/* Around the ends of the files' parts every byte; some in between. (Each cut
 * waits for the disk.) */
static size_t next_cut(size_t at)
{
    size_t part = at % SEV_CERT_LEN;

    return at + (part < 2 || part == SEV_CERT_LEN - 1 ? 1
                 : part > SEV_CERT_LEN - 300          ? SEV_CERT_LEN - 1 - part
                                                      : 293);
}

/*
 * A process issues CMD and is not let to write beyond byte AT of any file: it
 * is killed in the middle of the write (KILLED), or the write fails, as on a
 * full disk. Its exit status, or -1 when it was killed.
 */
static int run_cut(struct rig *rig, uint32_t cmd, size_t at, bool killed)
{
    pid_t pid = fork();
    int status = 0;

    assert_true(pid >= 0);
    if (pid == 0) {
        const struct rlimit limit = { at, at };
        struct fw *fw = rig_connect(rig);

        signal(SIGXFSZ, killed ? SIG_DFL : SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
            _exit(99);
        }
        _exit((int)do_plain(fw, cmd));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGXFSZ);
    assert_true(WIFEXITED(status) ? WEXITSTATUS(status) != 99 : killed);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct identity *load(const struct rig *rig)
{
    struct identity *identity = calloc(1, sizeof *identity);
    struct sevk_error err = { 0 };

    assert_non_null(identity);
    assert_works(identity_load(rig->platform, identity, &err), &err);
    return identity;
}

static void drop(struct identity **identity)
{
    identity_clear(*identity);
    free(*identity);
}

/* The identity, which reads whole: the old one, or another that is complete. */
static void assert_whole(struct rig *rig, uint32_t cmd, bool must_be_old,
                         struct identity **known)
{
    OWN(drop) struct identity *was = *known;
    struct identity *is = load(rig);
    bool same = memcmp(is->pdh, was->pdh, SEV_CERT_LEN) == 0;

    assert_true(same || !must_be_old);
    assert_int_equal(memcmp(is->pek, was->pek, SEV_CERT_LEN) != 0,
                     !same && cmd == SEV_CMD_PEK_GEN);
    *known = is;
}

static void cut_everywhere(uint32_t cmd, bool killed)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(drop) struct identity *known = load(rig);
    size_t failed = 0;
    size_t worked = 0;
    uint8_t pdh[SEV_CERT_LEN];

    for (size_t at = 0; at < LONGEST; at = next_cut(at)) {
        int status = run_cut(rig, cmd, at, killed);

        assert_whole(rig, cmd, status > 0, &known);
        failed += status != 0;
        worked += status == 0;
    }
    /* Both were seen: cuts that hit, and a limit behind the end. */
    assert_true(failed > 10);
    assert_true(worked > 0);

    /* A process that was there all the time sees what there is now. */
    rig_pdh(rig, pdh);
    assert_memory_equal(pdh, known->pdh, SEV_CERT_LEN);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, pdh);
    assert_memory_equal(pdh, known->pdh, SEV_CERT_LEN);
}

static void a_writer_killed_at_any_byte_loses_nothing(void **state)
{
    (void)state;
    cut_everywhere(SEV_CMD_PDH_GEN, true);
}

static void a_disk_full_at_any_byte_loses_nothing(void **state)
{
    (void)state;
    cut_everywhere(SEV_CMD_PDH_GEN, false);
}

static void the_same_holds_for_a_new_owner_and_new_keys(void **state)
{
    (void)state;
    cut_everywhere(SEV_CMD_PEK_GEN, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_writer_killed_at_any_byte_loses_nothing),
        cmocka_unit_test(a_disk_full_at_any_byte_loses_nothing),
        cmocka_unit_test(the_same_holds_for_a_new_owner_and_new_keys),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
