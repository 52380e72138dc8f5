/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of process.c: stat lines, marks, families, endings. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/process.h"
#include "lib/unit.h"

#define MARK(text) (text), sizeof(text)

static void a_stat_line_without_its_fields_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "1",
        "1 (sh",
        "1 (sh)",
        "1 (sh) S",
        "1 (sh) S 7",
        "1 (sh) S x 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0",
        "1 (sh) S 7 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0",
        "1 (sh) S 7 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 ",
        "1 (sh) S 7 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 -99",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        char letter;
        pid_t parent;
        uint64_t start;

        if (process_parse_stat(bad[i], &letter, &parent, &start) &&
            parent != 0) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
}

static void a_name_full_of_brackets_does_not_shift_the_fields(void **state)
{
    const char *line = "42 (a) R 9 (b) c)) S 7 1 1 0 -1 4194304 1 2 3 4 5 6 7 "
                       "8 20 0 1 0 123456 1 2";
    char letter;
    pid_t parent;
    uint64_t start;

    (void)state;
    assert_true(process_parse_stat(line, &letter, &parent, &start));
    assert_int_equal(letter, 'S');
    assert_int_equal(parent, 7);
    assert_int_equal(start, 123456);
}

static void this_process_is_found_and_alive(void **state)
{
    struct process self;

    (void)state;
    assert_true(process_find(getpid(), &self));
    assert_int_equal(self.pid, getpid());
    assert_true(process_alive(self));
}

static void nobody_has_the_id_0_or_less(void **state)
{
    struct process p;

    (void)state;
    assert_false(process_find(0, &p));
    assert_false(process_find(-1, &p));
    assert_false(process_alive((struct process){ 0 }));
}

static void another_start_time_is_another_process(void **state)
{
    struct process self;

    (void)state;
    assert_true(process_find(getpid(), &self));
    self.start++;
    assert_false(process_alive(self));
}

/* A child that waits until it is told to end; ignores SIGTERM if STUBBORN. */
static pid_t make_child(bool stubborn)
{
    int ready[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, stubborn ? SIG_IGN : SIG_DFL);
        (void)!write(ready[1], "", 1);
        for (;;) {
            pause();
        }
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void a_zombie_is_not_alive(void **state)
{
    struct process child;
    siginfo_t info;
    pid_t pid = make_child(false);

    (void)state;
    assert_true(process_find(pid, &child));
    kill(pid, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_false(process_alive(child));
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void end(pid_t pid, unsigned grace_ms)
{
    struct process child;
    struct process_list list = { .p = &child, .n = 1 };
    struct sevk_error err;

    assert_true(process_find(pid, &child));
    assert_works(process_end(&list, grace_ms, &err), &err);
    assert_false(process_alive(child));
}

static bool has(const struct process_list *list, pid_t pid)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->p[i].pid == pid) {
            return true;
        }
    }
    return false;
}

static void all_generations_below_are_found_and_none_beside(void **state)
{
    struct process_list list = { 0 };
    struct sevk_error err;
    pid_t grandchild;
    int tell[2];

    (void)state;
    assert_int_equal(pipe(tell), 0);
    pid_t beside = make_child(false);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pid_t pid = make_child(false);
        (void)!write(tell[1], &pid, sizeof(pid));
        for (;;) {
            pause();
        }
    }
    assert_int_equal(read(tell[0], &grandchild, sizeof(grandchild)),
                     sizeof(grandchild));
    close(tell[0]);
    close(tell[1]);

    assert_works(process_below(child, &list, &err), &err);
    assert_true(has(&list, grandchild));
    assert_false(has(&list, child));
    assert_false(has(&list, beside));
    process_list_free(&list);
    assert_works(process_below(getpid(), &list, &err), &err);
    assert_true(has(&list, child));
    assert_true(has(&list, grandchild));
    assert_true(has(&list, beside));
    process_list_free(&list);
    end(child, 1000);
    end(beside, 1000);
}

static void a_lab_marks_its_processes_by_path_or_name(void **state)
{
    static const struct {
        const char *variables;
        size_t variables_n;
        const char *arguments;
        size_t arguments_n;
        bool marked;
    } cases[] = {
        { MARK("PATH=/l/bin:/usr/bin"), MARK("qemu"), true },
        { MARK("HOME=/\0PATH=/l/bin:/usr/bin"), MARK("qemu"), true },
        { MARK(""), MARK("/l/bin/qemu-system-x86_64\0-S"), true },
        { MARK("PATH=/l/bin"), MARK("qemu"), false },
        { MARK("PATH=/l/binx:/usr/bin"), MARK("qemu"), false },
        { MARK("PATH=/usr/bin:/l/bin:"), MARK("qemu"), false },
        { MARK("XPATH=/l/bin:"), MARK("qemu"), false },
        { MARK("A=PATH=/l/bin:"), MARK("qemu"), false },
        { MARK(""), MARK("/l/bin/qemu-system-x86_64x"), false },
        { MARK(""), MARK("-S\0/l/bin/qemu-system-x86_64"), false },
        { MARK(""), MARK("/m/bin/qemu-system-x86_64"), false },
        { NULL, 0, NULL, 0, false },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        assert_int_equal(
            process_is_marked(
                "/l", cases[i].variables == NULL ? "" : cases[i].variables,
                cases[i].variables_n,
                cases[i].arguments == NULL ? "" : cases[i].arguments,
                cases[i].arguments_n),
            cases[i].marked);
    }
}

static void a_marked_program_is_found_until_it_ends(void **state)
{
    struct process_list list = { 0 };
    struct sevk_error err;
    int ready[2];
    int hold[2];
    char byte;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(hold), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char name[] = "/nowhere/lab/bin/qemu-system-x86_64";
        char option[] = "-c";
        char script[] = "echo; read line";
        char *argv[] = { name, option, script, NULL };

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ready[1], 1);
        dup2(hold[0], 0);
        execv("/bin/sh", argv);
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);

    assert_works(process_of_lab("/nowhere/lab", &list, &err), &err);
    assert_int_equal(list.n, 1);
    assert_int_equal(list.p[0].pid, pid);
    assert_works(process_end(&list, 1000, &err), &err);
    process_list_free(&list);
    assert_works(process_of_lab("/nowhere/lab", &list, &err), &err);
    assert_int_equal(list.n, 0);
    process_list_free(&list);
    close(ready[0]);
    close(hold[0]);
    close(hold[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stat_line_without_its_fields_is_refused),
        cmocka_unit_test(a_name_full_of_brackets_does_not_shift_the_fields),
        cmocka_unit_test(this_process_is_found_and_alive),
        cmocka_unit_test(nobody_has_the_id_0_or_less),
        cmocka_unit_test(another_start_time_is_another_process),
        cmocka_unit_test(a_zombie_is_not_alive),
        cmocka_unit_test(all_generations_below_are_found_and_none_beside),
        cmocka_unit_test(a_lab_marks_its_processes_by_path_or_name),
        cmocka_unit_test(a_marked_program_is_found_until_it_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
