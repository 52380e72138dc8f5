/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what the monitor shows of memory, QMP and HMP. */
#include "unit/qemu/guest_bench.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "qemu/qmp_stream.h"
#include "unit/qemu/asked.h"

#define PASSPHRASE "correct horse battery staple"
#define AT         0x20000
#define UNPAGED    "CPU#0\r\nEAX=00000011 CR0=60000010\r\n"
#define PAGED      "CPU#0\r\nEAX=00000011 CR0=e0000011\r\n"
#define COMMAND    600
#define ARGUMENTS  400

static struct guest_bench *with_secret(void)
{
    struct guest_bench *b = guest_bench_open(1);

    memcpy(b->ram + AT, PASSPHRASE, sizeof PASSPHRASE);
    return b;
}

static const char *qmp(char command[static COMMAND], const char *name,
                       const char *arguments)
{
    snprintf(command, COMMAND, "{\"execute\":\"%s\",\"arguments\":%s}", name,
             arguments);
    return command;
}

static const char *hmp(char command[static COMMAND], const char *line)
{
    snprintf(command, COMMAND,
             "{\"execute\":\"human-monitor-command\",\"arguments\":{"
             "\"command-line\":\"%s\",\"cpu-index\":3}}",
             line);
    return command;
}

/* N bytes in PATH, in which the secret is not. */
static void assert_ciphertext(const char *path, size_t n)
{
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err;

    assert_works(file_read(path, 4 << 20, "file", &b, &err), &err);
    assert_true(b.n >= n);
    assert_null(memmem(b.p, b.n, "horse", 5));
    assert_int_equal(unlink(path), 0);
}

static void physical_memory_is_saved(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "f");
    char arguments[ARGUMENTS];
    char command[COMMAND];

    (void)state;
    snprintf(arguments, ARGUMENTS,
             "{\"val\":0,\"size\":1048576,\"filename\":\"%s\"}", path);
    assert_answers(&b->t, qmp(command, "pmemsave", arguments),
                   "{\"return\":{}}");
    assert_ciphertext(path, GUEST_RAM_LEN);
    snprintf(arguments, ARGUMENTS, "pmemsave 0x20000 64 \\\"%s\\\"", path);
    assert_answers(&b->t, hmp(command, arguments), "{\"return\":\"\"}");
    assert_ciphertext(path, 64);

    /* Devices' memory is no secret of the guest's; behind RAM is nothing. */
    assert_answers(&b->t,
                   qmp(command, "pmemsave",
                       "{\"val\":4276092928,\"size\":16,\"filename\":\"f\"}"),
                   "PASSED");
    snprintf(arguments, ARGUMENTS,
             "{\"val\":8589934592,\"size\":16,\"filename\":\"%s\"}", path);
    assert_answers(&b->t, qmp(command, "pmemsave", arguments),
                   "{\"return\":{}}");
    assert_ciphertext(path, 16);
}

static void arguments_that_are_wrong_are_named(void **state)
{
    static const struct {
        const char *name;
        const char *arguments;
        const char *part;
    } rows[] = {
        { "pmemsave", "{}", "Parameter 'val' is missing" },
        { "pmemsave", "{\"val\":\"1\"}", "Invalid parameter type for 'val'" },
        { "pmemsave", "{\"val\":-1}", "Invalid parameter type for 'val'" },
        { "memsave", "{\"val\":1}", "Parameter 'size' is missing" },
        { "memsave", "{\"val\":1,\"size\":1}",
          "Parameter 'filename' is missing" },
        { "pmemsave", "{\"val\":1,\"size\":1,\"filename\":\"/nowhere/at/all\"}",
          "could not open '/nowhere/at/all'" },
        { "dump-guest-memory", "{\"paging\":false}",
          "Parameter 'protocol' is missing" },
        { "dump-guest-memory", "{\"protocol\":\"fd:x\"}",
          "File descriptor named 'x' has not been found" },
        { "dump-guest-memory", "{\"protocol\":\"file:x\",\"paging\":true}",
          "paging can't be followed" },
        { "dump-guest-memory",
          "{\"protocol\":\"file:x\",\"format\":\"kdump-zlib\"}",
          "the only format is 'elf'" },
        { "dump-guest-memory", "{\"protocol\":\"file:x\",\"begin\":0}",
          "a part of the memory can't be dumped" },
    };
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    char command[COMMAND];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_answer_has(&b->t, qmp(command, rows[i].name, rows[i].arguments),
                          rows[i].part);
    }
    assert_answer_has(&b->t, "{\"execute\":\"memsave\"}", "'val' is missing");
    assert_answer_has(&b->t, "{\"execute\":\"dump-guest-memory\"}",
                      "'protocol' is missing");
}

