/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of qemu/registers.c, with what QEMU 7.2 says. */
#include "lib/unit.h"

#include "qemu/registers.h"

#define REAL                                                                   \
    "\r\nCPU#0\r\nEAX=00000001 EBX=00000002 ECX=00000003 EDX=00060fb1\r\n"     \
    "ESI=00000004 EDI=00000005 EBP=00000006 ESP=00000007\r\n"                  \
    "EIP=0000fff0 EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0\r\n"     \
    "ES =0001 00000000 0000ffff 00009300\r\n"                                  \
    "CS =f000 ffff0000 0000ffff 00009b00\r\n"                                  \
    "SS =0002 00000000 0000ffff 00009300\r\n"                                  \
    "DS =0003 00000000 0000ffff 00009300\r\n"                                  \
    "FS =0004 00001234 0000ffff 00009300\r\n"                                  \
    "GS =0005 00005678 0000ffff 00009300\r\n"                                  \
    "GDT=     00000000 0000ffff\r\n"                                           \
    "CR0=60000010 CR2=00000000 CR3=00000000 CR4=00000000\r\n"                  \
    "DR6=00000000ffff0ff0 DR7=0000000000000400\r\n"

#define LONG_MODE                                                              \
    "\r\nCPU#1\r\nRAX=ffffffff81000000 RBX=0000000000000002 "                  \
    "RCX=0000000000000003 RDX=0000000000000004\r\n"                            \
    "RSI=0000000000000005 RDI=0000000000000006 RBP=0000000000000007 "          \
    "RSP=0000000000000008\r\n"                                                 \
    "R8 =0000000000000009 R9 =000000000000000a R10=000000000000000b "          \
    "R11=000000000000000c\r\n"                                                 \
    "R12=000000000000000d R13=000000000000000e R14=000000000000000f "          \
    "R15=0000000000000010\r\n"                                                 \
    "RIP=ffffffff81000123 RFL=00000246 [---Z-P-] CPL=0\r\n"                    \
    "CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]\r\n"         \
    "FS =0000 00007f0000000000 ffffffff 00c00000\r\n"                          \
    "CR0=80050033 CR2=0000000000000000 CR3=000000000260a000 CR4=000006f0\r\n"

static void a_cpu_in_real_mode_is_read(void **state)
{
    static const uint64_t core[REGISTERS_CORE] = {
        0, 0, 0,      0,      6, 2, 0, 0,      0,      0, 1, 3, 0x60fb1, 4,
        5, 0, 0xfff0, 0xf000, 2, 7, 2, 0x1234, 0x5678, 3, 1, 4, 5,
    };
    struct registers r;

    (void)state;
    assert_int_equal(registers_count(REAL), 1);
    assert_true(registers_read(REAL, 0, &r));
    assert_memory_equal(r.core, core, sizeof core);
    assert_int_equal(r.cr0, 0x60000010);
    assert_false(registers_read(REAL, 1, &r));
}

static void several_cpus_are_told_apart(void **state)
{
    static const uint64_t core[REGISTERS_CORE] = {
        0x10,
        0xf,
        0xe,
        0xd,
        7,
        2,
        0xc,
        0xb,
        0xa,
        9,
        0xffffffff81000000,
        3,
        4,
        5,
        6,
        0,
        0xffffffff81000123,
        0x10,
        0x246,
        8,
        0,
        0x7f0000000000,
        0,
        0,
        0,
        0,
        0,
    };
    struct registers r;

    (void)state;
    assert_int_equal(registers_count(REAL LONG_MODE), 2);
    assert_true(registers_read(REAL LONG_MODE, 0, &r));
    assert_int_equal(r.cr0, 0x60000010);
    assert_true(registers_read(REAL LONG_MODE, 1, &r));
    assert_memory_equal(r.core, core, sizeof core);
    assert_int_equal(r.cr0, 0x80050033);
}

static void text_without_registers_has_none(void **state)
{
    static const char *const texts[] = {
        "",          "CPU",         "CPU#0",
        "CPU#0\r\n", "EAX=1 CR0=5", "CPU#0 XCR0=5",
        "CPU#0 CR0", "CPU#0 CR0 5",
    };
    struct registers r = { .cr0 = 77 };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        assert_false(registers_read(texts[i], 0, &r));
        assert_int_equal(r.cr0, 77);
    }
    assert_true(registers_read("CPU#0 CR0=", 0, &r));
    assert_int_equal(r.cr0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cpu_in_real_mode_is_read),
        cmocka_unit_test(several_cpus_are_told_apart),
        cmocka_unit_test(text_without_registers_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
