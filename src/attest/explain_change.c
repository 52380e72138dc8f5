/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that might have been started, and the changes that lead to others. */
#include "attest/explain_change.h"

#include <stdio.h>
#include <stdlib.h>

#include "attest/explain_cmdline.h"
#include "base/own.h"
#include "owner/cpu_model.h"
#include "owner/kernel_hashes.h"
#include "owner/policy.h"

void explain_options_clear(struct explain_options *o)
{
    free(o->items);
    *o = (struct explain_options){ 0 };
}

/* -- The expected guest. ------------------------------------------------------ */

/* Are the owner's pages what INIT makes of their own values? */
static bool is_made_by(const struct vmsa_init *init, const uint8_t *bsp,
                       const uint8_t *ap)
{
    uint8_t page[VMSA_LEN];

    vmsa_init_bsp(init, page);
    if (!secret_equal(page, bsp, VMSA_LEN)) {
        return false;
    }
    vmsa_init_ap(init, page);
    return ap == NULL || secret_equal(page, ap, VMSA_LEN);
}

static void understand_pages(const struct expectation *e,
                             struct explain_guest *g)
{
    struct vmsa bsp;
    bool plain;

    g->own_bsp = e->vmsa_bsp;
    g->own_ap = e->vmsa_ap;
    if (!vmsa_decode(bytes_make(e->vmsa_bsp, VMSA_LEN), &bsp, &plain, NULL)) {
        return;
    }
    g->init.cpu_signature = (uint32_t)bsp.rdx;
    g->init.sev_features = bsp.sev_features;
    g->init.type = bsp.mxcsr == 0 ? VMSA_LEGACY : VMSA_INIT2;
    if (is_made_by(&g->init, e->vmsa_bsp, e->vmsa_ap)) {
        g->own_bsp = g->own_ap = NULL;
    }
}

/* 0: the image starts no vCPU but the first. */
static void find_reset_vector(struct explain_guest *g)
{
    if (g->firmware == NULL ||
        !firmware_reset_vector(g->firmware, &g->init.reset_vector, NULL)) {
        g->init.reset_vector = 0;
    }
}

struct explain_guest explain_guest_expected(const struct expectation *e,
                                            const struct evidence *evidence)
{
    const struct reference *r = &e->reference;
    struct explain_guest g = {
        .firmware = e->has_image ? &e->firmware : NULL,
        .has_hashes = r->has_kernel_hashes,
        .hashes = e->has_try ? e->try_hashes : r->kernel_hashes,
        .has_vcpus =
            r->has_vcpus && (r->has_cpu_signature || e->vmsa_bsp != NULL),
        .vcpus = r->vcpus,
        .init = { .type = r->vm_type,
                  .cpu_signature = r->cpu_signature,
                  .sev_features = r->sev_features },
        .header = { .api_major = evidence->api_major,
                    .api_minor = evidence->api_minor,
                    .build = evidence->build,
                    .policy = e->policy },
    };

    memcpy(g.header.mnonce, evidence->measure.mnonce, sizeof g.header.mnonce);
    find_reset_vector(&g);
    if (e->vmsa_bsp != NULL) {
        understand_pages(e, &g);
    }
    return g;
}

/* -- Lists of changes. -------------------------------------------------------- */

#define OPTIONS_MAX 2048

static void add(struct explain_options *o, struct explain_option option)
{
    if (o->n < OPTIONS_MAX) {
        o->items[o->n++] = option;
    }
}

static void add_number(struct explain_options *o, enum explain_what what,
                       uint64_t number, uint64_t expected)
{
    if (number != expected) {
        add(o, (struct explain_option){ .what = what, .number = number });
    }
}

/* Where no hashes are expected, all but the first come in pairs with it. */
static void list_hashes(struct explain_options *o,
                        const struct explain_guest *base, bool may_have,
                        const char *cmdline)
{
    struct explain_option option = { .what = EXPLAIN_INITRD };

    if (!base->has_hashes && !may_have) {
        return;
    }
    add(o, (struct explain_option){ .what = EXPLAIN_KERNEL_HASHES });
    kernel_hashes_no_initrd(option.digest);
    if (!secret_equal(option.digest, base->hashes.initrd, 32)) {
        add(o, option);
    }
    option.what = EXPLAIN_CMDLINE;
    for (size_t i = 0; explain_cmdline(cmdline, i, &option.text, option.digest);
         i++) {
        if (!secret_equal(option.digest, base->hashes.cmdline, 32)) {
            add(o, option);
        }
    }
}