static void a_dump_asks_for_registers_and_tells_when_it_is_done(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "f");
    char arguments[ARGUMENTS];
    char command[COMMAND];

    (void)state;
    assert_answers(&b->t, "{\"execute\":\"query-dump\"}", "PASSED");
    snprintf(arguments, ARGUMENTS,
             "{\"protocol\":\"file:%s\",\"paging\":false,\"detach\":true,"
             "\"format\":\"elf\"}",
             path);
    assert_later_has(&b->t, qmp(command, "dump-guest-memory", arguments),
                     UNPAGED,
                     "> {\"execute\":\"human-monitor-command\",\"arguments\":{"
                     "\"command-line\":\"info registers -a\"}}\r\n"
                     "{\"return\":{}}\r\n{\"timestamp\":");
    assert_later_has(&b->t, command, UNPAGED,
                     "\"event\":\"DUMP_COMPLETED\",\"data\":{\"result\":{"
                     "\"total\":917504,\"status\":\"completed\","
                     "\"completed\":917504}}}\r\n");
    assert_ciphertext(path, GUEST_RAM_LEN - 0x20000);
    assert_answers(&b->t, "{\"execute\":\"query-dump\"}",
                   "{\"return\":{\"total\":917504,\"status\":\"completed\","
                   "\"completed\":917504}}");
    assert_answers(&b->t,
                   "{\"execute\":\"query-dump-guest-memory-capability\"}",
                   "{\"return\":{\"formats\":[\"elf\"]}}");
}

/* QEMU has a copy of the descriptor, too, and has to close it. */
static void a_dump_into_a_descriptor_takes_it_from_qemu(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    struct sevk_error err;

    (void)state;
    assert_works(host_memory_hold(&b->ctx.memory, "d", STDOUT_FILENO, &err),
                 &err);
    assert_answers(&b->t,
                   "{\"execute\":\"closefd\",\"arguments\":{\"fdname\":\"d\"}}",
                   "PASSED");
    assert_false(host_memory_holds(&b->ctx.memory, "d"));
    assert_works(host_memory_hold(&b->ctx.memory, "d", STDIN_FILENO, &err),
                 &err);
    assert_later_has(&b->t,
                     "{\"execute\":\"dump-guest-memory\",\"arguments\":{"
                     "\"protocol\":\"fd:d\",\"paging\":false}}",
                     "no registers here",
                     "> {\"execute\":\"closefd\",\"arguments\":{\"fdname\":"
                     "\"d\"}}\r\n> {\"execute\":\"human-monitor-command\"");
}

static void descriptors_are_kept_as_they_pass(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    const struct qmp_fds fds = { { STDIN_FILENO }, 1 };
    struct answer how = { 0 };
    struct sevk_error err;

    (void)state;
    assert_int_equal(
        qmp_command_parse(bytes_of_string("{\"execute\":\"getfd\","
                                          "\"arguments\":{\"fdname\":\"d\"}}"),
                          &c),
        QMP_COMMAND);
    assert_works(answer_getfd(&b->ctx.memory, &c, &how, &err), &err);
    assert_false(host_memory_holds(&b->ctx.memory, "d"));
    c.fds = &fds;
    assert_works(answer_getfd(&b->ctx.memory, &c, &how, &err), &err);
    assert_true(host_memory_holds(&b->ctx.memory, "d"));
    assert_null(how.result);
    assert_null(how.later);
}

