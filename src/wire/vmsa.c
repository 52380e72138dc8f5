/* SPDX-License-Identifier: Apache-2.0 */
/* The VMSA (AMD64 APM volume 2, appendix B; formats.md 7). */
#include "wire/vmsa.h"

#include <inttypes.h>

#include "base/cursor.h"
#include "wire/dump.h"

/* Passes over fields that struct vmsa does not have, up to offset AT. */
static void skip_to(struct rd *r, size_t at)
{
    rd_skip(r, at - r->at);
}

static void get_segment(struct rd *r, struct vmsa_segment *s)
{
    s->selector = rd_le16(r);   /* +0h */
    s->attributes = rd_le16(r); /* +2h */
    s->limit = rd_le32(r);      /* +4h */
    s->base = rd_le64(r);       /* +8h */
}

static void put_segment(struct wr *w, const struct vmsa_segment *s)
{
    wr_le16(w, s->selector);   /* +0h */
    wr_le16(w, s->attributes); /* +2h */
    wr_le32(w, s->limit);      /* +4h */
    wr_le64(w, s->base);       /* +8h */
}

static void get_segments(struct rd *r, struct vmsa *v)
{
    get_segment(r, &v->es);   /* 000h */
    get_segment(r, &v->cs);   /* 010h */
    get_segment(r, &v->ss);   /* 020h */
    get_segment(r, &v->ds);   /* 030h */
    get_segment(r, &v->fs);   /* 040h */
    get_segment(r, &v->gs);   /* 050h */
    get_segment(r, &v->gdtr); /* 060h */
    get_segment(r, &v->ldtr); /* 070h */
    get_segment(r, &v->idtr); /* 080h */
    get_segment(r, &v->tr);   /* 090h */
}

static void put_segments(struct wr *w, const struct vmsa *v)
{
    put_segment(w, &v->es);   /* 000h */
    put_segment(w, &v->cs);   /* 010h */
    put_segment(w, &v->ss);   /* 020h */
    put_segment(w, &v->ds);   /* 030h */
    put_segment(w, &v->fs);   /* 040h */
    put_segment(w, &v->gs);   /* 050h */
    put_segment(w, &v->gdtr); /* 060h */
    put_segment(w, &v->ldtr); /* 070h */
    put_segment(w, &v->idtr); /* 080h */
    put_segment(w, &v->tr);   /* 090h */
}

static void get_system(struct rd *r, struct vmsa *v)
{
    skip_to(r, 0xcb);
    v->cpl = rd_u8(r); /* 0CBh */
    skip_to(r, 0xd0);
    v->efer = rd_le64(r); /* 0D0h */
    skip_to(r, 0x140);
    v->xss = rd_le64(r);    /* 140h */
    v->cr4 = rd_le64(r);    /* 148h */
    v->cr3 = rd_le64(r);    /* 150h */
    v->cr0 = rd_le64(r);    /* 158h */
    v->dr7 = rd_le64(r);    /* 160h */
    v->dr6 = rd_le64(r);    /* 168h */
    v->rflags = rd_le64(r); /* 170h */
    v->rip = rd_le64(r);    /* 178h */
    skip_to(r, 0x1d8);
    v->rsp = rd_le64(r); /* 1D8h */
    skip_to(r, 0x1f8);
    v->rax = rd_le64(r); /* 1F8h */
    skip_to(r, 0x240);
    v->cr2 = rd_le64(r); /* 240h */
    skip_to(r, 0x268);
    v->g_pat = rd_le64(r);  /* 268h */
    v->dbgctl = rd_le64(r); /* 270h */
}

static void put_system(struct wr *w, const struct vmsa *v)
{
    wr_zero_to(w, 0xcb);
    wr_u8(w, v->cpl); /* 0CBh */
    wr_zero_to(w, 0xd0);
    wr_le64(w, v->efer); /* 0D0h */
    wr_zero_to(w, 0x140);
    wr_le64(w, v->xss);    /* 140h */
    wr_le64(w, v->cr4);    /* 148h */
    wr_le64(w, v->cr3);    /* 150h */
    wr_le64(w, v->cr0);    /* 158h */
    wr_le64(w, v->dr7);    /* 160h */
    wr_le64(w, v->dr6);    /* 168h */
    wr_le64(w, v->rflags); /* 170h */
    wr_le64(w, v->rip);    /* 178h */
    wr_zero_to(w, 0x1d8);
    wr_le64(w, v->rsp); /* 1D8h */
    wr_zero_to(w, 0x1f8);
    wr_le64(w, v->rax); /* 1F8h */
    wr_zero_to(w, 0x240);
    wr_le64(w, v->cr2); /* 240h */
    wr_zero_to(w, 0x268);
    wr_le64(w, v->g_pat);  /* 268h */
    wr_le64(w, v->dbgctl); /* 270h */
}