static bool is_listed(const struct explain_options *o, enum explain_what what,
                      uint64_t number)
{
    for (size_t i = o->n; i > 0 && o->items[i - 1].what == what; i--) {
        if (o->items[i - 1].number == number) {
            return true;
        }
    }
    return false;
}

static void list_cpus(struct explain_options *o,
                      const struct explain_guest *base)
{
    static const uint64_t features[] = { 0, VMSA_FEATURE_DEBUG_SWAP, 0x1,
                                         0x1 | VMSA_FEATURE_DEBUG_SWAP };
    size_t n;
    const struct cpu_model *models = cpu_models(&n);

    if (!base->has_vcpus || base->own_bsp != NULL) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t signature;

        if (cpu_signature_make(models[i].family, models[i].model,
                               models[i].stepping, &signature, NULL) &&
            !is_listed(o, EXPLAIN_CPU, signature)) {
            add_number(o, EXPLAIN_CPU, signature, base->init.cpu_signature);
        }
    }
    add_number(o, EXPLAIN_VM_TYPE, VMSA_LEGACY, base->init.type);
    add_number(o, EXPLAIN_VM_TYPE, VMSA_INIT2, base->init.type);
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        add_number(o, EXPLAIN_SEV_FEATURES, features[i],
                   base->init.sev_features);
    }
}

static void list_images(struct explain_options *o, const struct expectation *e,
                        const struct explain_images *images)
{
    const uint8_t *expected =
        e->has_image ? e->firmware.digest : e->reference.firmware_digest;

    for (size_t i = 0; images != NULL && i < images->n; i++) {
        if (!secret_equal(images->items[i].firmware.digest, expected, 32)) {
            add(o, (struct explain_option){ .what = EXPLAIN_FIRMWARE,
                                            .image = &images->items[i] });
        }
    }
}

/*
 * What the host says stands first. It need not be what the owner expects; and
 * if it is not, it need not be true.
 */
static void list_policies(struct explain_options *o, uint32_t expected,
                          uint32_t reported)
{
    uint32_t api = expected & 0xffff0000u;

    add_number(o, EXPLAIN_POLICY, reported, expected);
    add_number(o, EXPLAIN_POLICY, expected, reported);
    for (uint32_t bits = 0; bits < 64; bits++) {
        add_number(o, EXPLAIN_POLICY, api | bits, expected);
    }
    for (uint32_t bits = 0; api != 0 && bits < 64; bits++) {
        add_number(o, EXPLAIN_POLICY, bits, expected);
    }
}

static void list_versions(struct explain_options *o,
                          const struct evidence *evidence)
{
    uint32_t api = (uint32_t)evidence->api_major << 8 | evidence->api_minor;

    for (uint32_t minor = 17; minor < 32; minor++) {
        add_number(o, EXPLAIN_API, minor, api);
    }
    for (uint32_t minor = 0; minor < 64; minor++) {
        add_number(o, EXPLAIN_API, 0x100 | minor, api);
    }
    for (uint32_t build = 0; build < 256; build++) {
        add_number(o, EXPLAIN_BUILD, build, evidence->build);
    }
}

bool explain_options_list(const struct explain_guest *base,
                          const struct expectation *e,
                          const struct evidence *evidence,
                          const struct explain_images *images,
                          struct explain_options *ret, struct sevk_error *err)
{
    struct explain_options o = { .items =
                                     calloc(OPTIONS_MAX, sizeof *o.items) };