static void virtual_memory_is_physical_until_there_is_paging(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "f");
    char arguments[ARGUMENTS];
    char command[COMMAND];

    (void)state;
    snprintf(arguments, ARGUMENTS,
             "{\"val\":131072,\"size\":64,\"filename\":\"%s\",\"cpu-index\":1}",
             path);
    (void)qmp(command, "memsave", arguments);
    assert_later_has(&b->t, command, UNPAGED,
                     "\"command-line\":\"info registers\",\"cpu-index\":1}}");
    assert_ciphertext(path, 64);
    assert_later_has(&b->t, command, PAGED,
                     "\"desc\":\"Invalid addr 0x0000000000020000/size 64 "
                     "specified\"");
    assert_later_has(&b->t, command, "", "Invalid addr");
    assert_int_not_equal(access(path, F_OK), 0);

    assert_later_has(&b->t, hmp(command, "x /4xb 0x20000"), UNPAGED,
                     "{\"return\":\"0000000000020000: 0x");
    assert_later_has(&b->t, command, UNPAGED, "\"cpu-index\":3");
    assert_later_has(&b->t, command, PAGED,
                     "{\"return\":\"0000000000020000: Cannot access memory");
    snprintf(arguments, ARGUMENTS, "memsave 0x20000 64 %s", path);
    assert_later_has(&b->t, hmp(command, arguments), PAGED,
                     "{\"return\":\"Error: Invalid addr");
    snprintf(arguments, ARGUMENTS, "dump-guest-memory %s", path);
    assert_later_has(&b->t, hmp(command, arguments), PAGED,
                     "{\"return\":\"\"}");
    assert_ciphertext(path, GUEST_RAM_LEN - 0x20000);
}

static void hmp_refuses_in_text_what_would_show_more(void **state)
{
    static const struct {
        const char *line;
        const char *part;
    } rows[] = {
        { "xp /2xg 0x20000", "{\"return\":\"0000000000020000: 0x" },
        { "xp/1xb 0xa0000", "Cannot access memory" },
        { "xp /4xw 0xfee00000", "PASSED" },
        { "xp /4xw 0xfffffff8", "00000000fffffff8: 0x" },
        { "xp/5xb 0x9fffc", "000000000009fffc: 0x" },
        { "xp/1xb 0x200000000", "Cannot access memory" },
        { "xp", "Error: unexpected end of expression" },
        { "x $eip", "Error: SEV: write the address as a number" },
        { "x/5i 0", "Error: SEV: encrypted memory shows no instructions" },
        { "gdbserver", "Error: " SEV_NO_READING },
        { "gdbserver tcp::1", "Error: " SEV_NO_READING },
        { "info tlb", "Error: " SEV_NO_READING },
        { "info  mem", "Error: " SEV_NO_READING },
        { "info\\fmem", "Error: " SEV_NO_READING },
        { "\\u000binfo\\u000bmem", "Error: " SEV_NO_READING },
        { "sum\\f0 1", "Error: " SEV_NO_READING },
        { "gva2gpa 0", "Error: " SEV_NO_READING },
        { "sum 0 1", "Error: " SEV_NO_READING },
        { "log in_asm", "Error: " SEV_NO_READING },
        { "dump-guest-memory -z f", "Error: " SEV_NO_READING },
        { "dump-guest-memory", "Error: " SEV_NO_READING },
        { "dump-guest-memory f 0 1", "Error: " SEV_NO_READING },
        { "pmemsave 0 1", "Error: an address, a size and a file" },
        { "pmemsave 0 1 f g", "Error: an address, a size and a file" },
        { "pmemsave x 1 f", "Error: the address" },
        { "memsave 0 -1 f", "Error: the size" },
        { "info registers", "PASSED" },
        { "print $eip", "PASSED" },
        { "xpx", "PASSED" },
        { "info memory-devices", "PASSED" },
        { "memsaved", "PASSED" },
    };
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    char command[COMMAND];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_answer_has(&b->t, hmp(command, rows[i].line), rows[i].part);
    }
}

static void under_es_registers_are_closed(void **state)
{
    static const char *const lines[] = { "info registers", "info registers -a",
                                         "p $eip", "print /x $cs" };
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    char command[COMMAND];

    (void)state;
    b->ctx.memory.es = true;
    for (size_t i = 0; i < N_OF(lines); i++) {
        assert_answer_has(&b->t, hmp(command, lines[i]),
                          "Error: " SEV_NO_REGISTERS);
    }
    assert_answers(&b->t, hmp(command, "print 5+5"), "PASSED");
    assert_answers(&b->t, hmp(command, "info cpus"), "PASSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(physical_memory_is_saved),
        cmocka_unit_test(arguments_that_are_wrong_are_named),
        cmocka_unit_test(a_dump_asks_for_registers_and_tells_when_it_is_done),
        cmocka_unit_test(a_dump_into_a_descriptor_takes_it_from_qemu),
        cmocka_unit_test(descriptors_are_kept_as_they_pass),
        cmocka_unit_test(virtual_memory_is_physical_until_there_is_paging),
        cmocka_unit_test(hmp_refuses_in_text_what_would_show_more),
        cmocka_unit_test(under_es_registers_are_closed),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
