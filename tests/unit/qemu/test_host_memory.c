/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of qemu/host_memory.c. */
#include "unit/qemu/guest_bench.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/procfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

#define PASSPHRASE "correct horse battery staple"
#define AT         0x20000
#define MAX        ((size_t)4 << 20)
#define REGISTERS  "CPU#0\r\nEAX=00000011 CR0=60000010\r\n"

static struct guest_bench *with_secret(void)
{
    struct guest_bench *b = guest_bench_open(1);

    memcpy(b->ram + AT, PASSPHRASE, sizeof PASSPHRASE);
    return b;
}

static void read_file(const char *path, struct buf *ret)
{
    struct sevk_error err;

    ret->n = 0;
    assert_works(file_read(path, MAX, "file", ret, &err), &err);
}

static bool holds(const struct buf *b, const char *what)
{
    return memmem(b->p, b->n, what, strlen(what)) != NULL;
}

static void what_is_saved_is_ciphertext(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "saved");
    OWN(buf_free) struct buf one = { 0 };
    OWN(buf_free) struct buf two = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(host_memory_save(&b->ctx.memory, 0, GUEST_RAM_LEN, path, &err),
                 &err);
    read_file(path, &one);
    assert_int_equal(one.n, GUEST_RAM_LEN);
    assert_false(holds(&one, "horse"));
    assert_works(host_memory_save(&b->ctx.memory, AT + 5, 1000, path, &err),
                 &err);
    read_file(path, &two);
    assert_int_equal(two.n, 1000);
    assert_memory_equal(two.p, one.p + AT + 5, 1000);
}

/* The memory of a dump, and the first vCPU's registers. */
static void take_apart(const struct buf *dump, uint8_t *ret_ram,
                       struct elf_prstatus *ret)
{
    Elf64_Ehdr e;
    Elf64_Phdr p;

    memcpy(&e, dump->p, sizeof e);
    for (size_t i = 0; i < e.e_phnum; i++) {
        memcpy(&p, dump->p + e.e_phoff + i * sizeof p, sizeof p);
        assert_true(p.p_offset + p.p_filesz <= dump->n);
        if (p.p_type == PT_LOAD) {
            memcpy(ret_ram + p.p_paddr, dump->p + p.p_offset, p.p_filesz);
        } else {
            memcpy(ret, dump->p + p.p_offset + 20, sizeof *ret);
        }
    }
}

static void a_dump_is_a_core_file_of_ciphertext(void **state)
{
    (void)state;
    for (int es = 0; es <= 1; es++) {
        OWN(guest_bench_close) struct guest_bench *b = with_secret();
        OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "dump");
        OWN(own_free) uint8_t *ram = calloc(1, GUEST_RAM_LEN);
        OWN(buf_free) struct buf protocol = { 0 };
        OWN(buf_free) struct buf dump = { 0 };
        OWN(buf_free) struct buf saved = { 0 };
        struct elf_prstatus status;
        struct sevk_error err;

        b->ctx.memory.es = es != 0;
        assert_works(buf_printf(&protocol, &err, "file:%s", path), &err);
        assert_works(host_memory_dump(&b->ctx.memory, buf_string(&protocol),
                                      REGISTERS, &err),
                     &err);
        read_file(path, &dump);
        assert_false(holds(&dump, "horse"));
        assert_int_equal(b->ctx.memory.dumped, GUEST_RAM_LEN - 0x20000);
        take_apart(&dump, ram, &status);
        assert_int_equal(status.pr_reg[10], es == 0 ? 0x11 : 0);

        assert_works(
            host_memory_save(&b->ctx.memory, 0, GUEST_RAM_LEN, path, &err),
            &err);
        read_file(path, &saved);
        assert_memory_equal(saved.p, ram, GUEST_RAM_LEN);
    }
}

static void a_descriptor_serves_one_dump(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "dump");
    OWN(buf_free) struct buf dump = { 0 };
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct host_memory *m = &b->ctx.memory;
    struct sevk_error err;

    (void)state;
    assert_works(host_memory_hold(m, "dump", fd, &err), &err);
    close(fd);
    assert_true(host_memory_holds(m, "dump"));
    assert_works(host_memory_dump(m, "fd:dump", REGISTERS, &err), &err);
    assert_false(host_memory_holds(m, "dump"));
    read_file(path, &dump);
    assert_true(dump.n > GUEST_RAM_LEN - 0x20000);
    assert_fails(host_memory_dump(m, "fd:dump", REGISTERS, &err), &err,
                 SEVK_INPUT, "'dump' has not been found");
    assert_fails(host_memory_dump(m, "tcp:dump", REGISTERS, &err), &err,
                 SEVK_INPUT, "Invalid parameter 'protocol'");
}

static void descriptors_are_replaced_dropped_and_bounded(void **state)
{
    struct host_memory m = { .qemu_end = -1 };
    struct sevk_error err;
    char name[16];

    (void)state;
    assert_fails(host_memory_hold(&m, "none", -1, &err), &err, SEVK_HOST,
                 "descriptor 'none'");
    for (int i = 0; i < HOST_MEMORY_FDS + 3; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_works(host_memory_hold(&m, name, STDIN_FILENO, &err), &err);
        assert_works(host_memory_hold(&m, name, STDIN_FILENO, &err), &err);
    }
    assert_int_equal(m.n_held, HOST_MEMORY_FDS);
    assert_false(host_memory_holds(&m, "n2"));
    assert_true(host_memory_holds(&m, "n3"));
    host_memory_let_go(&m, "n3");
    host_memory_let_go(&m, "n3");
    assert_false(host_memory_holds(&m, "n3"));
    assert_int_equal(m.n_held, HOST_MEMORY_FDS - 1);
    host_memory_close(&m);
    assert_int_equal(m.n_held, 0);
}

/* The platform was shut down in the middle: what was written is ciphertext. */
static void a_dump_that_fails_leaves_no_plaintext(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    OWN(own_free) char *path = temp_dir_path(&b->rig->dir, "saved");
    OWN(buf_free) struct buf left = { 0 };
    struct sevk_error err;

    (void)state;
    assert_int_equal(do_plain(b->rig->fw, SEV_CMD_SHUTDOWN),
                     SEV_STATUS_SUCCESS);
    assert_fails(host_memory_save(&b->ctx.memory, 0, GUEST_RAM_LEN, path, &err),
                 &err, SEVK_HOST, "SEV: reading the guest's memory");
    read_file(path, &left);
    assert_int_equal(left.n, 0);
}

static void lines_show_ciphertext(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = with_secret();
    const struct memory_request secret = { 32, 'c', 1, AT };
    const struct memory_request hole = { 1, 'x', 4, 0xa0000 };
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(host_memory_show(&b->ctx.memory, &secret, &text, &err), &err);
    assert_non_null(strstr(buf_string(&text), "0000000000020000: '"));
    assert_null(strstr(buf_string(&text), "'h' 'o' 'r' 's' 'e'"));
    text.n = 0;
    assert_works(host_memory_show(&b->ctx.memory, &hole, &text, &err), &err);
    assert_string_equal(buf_string(&text),
                        "00000000000a0000: Cannot access memory\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_ciphertext),
        cmocka_unit_test(a_dump_is_a_core_file_of_ciphertext),
        cmocka_unit_test(a_descriptor_serves_one_dump),
        cmocka_unit_test(descriptors_are_replaced_dropped_and_bounded),
        cmocka_unit_test(a_dump_that_fails_leaves_no_plaintext),
        cmocka_unit_test(lines_show_ciphertext),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