    if (o.items == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (base->firmware != NULL) {
        list_hashes(&o, base, e->has_try,
                    e->has_try ? e->try_cmdline : e->cmdline);
        list_cpus(&o, base);
    }
    list_images(&o, e, images);
    o.n_loaded = o.n;
    list_policies(&o, e->policy, evidence->policy);
    list_versions(&o, evidence);
    *ret = o;
    return true;
}

void explain_apply(const struct explain_option *option, struct explain_guest *g)
{
    switch (option->what) {
    case EXPLAIN_FIRMWARE:
        g->firmware = &option->image->firmware;
        g->firmware_path = option->image->path;
        find_reset_vector(g);
        break;
    case EXPLAIN_KERNEL_HASHES:
        g->has_hashes = !g->has_hashes;
        break;
    case EXPLAIN_INITRD:
        memcpy(g->hashes.initrd, option->digest, sizeof g->hashes.initrd);
        break;
    case EXPLAIN_CMDLINE:
        memcpy(g->hashes.cmdline, option->digest, sizeof g->hashes.cmdline);
        break;
    case EXPLAIN_CPU:
        g->init.cpu_signature = (uint32_t)option->number;
        break;
    case EXPLAIN_VM_TYPE:
        g->init.type = (enum vmsa_vm_type)option->number;
        break;
    case EXPLAIN_SEV_FEATURES:
        g->init.sev_features = option->number;
        break;
    case EXPLAIN_VCPUS:
        g->vcpus = (uint32_t)option->number;
        break;
    case EXPLAIN_POLICY:
        g->header.policy = (uint32_t)option->number;
        break;
    case EXPLAIN_API:
        g->header.api_major = (uint8_t)(option->number >> 8);
        g->header.api_minor = (uint8_t)option->number;
        break;
    case EXPLAIN_BUILD:
        g->header.build = (uint8_t)option->number;
        break;
    }
}

/* -- In words. ---------------------------------------------------------------- */

static void describe_cpu(uint32_t signature, char ret[static EXPLAIN_FOUND_LEN])
{
    const char *name = cpu_model_name(signature);
    uint32_t family, model, stepping;

    cpu_signature_split(signature, &family, &model, &stepping);
    if (name != NULL) {
        snprintf(ret, EXPLAIN_FOUND_LEN, "%s", name);
    } else {
        snprintf(ret, EXPLAIN_FOUND_LEN, "%u/%u/%u", family, model, stepping);
    }
}

/* The value that G has for WHAT; for a command line its text is not shown. */
static void describe(enum explain_what what, const struct explain_guest *g,
                     const char *cmdline, char ret[static EXPLAIN_FOUND_LEN])
{
    uint8_t none[32];

    kernel_hashes_no_initrd(none);
    switch (what) {
    case EXPLAIN_FIRMWARE:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%.159s",
                 g->firmware_path == NULL ? "the expected one"
                                          : g->firmware_path);
        break;
    case EXPLAIN_KERNEL_HASHES:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%s", g->has_hashes ? "on" : "off");
        break;
    case EXPLAIN_INITRD:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%s",
                 secret_equal(g->hashes.initrd, none, 32) ? "none"
                                                          : "as expected");
        break;
    case EXPLAIN_CMDLINE:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%s", cmdline);
        break;
    case EXPLAIN_CPU:
        describe_cpu(g->init.cpu_signature, ret);
        break;
    case EXPLAIN_VM_TYPE:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%s", vmsa_vm_type_name(g->init.type));
        break;
    case EXPLAIN_SEV_FEATURES:
        snprintf(ret, EXPLAIN_FOUND_LEN, "0x%llx",
                 (unsigned long long)g->init.sev_features);
        break;
    case EXPLAIN_VCPUS:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%u", g->vcpus);
        break;
    case EXPLAIN_POLICY:
        snprintf(ret, EXPLAIN_FOUND_LEN, "0x%02x", g->header.policy);
        break;
    case EXPLAIN_API:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%u.%u", g->header.api_major,
                 g->header.api_minor);
        break;
    case EXPLAIN_BUILD:
        snprintf(ret, EXPLAIN_FOUND_LEN, "%u", g->header.build);
        break;
    }
}

void explain_describe(const struct explain_option *option,
                      const struct explain_guest *base,
                      struct explain_change *ret)
{
    struct explain_guest changed = *base;
    char expected[EXPLAIN_FOUND_LEN];

    explain_apply(option, &changed);
    ret->what = option->what;
    describe(option->what, base, "as expected", expected);
    snprintf(ret->expected, sizeof ret->expected, "%.39s", expected);
    describe(option->what, &changed, option->text, ret->found);
}
