/* SPDX-License-Identifier: Apache-2.0 */
/* Explains a "no": what would have made the measurement match. */
#include "attest/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "attest/explain_change.h"
#include "base/own.h"
#include "owner/measurement.h"
#include "wire/policy.h"

#define VCPUS_USUAL 256

/* Pages that are hashed at most: 2 GiB, a few seconds. */
#define PAGES_MAX ((uint64_t)1 << 19)

struct search {
    const struct expectation *expectation;
    struct measurement_probe probe;
    struct explain_guest base;
    struct explain_options options;
    struct explanation result;
    uint8_t bsp[VMSA_LEN];
    uint8_t ap[VMSA_LEN];
};

/* The launch digests of a guest: with its vCPUs, and without. */
struct digests {
    bool has_plain;
    bool has_es;
    uint8_t plain[32];
    uint8_t es[32];
};

static void search_free(struct search **s)
{
    if (*s != NULL) {
        measurement_probe_clear(&(*s)->probe);
        explain_options_clear(&(*s)->options);
        free(*s);
    }
    *s = NULL;
}

static bool is_es(const struct measure_input *header)
{
    return (header->policy & POLICY_ES) != 0;
}

/* -- One candidate. ----------------------------------------------------------- */

static bool fits(struct search *s, const struct measure_input *header,
                 const uint8_t digest[static 32])
{
    struct measure_input in = *header;

    s->result.candidates++;
    memcpy(in.digest, digest, sizeof in.digest);
    return measurement_probe_fits(&s->probe, &in);
}

/* The guest's digest under its own policy, if that can be computed. */
static bool fits_guest(struct search *s, const struct measure_input *header,
                       const struct digests *d)
{
    return is_es(header) ? d->has_es && fits(s, header, d->es)
                         : d->has_plain && fits(s, header, d->plain);
}

/* A may be NULL, B as well: what is not there was not changed. */
static bool record(struct search *s, const struct explain_option *a,
                   const struct explain_option *b)
{
    const struct explain_option *both[EXPLAIN_CHANGES_MAX] = { a, b };

    for (size_t i = 0; i < EXPLAIN_CHANGES_MAX; i++) {
        if (both[i] != NULL) {
            explain_describe(both[i], &s->base,
                             &s->result.changes[s->result.n_changes++]);
        }
    }
    return true;
}

/* -- Digests. ----------------------------------------------------------------- */

/* The pages of the first vCPU and of the others; for how many they suffice. */
struct pages {
    const uint8_t *bsp;
    const uint8_t *ap;
    uint32_t max;
};

/* Valid until the next call. */
static struct pages make_pages(struct search *s, const struct explain_guest *g)
{
    if (g->own_bsp != NULL) {
        return (struct pages){ g->own_bsp, g->own_ap,
                               g->own_ap == NULL ? 1 : UINT32_MAX };
    }
    vmsa_init_bsp(&g->init, s->bsp);
    vmsa_init_ap(&g->init, s->ap);
    /* An image that declares no reset vector starts no others. */
    return (struct pages){ s->bsp, s->ap,
                           g->init.reset_vector == 0 ? 1 : UINT32_MAX };
}

static struct digest begin(const struct explain_guest *g)
{
    struct digest d = digest_begin(g->firmware);

    if (g->has_hashes) {
        digest_add_kernel_hashes(&d, &g->hashes);
    }
    return d;
}

/* False when the search became too large. */
static bool spend_page(struct search *s)
{
    if (s->result.pages == PAGES_MAX) {
        s->result.complete = false;
        return false;
    }
    s->result.pages++;
    return true;
}

static bool compute_es(struct search *s, const struct explain_guest *g,
                       struct digest *d, uint8_t ret[static 32])
{
    struct pages pages = make_pages(s, g);

    if (g->vcpus > pages.max) {
        return false;
    }
    for (uint32_t i = 0; i < g->vcpus; i++) {
        if (!spend_page(s)) {
            return false;
        }
        digest_add_vmsa(d, i == 0 ? pages.bsp : pages.ap);
    }
    digest_end(d, ret);
    return true;
}

static struct digests compute(struct search *s, const struct explain_guest *g)
{
    struct digests ret = { 0 };
    struct digest d;

    if (g->firmware != NULL) {
        d = begin(g);
        digest_end(&d, ret.plain);
        ret.has_plain = true;
        ret.has_es = g->has_vcpus && compute_es(s, g, &d, ret.es);
    }
    return ret;
}