static void get_general(struct rd *r, struct vmsa *v)
{
    skip_to(r, 0x308);
    v->rcx = rd_le64(r); /* 308h */
    v->rdx = rd_le64(r); /* 310h */
    v->rbx = rd_le64(r); /* 318h */
    skip_to(r, 0x328);
    v->rbp = rd_le64(r); /* 328h */
    v->rsi = rd_le64(r); /* 330h */
    v->rdi = rd_le64(r); /* 338h */
    skip_to(r, 0x3b0);
    v->sev_features = rd_le64(r); /* 3B0h */
    skip_to(r, 0x3e8);
    v->xcr0 = rd_le64(r); /* 3E8h */
    skip_to(r, 0x408);
    v->mxcsr = rd_le32(r); /* 408h */
    skip_to(r, 0x410);
    v->x87_fcw = rd_le16(r); /* 410h */
    skip_to(r, VMSA_LEN);
}

static void put_general(struct wr *w, const struct vmsa *v)
{
    wr_zero_to(w, 0x308);
    wr_le64(w, v->rcx); /* 308h */
    wr_le64(w, v->rdx); /* 310h */
    wr_le64(w, v->rbx); /* 318h */
    wr_zero_to(w, 0x328);
    wr_le64(w, v->rbp); /* 328h */
    wr_le64(w, v->rsi); /* 330h */
    wr_le64(w, v->rdi); /* 338h */
    wr_zero_to(w, 0x3b0);
    wr_le64(w, v->sev_features); /* 3B0h */
    wr_zero_to(w, 0x3e8);
    wr_le64(w, v->xcr0); /* 3E8h */
    wr_zero_to(w, 0x408);
    wr_le32(w, v->mxcsr); /* 408h */
    wr_zero_to(w, 0x410);
    wr_le16(w, v->x87_fcw); /* 410h */
    wr_zero_to(w, VMSA_LEN);
}

bool vmsa_decode(struct bytes in, struct vmsa *ret, bool *ret_plain,
                 struct sevk_error *err)
{
    struct rd r = rd_make(in);
    uint8_t again[VMSA_LEN];
    struct vmsa v;

    get_segments(&r, &v);
    get_system(&r, &v);
    get_general(&r, &v);
    if (!rd_done(&r, "VMSA", err)) {
        return false;
    }
    vmsa_encode(&v, again);
    *ret_plain = bytes_equal(in, BYTES_OF(again));
    *ret = v;
    return true;
}

void vmsa_encode(const struct vmsa *vmsa, uint8_t out[static VMSA_LEN])
{
    struct wr w = wr_make(out, VMSA_LEN);

    put_segments(&w, vmsa);
    put_system(&w, vmsa);
    put_general(&w, vmsa);
    wr_end(&w);
}

static void dump_segments(struct dump *d, const struct vmsa *v)
{
    const struct {
        const char *name;
        const struct vmsa_segment *s;
    } rows[] = {
        { "ES", &v->es },     { "CS", &v->cs },     { "SS", &v->ss },
        { "DS", &v->ds },     { "FS", &v->fs },     { "GS", &v->gs },
        { "GDTR", &v->gdtr }, { "LDTR", &v->ldtr }, { "IDTR", &v->idtr },
        { "TR", &v->tr },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        dump_text(d, rows[i].name,
                  "selector 0x%x, attributes 0x%x, limit 0x%x, base 0x%" PRIx64,
                  rows[i].s->selector, rows[i].s->attributes, rows[i].s->limit,
                  rows[i].s->base);
    }
}

static void dump_registers(struct dump *d, const struct vmsa *v)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        { "CPL", v->cpl },         { "EFER", v->efer },
        { "XSS", v->xss },         { "CR4", v->cr4 },
        { "CR3", v->cr3 },         { "CR0", v->cr0 },
        { "DR7", v->dr7 },         { "DR6", v->dr6 },
        { "RFLAGS", v->rflags },   { "RIP", v->rip },
        { "RSP", v->rsp },         { "RAX", v->rax },
        { "CR2", v->cr2 },         { "G_PAT", v->g_pat },
        { "DBGCTL", v->dbgctl },   { "RCX", v->rcx },
        { "RDX", v->rdx },         { "RBX", v->rbx },
        { "RBP", v->rbp },         { "RSI", v->rsi },
        { "RDI", v->rdi },         { "SEV_FEATURES", v->sev_features },
        { "XCR0", v->xcr0 },       { "MXCSR", v->mxcsr },
        { "X87_FCW", v->x87_fcw },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        dump_text(d, rows[i].name, "0x%" PRIx64, rows[i].value);
    }
}

static void toggle(const struct vmsa *vmsa, uint8_t page[static VMSA_LEN])
{
    uint8_t work[VMSA_LEN];

    vmsa_encode(vmsa, work);
    for (size_t i = 0; i < VMSA_LEN; i++) {
        page[i] ^= work[i];
    }
}

bool vmsa_update(uint8_t page[static VMSA_LEN], const struct vmsa *vmsa,
                 struct sevk_error *err)
{
    struct vmsa before;
    bool plain;

    if (!vmsa_decode(bytes_make(page, VMSA_LEN), &before, &plain, err)) {
        return false;
    }
    toggle(&before, page); /* leaves what has no field */
    toggle(vmsa, page);
    return true;
}

bool vmsa_dump(const struct vmsa *vmsa, struct buf *to, struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_segments(&d, vmsa);
    dump_registers(&d, vmsa);
    return dump_done(&d);
}
