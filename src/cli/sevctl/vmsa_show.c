/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl vmsa show: the fields as JSON, by that program's names. */
#include <inttypes.h>
#include <stdio.h>

#include "base/cursor.h"
#include "base/error.h"
#include "cli/sevctl/sevctl.h"
#include "owner/vmsa_init.h"

/*
 * The fields follow one another in the page (AMD64 APM volume 2, appendix B).
 * SIZE is 1, 2, 4 or 8; SEGMENT is one of 16 bytes; anything else is so many
 * bytes, which become a list.
 */
#define SEGMENT 0

static const struct field {
    const char *name;
    size_t size;
    bool list;
} fields[] = {
    { "es", SEGMENT, false },
    { "cs", SEGMENT, false },
    { "ss", SEGMENT, false },
    { "ds", SEGMENT, false },
    { "fs", SEGMENT, false },
    { "gs", SEGMENT, false },
    { "gdtr", SEGMENT, false },
    { "ldtr", SEGMENT, false },
    { "idtr", SEGMENT, false },
    { "tr", SEGMENT, false },
    { "reserved_1", 43, true },
    { "cpl", 1, false },
    { "reserved_2", 4, true },
    { "efer", 8, false },
    { "reserved_3", 104, true },
    { "xss", 8, false },
    { "cr4", 8, false },
    { "cr3", 8, false },
    { "cr0", 8, false },
    { "dr7", 8, false },
    { "dr6", 8, false },
    { "rflags", 8, false },
    { "rip", 8, false },
    { "reserved_4", 88, true },
    { "rsp", 8, false },
    { "reserved_5", 24, true },
    { "rax", 8, false },
    { "star", 8, false },
    { "lstar", 8, false },
    { "cstar", 8, false },
    { "sfmask", 8, false },
    { "kernel_gs_base", 8, false },
    { "sysenter_cs", 8, false },
    { "sysenter_esp", 8, false },
    { "sysenter_eip", 8, false },
    { "cr2", 8, false },
    { "reserved_6", 32, true },
    { "g_pat", 8, false },
    { "dbgctl", 8, false },
    { "br_from", 8, false },
    { "br_to", 8, false },
    { "last_excp_from", 8, false },
    { "last_excp_to", 8, false },
    { "reserved_7", 72, true },
    { "spec_ctrl", 4, false },
    { "reserved_7b", 4, true },
    { "pkru", 4, false },
    { "reserved_7a", 20, true },
    { "reserved_8", 8, false },
    { "rcx", 8, false },
    { "rdx", 8, false },
    { "rbx", 8, false },
    { "reserved_9", 8, false },
    { "rbp", 8, false },
    { "rsi", 8, false },
    { "rdi", 8, false },
    { "r8", 8, false },
    { "r9", 8, false },
    { "r10", 8, false },
    { "r11", 8, false },
    { "r12", 8, false },
    { "r13", 8, false },
    { "r14", 8, false },
    { "r15", 8, false },
    { "reserved_10", 16, true },
    { "sw_exit_code", 8, false },
    { "sw_exit_info_1", 8, false },
    { "sw_exit_info_2", 8, false },
    { "sw_scratch", 8, false },
    { "reserved_11", 56, true },
    { "xcr0", 8, false },
    { "valid_bitmap", 16, true },
    { "x87_state_gpa", 8, false },
};

static uint64_t number(struct rd *r, size_t size)
{
    switch (size) {
    case 1:
        return rd_u8(r);
    case 2:
        return rd_le16(r);
    case 4:
        return rd_le32(r);
    default:
        return rd_le64(r);
    }
}

static void show_segment(struct rd *r)
{
    printf("{\n    \"selector\": %" PRIu64 ",\n", number(r, 2));
    printf("    \"attrib\": %" PRIu64 ",\n", number(r, 2));
    printf("    \"limit\": %" PRIu64 ",\n", number(r, 4));
    printf("    \"base\": %" PRIu64 "\n  }", number(r, 8));
}

static void show_list(struct rd *r, size_t n)
{
    puts("[");
    for (size_t i = 0; i < n; i++) {
        printf("    %" PRIu64 "%s\n", number(r, 1), i + 1 < n ? "," : "");
    }
    printf("  ]");
}

static bool run(const struct sevctl_call *call, struct sevk_error *err)
{
    const size_t n = sizeof fields / sizeof fields[0];
    uint8_t page[VMSA_LEN];
    struct rd r;

    if (!vmsa_read_file(call->args[0], page, err)) {
        return false;
    }
    r = rd_make(BYTES_OF(page));
    puts("{");
    for (size_t i = 0; i < n; i++) {
        printf("  \"%s\": ", fields[i].name);
        if (fields[i].list) {
            show_list(&r, fields[i].size);
        } else if (fields[i].size == SEGMENT) {
            show_segment(&r);
        } else {
            printf("%" PRIu64, number(&r, fields[i].size));
        }
        puts(i + 1 < n ? "," : "");
    }
    puts("}");
    return true;
}

const struct sevctl_command sevctl_vmsa_show = {
    .group = "vmsa",
    .name = "show",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    .summary = "print the fields of a vCPU's state as JSON",
    .run = run,
};