/* -- Changes of what is not loaded: policy, API, build. -------------------------- */

static bool try_headers(struct search *s, const struct digests *d,
                        const struct explain_option *loaded)
{
    for (size_t i = s->options.n_loaded; i < s->options.n; i++) {
        struct explain_guest g = s->base;

        explain_apply(&s->options.items[i], &g);
        if (fits_guest(s, &g.header, d)) {
            return record(s, loaded, &s->options.items[i]);
        }
    }
    return false;
}

static bool try_header_pairs(struct search *s, const struct digests *d)
{
    const struct explain_options *o = &s->options;

    for (size_t i = o->n_loaded; i < o->n; i++) {
        struct explain_guest first = s->base;

        explain_apply(&o->items[i], &first);
        for (size_t k = i + 1; k < o->n; k++) {
            struct explain_guest g = first;

            if (o->items[k].what == o->items[i].what) {
                continue;
            }
            explain_apply(&o->items[k], &g);
            if (fits_guest(s, &g.header, d)) {
                return record(s, &o->items[i], &o->items[k]);
            }
        }
    }
    return false;
}

/* -- The number of vCPUs. -------------------------------------------------------- */

static uint32_t most_vcpus(const struct explain_guest *g)
{
    uint32_t twice =
        g->vcpus > DIGEST_VCPUS_MAX / 2 ? DIGEST_VCPUS_MAX : 2 * g->vcpus;

    return twice > VCPUS_USUAL ? twice : VCPUS_USUAL;
}

/*
 * G with 1, 2, 3 … vCPUs: each digest continues the one before. CHANGED is what
 * G differs in already, or NULL; with HEADERS policy, API and build change, too.
 */
static bool walk(struct search *s, const struct explain_guest *g,
                 const struct explain_option *changed, bool headers)
{
    struct explain_option count = { .what = EXPLAIN_VCPUS };
    struct digest d = begin(g);
    uint32_t max = most_vcpus(&s->base);
    struct pages pages = make_pages(s, g);

    for (uint32_t i = 0; i < max && i < pages.max && spend_page(s); i++) {
        struct digests now = { .has_es = true };

        digest_add_vmsa(&d, i == 0 ? pages.bsp : pages.ap);
        if (i + 1 == s->base.vcpus) {
            continue;
        }
        count.number = i + 1;
        digest_end(&d, now.es);
        if (fits_guest(s, &g->header, &now)) {
            return record(s, &count, changed);
        }
        if (headers && try_headers(s, &now, &count)) {
            return true;
        }
    }
    return false;
}

static bool can_walk(const struct explain_guest *g)
{
    return g->firmware != NULL && g->has_vcpus;
}

/* -- The order: one change, then two. -------------------------------------------- */

static struct explain_guest changed_by(const struct search *s, size_t i)
{
    struct explain_guest g = s->base;

    explain_apply(&s->options.items[i], &g);
    return g;
}

/* Digests that a reference lists can't be taken apart. */
static struct digests listed(const struct search *s, size_t i)
{
    struct digests d = { .has_es = s->expectation->reference.type ==
                                   REFERENCE_SEV_ES };

    d.has_plain = !d.has_es;
    memcpy(d.plain, s->expectation->digests[i], sizeof d.plain);
    memcpy(d.es, s->expectation->digests[i], sizeof d.es);
    return d;
}

static bool try_listed(struct search *s, bool pairs)
{
    for (size_t i = 0; i < s->expectation->n_digests; i++) {
        struct digests d = listed(s, i);

        if (pairs ? try_header_pairs(s, &d) : try_headers(s, &d, NULL)) {
            return true;
        }
    }
    return false;
}

static bool try_one(struct search *s)
{
    struct digests d = compute(s, &s->base);

    if (try_listed(s, false) || try_headers(s, &d, NULL) ||
        (can_walk(&s->base) && is_es(&s->base.header) &&
         walk(s, &s->base, NULL, false))) {
        return true;
    }
    for (size_t i = 0; i < s->options.n_loaded; i++) {
        struct explain_guest g = changed_by(s, i);

        d = compute(s, &g);
        if (fits_guest(s, &g.header, &d)) {
            return record(s, &s->options.items[i], NULL);
        }
    }
    return false;
}

/*
 * Without hashes, what stands in their table does not count: not where they
 * are turned off, nor, with another change, where they are not turned on.
 */
