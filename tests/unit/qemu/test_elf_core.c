/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of qemu/elf_core.c, with the system's own idea of ELF. */
#include "lib/unit.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/procfs.h>

#include "base/own.h"
#include "qemu/elf_core.h"

static void the_head_is_what_elf_h_says(void **state)
{
    static const struct elf_core_run runs[] = { { 0, 0xa0000 },
                                                { 0xc0000, 0x40000 } };
    const struct registers cpus[] = { { .core = { 15, 14 } },
                                      { .core = { [26] = 99 } } };
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err;
    Elf64_Ehdr e;
    Elf64_Phdr p[3];
    Elf64_Nhdr n;
    struct elf_prstatus status;

    (void)state;
    assert_works(elf_core_append_head(&b, runs, 2, cpus, 2, &err), &err);
    memcpy(&e, b.p, sizeof e);
    assert_memory_equal(e.e_ident, ELFMAG, SELFMAG);
    assert_int_equal(e.e_ident[EI_CLASS], ELFCLASS64);
    assert_int_equal(e.e_type, ET_CORE);
    assert_int_equal(e.e_machine, EM_X86_64);
    assert_int_equal(e.e_phnum, 3);
    assert_int_equal(e.e_phentsize, sizeof p[0]);
    assert_int_equal(e.e_ehsize, sizeof e);

    memcpy(p, b.p + e.e_phoff, sizeof p);
    assert_int_equal(p[0].p_type, PT_NOTE);
    assert_int_equal(p[0].p_offset + p[0].p_filesz, b.n);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(p[1 + i].p_type, PT_LOAD);
        assert_int_equal(p[1 + i].p_paddr, runs[i].paddr);
        assert_int_equal(p[1 + i].p_filesz, runs[i].n);
        assert_int_equal(p[1 + i].p_memsz, runs[i].n);
    }
    assert_int_equal(p[1].p_offset, b.n);
    assert_int_equal(p[2].p_offset, b.n + runs[0].n);

    memcpy(&n, b.p + p[0].p_offset, sizeof n);
    assert_int_equal(n.n_type, NT_PRSTATUS);
    assert_int_equal(n.n_namesz, 5);
    assert_int_equal(n.n_descsz, sizeof status);
    assert_string_equal((char *)b.p + p[0].p_offset + sizeof n, "CORE");
    memcpy(&status, b.p + p[0].p_offset + sizeof n + 8, sizeof status);
    assert_int_equal(status.pr_pid, 1);
    assert_int_equal(status.pr_reg[0], 15);
    assert_int_equal(status.pr_reg[1], 14);
    memcpy(&status, b.p + b.n - sizeof status, sizeof status);
    assert_int_equal(status.pr_pid, 2);
    assert_int_equal(status.pr_reg[26], 99);
}

static void a_machine_without_anything_has_a_head(void **state)
{
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(elf_core_append_head(&b, NULL, 0, NULL, 0, &err), &err);
    assert_int_equal(b.n, sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_what_elf_h_says),
        cmocka_unit_test(a_machine_without_anything_has_a_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
