/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of status.c: which domains and states are seen. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/lab.h"
#include "lab/layout.h"
#include "lab/record.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void write_record(const char *dir, struct process supervisor)
{
    struct record record = { .platform = "/p", .supervisor = supervisor };
    struct sevk_error err;

    assert_works(record_write(dir, &record, &err), &err);
}

static void domains_are_those_whose_process_is_there(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *pids = temp_dir_path(&dir, LAB_SESSION_PIDS);
    OWN(lab_status_clear) struct lab_status status = { 0 };
    struct process self;
    struct sevk_error err;
    char number[32];

    (void)state;
    assert_works(path_make_dirs(pids, &err), &err);
    assert_true(process_find(getpid(), &self));
    write_record(dir.path, self);
    snprintf(number, sizeof(number), "%d\n", (int)getpid());
    static const struct {
        const char *name;
        const char *content; /* NULL: this process */
    } files[] = {
        { LAB_SESSION_PIDS "/alive.pid", NULL },
        { LAB_SESSION_PIDS "/dead.pid", "999999999" },
        { LAB_SESSION_PIDS "/odd.pid", "x" },
        { LAB_SESSION_PIDS "/empty.pid", "" },
        { LAB_SESSION_PIDS "/.pid", NULL },
        { LAB_SESSION_PIDS "/driver.pid", NULL },
        { LAB_SESSION_PIDS "/alive.xml", NULL },
    };
    for (size_t i = 0; i < N_OF(files); i++) {
        const char *content = files[i].content;
        OWN(own_free)
        char *path =
            temp_dir_write(&dir, files[i].name,
                           bytes_of_string(content == NULL ? number : content));

        assert_non_null(path);
    }
    assert_works(lab_status_read(dir.path, &status, &err), &err);
    assert_int_equal(status.state, LAB_RUNNING);
    assert_int_equal(status.n_domains, 1);
    assert_string_equal(status.domains[0].name, "alive");
    assert_int_equal(status.domains[0].pid, getpid());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_are_those_whose_process_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
