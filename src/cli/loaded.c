/* SPDX-License-Identifier: Apache-2.0 */
/* What is loaded into a guest, as options name it, and its measurement. */
#include "cli/loaded.h"

#include "base/hex.h"
#include "base/own.h"
#include "owner/measurement.h"
#include "wire/policy.h"

bool loaded_read(const struct loaded_options *o, struct expectation **ret,
                 struct sevk_error *err)
{
    OWN(expectation_free) struct expectation *e = NULL;
    struct expectation_options options = expect_from(&o->expect);
    uint32_t policy = 0;

    options.has_vcpus = o->vcpus.given;
    options.vcpus = o->vcpus.value;
    options.vmsa_bsp = o->vmsa_cpu0;
    options.vmsa_ap = o->vmsa_cpu1;
    options.platform_ids = o->platform_ids.items;
    options.n_platform_ids = o->platform_ids.n;
    if (!expectation_read(&options, NULL, &e, err)) {
        return false;
    }
    if (!expectation_policy(e, &policy) &&
        (e->has_reference ? e->reference.type == REFERENCE_SEV_ES
                          : e->reference.has_vcpus)) {
        policy = POLICY_ES;
    }
    if (!expectation_settle(e, policy, err)) {
        return false;
    }
    *ret = TAKE(e);
    return true;
}

static bool find_digest(const struct measured_options *o, uint32_t policy,
                        uint8_t ret[static 32], struct sevk_error *err)
{
    OWN(expectation_free) struct expectation *e = NULL;
    struct loaded_options loaded = o->loaded;

    if (o->launch_digest != NULL) {
        if (loaded.expect.firmware != NULL || loaded.expect.kernel != NULL ||
            loaded.expect.reference != NULL) {
            return sevk_fail(err, SEVK_USAGE,
                             "'--launch-digest' stands for all that is loaded; "
                             "leave firmware, kernel and reference out");
        }
        return hex_decode(o->launch_digest, ret, 32, "--launch-digest", err);
    }
    loaded.expect.policy = (struct opt_u32){ true, policy };
    if (!loaded_read(&loaded, &e, err)) {
        return false;
    }
    if (e->n_digests != 1) {
        return sevk_fail(err, SEVK_USAGE,
                         "the reference lists %zu launch digests: name one "
                         "with '--launch-digest'",
                         e->n_digests);
    }
    memcpy(ret, e->digests[0], 32);
    return true;
}

bool measured_compute(const struct measured_options *o,
                      const uint8_t mnonce[static 16], struct measure_buf *ret,
                      uint8_t ret_digest[static 32], struct sevk_error *err)
{
    struct measure_input in = { .api_major = (uint8_t)o->api_major.value,
                                .api_minor = (uint8_t)o->api_minor.value,
                                .build = (uint8_t)o->build_id.value,
                                .policy = o->loaded.expect.policy.value };
    struct measure_buf m;
    SECRET(tek);
    SECRET(tik);

    if (!o->loaded.expect.policy.given) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--policy P' is missing: it is a part of what is "
                         "measured");
    }
    memcpy(in.mnonce, mnonce, sizeof in.mnonce);
    memcpy(m.mnonce, mnonce, sizeof m.mnonce);
    if (!find_digest(o, in.policy, in.digest, err) ||
        !keys_load(&o->keys, KEYS_TIK, &tek, &tik, err) ||
        !measurement_compute(&in, &tik, m.measure, err)) {
        return false;
    }
    *ret = m;
    memcpy(ret_digest, in.digest, sizeof in.digest);
    return true;
}
