/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vmsa show: the fields of a vCPU's initial state. */
#include "cli/verb.h"
#include "owner/cpu_model.h"
#include "owner/vmsa_init.h"

static void show_segments(struct out *out, const struct vmsa *v)
{
    const struct {
        const char *name;
        const struct vmsa_segment *segment;
    } all[] = {
        { "es", &v->es },     { "cs", &v->cs },     { "ss", &v->ss },
        { "ds", &v->ds },     { "fs", &v->fs },     { "gs", &v->gs },
        { "gdtr", &v->gdtr }, { "ldtr", &v->ldtr }, { "idtr", &v->idtr },
        { "tr", &v->tr },
    };
    struct json_object *segments = out_object(out, out->tree, "segments");

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct json_object *at = out_object(out, segments, all[i].name);

        out_bits(out, at, "selector", all[i].segment->selector);
        out_bits(out, at, "attributes", all[i].segment->attributes);
        out_bits(out, at, "limit", all[i].segment->limit);
        out_bits(out, at, "base", all[i].segment->base);
    }
}

static void show_registers(struct out *out, const struct vmsa *v)
{
    const struct {
        const char *name;
        uint64_t value;
    } all[] = {
        { "cpl", v->cpl },         { "efer", v->efer },
        { "xss", v->xss },         { "cr4", v->cr4 },
        { "cr3", v->cr3 },         { "cr2", v->cr2 },
        { "cr0", v->cr0 },         { "dr7", v->dr7 },
        { "dr6", v->dr6 },         { "rflags", v->rflags },
        { "rip", v->rip },         { "rsp", v->rsp },
        { "rax", v->rax },         { "rcx", v->rcx },
        { "rdx", v->rdx },         { "rbx", v->rbx },
        { "rbp", v->rbp },         { "rsi", v->rsi },
        { "rdi", v->rdi },         { "g_pat", v->g_pat },
        { "dbgctl", v->dbgctl },   { "sev_features", v->sev_features },
        { "xcr0", v->xcr0 },       { "mxcsr", v->mxcsr },
        { "x87_fcw", v->x87_fcw },
    };
    struct json_object *at = out_object(out, out->tree, "registers");

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        out_bits(out, at, all[i].name, all[i].value);
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    struct out *out = call->out;
    uint8_t page[VMSA_LEN];
    struct vmsa vmsa;
    const char *name;
    bool plain;

    if (!vmsa_read_file(call->args[0], page, err) ||
        !vmsa_decode(BYTES_OF(page), &vmsa, &plain, err)) {
        return false;
    }
    name = cpu_model_name((uint32_t)vmsa.rdx);
    out_text(out, out->tree, "cpu", name == NULL ? "unknown" : name);
    out_flag(out, out->tree, "other_bytes", !plain);
    show_segments(out, &vmsa);
    show_registers(out, &vmsa);
    return true;
}

const struct verb verb_vmsa_show = {
    .noun = "vmsa",
    .verb = "show",
    .summary = "show the fields of a vCPU's initial state",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
