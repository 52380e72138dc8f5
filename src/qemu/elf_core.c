/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a memory dump: an ELF core file of an x86-64 machine. */
#include "qemu/elf_core.h"

#include <elf.h>

#include "base/cursor.h"

/* struct elf_prstatus of Linux on x86-64. */
#define PRSTATUS_LEN  336
#define PRSTATUS_PID  32
#define PRSTATUS_REGS 112

#define NOTE_NAME     "CORE"
#define NOTE_HEAD_LEN (12 + 8) /* three words; the name, padded */
#define NOTE_LEN      (NOTE_HEAD_LEN + PRSTATUS_LEN)

#define EHDR_LEN 64
#define PHDR_LEN 56

static bool append_header(struct buf *to, size_t n_phdrs,
                          struct sevk_error *err)
{
    uint8_t h[EHDR_LEN] = {
        ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT,
    };

    store_le16(h + 16, ET_CORE);
    store_le16(h + 18, EM_X86_64);
    store_le32(h + 20, EV_CURRENT);
    store_le64(h + 32, EHDR_LEN); /* where the program headers are */
    store_le16(h + 52, EHDR_LEN);
    store_le16(h + 54, PHDR_LEN);
    store_le16(h + 56, (uint16_t)n_phdrs);
    return buf_append(to, BYTES_OF(h), err);
}

static bool append_phdr(struct buf *to, uint32_t type, uint64_t offset,
                        uint64_t paddr, uint64_t n, struct sevk_error *err)
{
    uint8_t h[PHDR_LEN] = { 0 };

    store_le32(h, type);
    store_le64(h + 8, offset);
    store_le64(h + 16, paddr); /* virtual */
    store_le64(h + 24, paddr);
    store_le64(h + 32, n);
    store_le64(h + 40, type == PT_LOAD ? n : 0);
    return buf_append(to, BYTES_OF(h), err);
}

static bool append_note(struct buf *to, uint32_t pid,
                        const struct registers *regs, struct sevk_error *err)
{
    uint8_t note[NOTE_LEN] = { 0 };
    uint8_t *status = note + NOTE_HEAD_LEN;

    store_le32(note, sizeof NOTE_NAME);
    store_le32(note + 4, PRSTATUS_LEN);
    store_le32(note + 8, NT_PRSTATUS);
    memcpy(note + 12, NOTE_NAME, sizeof NOTE_NAME);
    store_le32(status + PRSTATUS_PID, pid);
    for (size_t i = 0; i < REGISTERS_CORE; i++) {
        store_le64(status + PRSTATUS_REGS + 8 * i, regs->core[i]);
    }
    return buf_append(to, BYTES_OF(note), err);
}

bool elf_core_append_head(struct buf *to, const struct elf_core_run *runs,
                          size_t n_runs, const struct registers *cpus,
                          size_t n_cpus, struct sevk_error *err)
{
    uint64_t notes_at = EHDR_LEN + (n_runs + 1) * PHDR_LEN;
    uint64_t at = notes_at + n_cpus * NOTE_LEN;

    if (!append_header(to, n_runs + 1, err) ||
        !append_phdr(to, PT_NOTE, notes_at, 0, n_cpus * NOTE_LEN, err)) {
        return false;
    }
    for (size_t i = 0; i < n_runs; i++) {
        if (!append_phdr(to, PT_LOAD, at, runs[i].paddr, runs[i].n, err)) {
            return false;
        }
        at += runs[i].n;
    }
    for (size_t i = 0; i < n_cpus; i++) {
        if (!append_note(to, (uint32_t)i + 1, &cpus[i], err)) {
            return false;
        }
    }
    return true;
}
