/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner brings to a launch, read and checked before it begins. */
#include "attest/launch_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "owner/policy.h"

void launch_plan_free(struct launch_plan **plan)
{
    struct launch_plan *p = *plan;

    if (p != NULL) {
        expectation_free(&p->expectation);
        trust_free(&p->trust);
        chain_free(&p->chain);
        secret_clear(&p->table);
        free(p);
    }
    *plan = NULL;
}

/* -- Whom to trust. ------------------------------------------------------------- */

static bool read_trust(struct launch_plan *p, struct sevk_error *err)
{
    const struct launch_names *names = &p->options->trust;

    return trust_add_names(&p->trust, names->items, names->n, err) ||
           sevk_fail_in(err, "--trust");
}

static bool read_chain(struct launch_plan *p, struct sevk_error *err)
{
    const struct launch_names *files = &p->options->chain;

    return (chain_new(&p->chain, err) &&
            chain_add_files(p->chain, files->items, files->n, err)) ||
           sevk_fail_in(err, "--chain");
}

/* -- Secrets. --------------------------------------------------------------------- */

/* The list is large, and holds secrets: it lives on the heap, wiped. */
static void own_list(struct launch_secrets **list)
{
    if (*list != NULL) {
        launch_secrets_clear(*list);
        free(*list);
    }
    *list = NULL;
}

bool launch_read_secrets(const struct launch_secret_file *files, size_t n,
                         const struct expectation *e, struct sevk_secret *ret,
                         struct sevk_error *err)
{
    OWN(own_list) struct launch_secrets *list = calloc(1, sizeof *list);
    SECRET(table);

    if (n == 0) {
        return true;
    }
    if (list == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!acceptance_check_boot(&e->rules, e->reference.has_kernel_hashes,
                               e->reference.firmware_measures_boot, err)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!launch_secrets_add_file(list, files[i].name, files[i].path, err)) {
            return sevk_fail_in(err, "--secret %.60s", files[i].name);
        }
    }
    if (!launch_secrets_table(list, &table, err) ||
        !launch_secret_check_len(table.n, e->has_image ? &e->firmware : NULL,
                                 err)) {
        return false;
    }
    secret_move(ret, &table);
    return true;
}

/* -- The whole. --------------------------------------------------------------------- */

static bool read_expectation(struct launch_plan *p,
                             const struct expectation_vm *vm,
                             struct sevk_error *err)
{
    if (!expectation_read(&p->options->expect, vm, &p->expectation, err)) {
        return false;
    }
    if (!expectation_policy(p->expectation, &p->policy)) {
        p->policy = POLICY_DEFAULT;
    }
    return acceptance_check_policy(&p->expectation->rules, p->policy, err) &&
           expectation_settle(p->expectation, p->policy, err);
}

/* QEMU would refuse to start; here the sentence says why, and at once. */
static bool check_hash_area(const struct expectation *e, struct sevk_error *err)
{
    return !e->reference.has_kernel_hashes || !e->has_image ||
           firmware_check_hash_area(&e->firmware, err);
}

bool launch_prepare(const struct launch_options *options,
                    const struct expectation_vm *vm, struct launch_plan **ret,
                    struct sevk_error *err)
{
    OWN(launch_plan_free) struct launch_plan *p = calloc(1, sizeof *p);

    if (p == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    p->options = options;
    if (!read_expectation(p, vm, err) ||
        !check_hash_area(p->expectation, err) ||
        !launch_read_secrets(options->secrets, options->n_secrets,
                             p->expectation, &p->table, err) ||
        !read_trust(p, err) || !read_chain(p, err)) {
        return false;
    }
    *ret = TAKE(p);
    return true;
}

uint32_t launch_plan_policy(const struct launch_plan *plan)
{
    return plan->policy;
}
