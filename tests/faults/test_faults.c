/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever fails, and when: no crash, no leak, no half of a file, no key told. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "faults/faults.h"
#include "faults/flows.h"
#include "lib/unit.h"

/*
 * Every flow of flows.c is run with its first call failing, then its second,
 * and so on until it is through without a failure; and then some hundred times
 * with failures drawn from a seed, which SEED= sets. Leaks are AddressSanitizer's
 * to find, at the end of the process.
 */
static void remove_all(const struct temp_dir *dir)
{
    DIR *d = opendir(dir->path);
    struct dirent *entry;

    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        if (entry->d_name[0] != '.') {
            char *path = temp_dir_path(dir, entry->d_name);

            assert_int_equal(unlink(path), 0);
            free(path);
        }
    }
    closedir(d);
}

/* Is the key at PATH in TEXT: its bytes, or in hexadecimal or base64? */
static bool tells(const char *text, const char *path)
{
    OWN(buf_free) struct buf key = { 0 };
    OWN(buf_free) struct buf hex = { 0 };
    OWN(buf_free) struct buf base64 = { 0 };
    struct sevk_error err;

    assert_works(file_read(path, 64, "key", &key, &err) &&
                     hex_append(&hex, buf_bytes(&key), &err) &&
                     base64_append(&base64, buf_bytes(&key), &err),
                 &err);
    return memmem(text, strlen(text), key.p, key.n) != NULL ||
           strcasestr(text, buf_string(&hex)) != NULL ||
           strstr(text, buf_string(&base64)) != NULL;
}

/* One run with what was armed. False when nothing had failed. */
static bool survives(const struct flow *flow, const struct flow_world *world,
                     uint64_t at)
{
    struct sevk_error err = { 0 };
    bool worked = flow->run(world, &err);
    unsigned int n_failed = fault_disarm();
    size_t n = temp_dir_count(&world->out);

    if (!worked && err.message[0] == '\0') {
        fail_msg("%s: failure %llu is not told", flow->name,
                 (unsigned long long)at);
    }
    if (n != (worked ? flow->n_files : 0)) {
        fail_msg("%s: failure %llu (%s) leaves %zu files of %zu", flow->name,
                 (unsigned long long)at, worked ? "it works" : err.message, n,
                 flow->n_files);
    }
    if (!worked && n_failed == 0) {
        fail_msg("%s: without a failure: %s", flow->name, err.message);
    }
    if (tells(err.message, world->tik) || tells(err.message, world->tek) ||
        strstr(err.message, "correct horse") != NULL) {
        fail_msg("%s: failure %llu tells a secret", flow->name,
                 (unsigned long long)at);
    }
    remove_all(&world->out);
    return n_failed > 0;
}

/* LEAST failures there must have been, or nothing was tried. */
static void walk(unsigned int kinds, uint64_t least)
{
    struct flow_world world = flow_world_make();
    uint64_t n_all = 0;

    for (size_t i = 0; i < n_flows; i++) {
        uint64_t at = 0;

        do {
            fault_arm_once(kinds, at);
        } while (survives(&flows[i], &world, at++));
        n_all += at - 1;
    }
    print_message("%llu failures, one by one\n", (unsigned long long)n_all);
    assert_true(n_all >= least);
    flow_world_drop(&world);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    walk(FAULT_MEMORY, n_flows + 1);
}

static void each_draw_of_random_bytes_may_fail(void **state)
{
    (void)state;
    walk(FAULT_RANDOM, 2); /* a session's keys, a packet's IV */
}

static void each_operation_on_a_file_may_fail(void **state)
{
    (void)state;
    walk(FAULT_FILES, n_flows + 1);
}

static void each_call_of_openssl_may_fail(void **state)
{
    (void)state;
    walk(FAULT_CRYPTO, n_flows + 1);
}

static void many_may_fail_as_a_seed_has_it(void **state)
{
    const char *given = getenv("SEED");
    uint64_t seed = given == NULL ? 1 : strtoull(given, NULL, 0);
    struct flow_world world = flow_world_make();
    unsigned int n_runs = 0;

    (void)state;
    for (uint64_t round = 0; round < 40; round++) {
        for (size_t i = 0; i < n_flows; i++) {
            fault_arm_random(FAULT_ALL, seed + 1000 * round + i,
                             (uint32_t)(8 + 16 * (round % 12)));
            n_runs += survives(&flows[i], &world, seed + 1000 * round + i);
        }
    }
    print_message("%u runs with failures, seed %llu\n", n_runs,
                  (unsigned long long)seed);
    assert_true(n_runs > 0);
    flow_world_drop(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(each_draw_of_random_bytes_may_fail),
        cmocka_unit_test(each_operation_on_a_file_may_fail),
        cmocka_unit_test(each_call_of_openssl_may_fail),
        cmocka_unit_test(many_may_fail_as_a_seed_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