static bool go_together(const struct search *s, const struct explain_option *a,
                        const struct explain_option *b)
{
    bool in_table = b->what == EXPLAIN_INITRD || b->what == EXPLAIN_CMDLINE;
    bool turned = a->what == EXPLAIN_KERNEL_HASHES;

    return a->what != b->what && !(in_table && turned == s->base.has_hashes);
}

/* The I-th change of what is loaded, and another. */
static bool try_with(struct search *s, size_t i)
{
    const struct explain_option *first = &s->options.items[i];
    struct explain_guest g = changed_by(s, i);
    struct digests d = compute(s, &g);

    if (try_headers(s, &d, first) ||
        (can_walk(&g) && is_es(&g.header) && walk(s, &g, first, false))) {
        return true;
    }
    for (size_t k = i + 1; k < s->options.n_loaded; k++) {
        struct explain_guest both = g;

        if (!go_together(s, first, &s->options.items[k])) {
            continue;
        }
        explain_apply(&s->options.items[k], &both);
        d = compute(s, &both);
        if (fits_guest(s, &both.header, &d)) {
            return record(s, first, &s->options.items[k]);
        }
    }
    return false;
}

static bool try_two(struct search *s)
{
    struct digests d = compute(s, &s->base);

    if (try_listed(s, true) || try_header_pairs(s, &d) ||
        (can_walk(&s->base) && walk(s, &s->base, NULL, true))) {
        return true;
    }
    for (size_t i = 0; i < s->options.n_loaded; i++) {
        if (try_with(s, i)) {
            return true;
        }
    }
    return false;
}

bool explain_search(const struct evidence *evidence,
                    const struct expectation *e, const struct sevk_secret *tik,
                    const struct explain_images *images,
                    struct explanation *ret, struct sevk_error *err)
{
    OWN(search_free) struct search *s = calloc(1, sizeof *s);

    if (s == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    s->expectation = e;
    s->result = (struct explanation){ .complete = true };
    s->base = explain_guest_expected(e, evidence);
    if (!measurement_probe_init(&s->probe, tik, evidence->measure.measure,
                                err) ||
        !explain_options_list(&s->base, e, evidence, images, &s->options,
                              err)) {
        return false;
    }
    if (!try_one(s)) {
        try_two(s);
    }
    *ret = s->result;
    return true;
}

bool explain_on_this_machine(const struct evidence *evidence,
                             const struct expectation *e,
                             const struct sevk_secret *tik,
                             struct explanation *ret, struct sevk_error *err)
{
    OWN(explain_images_clear) struct explain_images images = { 0 };

    for (size_t i = 0; explain_image_folders[i] != NULL; i++) {
        if (!explain_images_add(&images, explain_image_folders[i], err)) {
            return false;
        }
    }
    return explain_search(evidence, e, tik, &images, ret, err);
}

/* -- The answer in words. --------------------------------------------------------- */

const char *explain_what_name(enum explain_what what)
{
    static const char *const names[] = {
        [EXPLAIN_FIRMWARE] = "firmware",
        [EXPLAIN_KERNEL_HASHES] = "kernel_hashes",
        [EXPLAIN_INITRD] = "initrd",
        [EXPLAIN_CMDLINE] = "cmdline",
        [EXPLAIN_CPU] = "cpu",
        [EXPLAIN_VM_TYPE] = "vm_type",
        [EXPLAIN_SEV_FEATURES] = "sev_features",
        [EXPLAIN_VCPUS] = "vcpus",
        [EXPLAIN_POLICY] = "policy",
        [EXPLAIN_API] = "api",
        [EXPLAIN_BUILD] = "build",
    };

    return names[what];
}

void explanation_text(const struct explanation *x,
                      char ret[static EXPLAIN_TEXT_LEN])
{
    const struct explain_change *c = x->changes;

    if (x->n_changes == 0) {
        snprintf(ret, EXPLAIN_TEXT_LEN,
                 "nothing known explains it: %" PRIu64
                 " other guests were tried%s; a file has another content, more "
                 "than two values differ, or the keys are of another session",
                 x->candidates,
                 x->complete ? "" : " before the search became too large");
    } else if (x->n_changes == 1) {
        snprintf(ret, EXPLAIN_TEXT_LEN, "matches if %s=%.159s",
                 explain_what_name(c[0].what), c[0].found);
    } else {
        snprintf(ret, EXPLAIN_TEXT_LEN, "matches if %s=%.159s and %s=%.159s",
                 explain_what_name(c[0].what), c[0].found,
                 explain_what_name(c[1].what), c[1].found);
    }
}
