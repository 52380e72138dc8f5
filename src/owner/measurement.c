/* SPDX-License-Identifier: Apache-2.0 */
/* The measurement: the platform's MAC over what it loaded, and our own. */
#include "owner/measurement.h"

#include "base/base64.h"
#include "crypto/hash.h"
#include "wire/policy.h"

bool measurement_check_api(uint8_t major, uint8_t minor, struct sevk_error *err)
{
    if (!policy_api_at_least(major, minor, 0, 17)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "firmware API %u.%u is older than 0.17 and does not "
                         "bind secrets to a measurement; update the firmware "
                         "of the host",
                         major, minor);
    }
    return true;
}

static bool check_tik(const struct sevk_secret *tik, struct sevk_error *err)
{
    return tik->n == MEASUREMENT_KEY_LEN ||
           sevk_fail(err, SEVK_INPUT, "the TIK has %zu bytes, not %d", tik->n,
                     MEASUREMENT_KEY_LEN);
}

bool measurement_compute(const struct measure_input *in,
                         const struct sevk_secret *tik, uint8_t ret[static 32],
                         struct sevk_error *err)
{
    uint8_t bytes[MEASURE_INPUT_LEN];
    struct bytes part = BYTES_OF(bytes);

    if (!check_tik(tik, err)) {
        return false;
    }
    if (!measurement_check_api(in->api_major, in->api_minor, err)) {
        return false;
    }
    measure_input_encode(in, bytes);
    hmac_sha256(secret_expose(tik), &part, 1, ret);
    return true;
}

bool measurement_probe_init(struct measurement_probe *p,
                            const struct sevk_secret *tik,
                            const uint8_t mac[static 32],
                            struct sevk_error *err)
{
    if (!check_tik(tik, err)) {
        return false;
    }
    hmac_key_init(&p->key_, secret_expose(tik));
    memcpy(p->mac_, mac, sizeof p->mac_);
    return true;
}

void measurement_probe_clear(struct measurement_probe *p)
{
    hmac_key_clear(&p->key_);
    wipe(p->mac_, sizeof p->mac_);
}

bool measurement_probe_fits(const struct measurement_probe *p,
                            const struct measure_input *in)
{
    uint8_t bytes[MEASURE_INPUT_LEN];
    uint8_t mac[32];
    WIPED(mac);

    measure_input_encode(in, bytes);
    hmac_key_mac(&p->key_, BYTES_OF(bytes), mac);
    return secret_equal(mac, p->mac_, sizeof mac);
}

bool measurement_parse(const char *base64, struct measure_buf *ret,
                       struct sevk_error *err)
{
    uint8_t bytes[MEASURE_BUF_LEN];

    return base64_decode_exact(bytes, sizeof bytes, bytes_of_string(base64),
                               "measurement", err) &&
           measure_buf_decode(BYTES_OF(bytes), ret, err);
}

static void cover(struct measurement_verdict *v, bool covered,
                  const char *if_covered, const char *if_not)
{
    if (covered && if_covered != NULL) {
        v->covered[v->n_covered++] = if_covered;
    } else if (!covered && if_not != NULL) {
        v->not_covered[v->n_not_covered++] = if_not;
    }
}

/* What a yes means and what it does not: security.md's list, per input. */
static void tell_coverage(struct measurement_verdict *v, uint32_t policy,
                          const struct measurement_expected *expected)
{
    bool es = (policy & POLICY_ES) != 0;
    bool boot = expected->kernel_hashes || expected->firmware_measures_boot;

    cover(v, v->yes,
          "the platform is the one that the session was made for, and runs "
          "firmware of this API version and build",
          NULL);
    cover(v, v->yes, "the guest runs under this policy", NULL);
    cover(v, v->yes, "the firmware image is the one expected, byte for byte",
          NULL);
    cover(v, v->yes && expected->kernel_hashes,
          "kernel, initrd and command line have the expected hashes", NULL);
    cover(v, v->yes && !expected->kernel_hashes && boot,
          "what is booted is measured by the firmware itself, as the guest's "
          "owner says",
          NULL);
    cover(v, v->yes && es,
          "the number of vCPUs and the registers with which each starts", NULL);
    cover(v, boot, NULL,
          "which kernel is booted: the host's disk decides that");
    cover(v, es, NULL,
          "the vCPUs: without SEV-ES neither their number nor their registers "
          "are measured, and registers are open to the host");
    cover(v, false, NULL,
          "load addresses: measured blocks could lie in another order or "
          "place");
    cover(v, false, NULL,
          "devices, disks, network, memory size, and what is changed after "
          "the start");
    cover(v, false, NULL,
          "the memory's integrity: before SEV-SNP the host can replay or move "
          "encrypted memory");
}

bool measurement_verify(const struct measure_buf *evidence, uint8_t api_major,
                        uint8_t api_minor, uint8_t build, uint32_t policy,
                        const struct measurement_expected *expected,
                        const struct sevk_secret *tik,
                        struct measurement_verdict *ret, struct sevk_error *err)
{
    struct measurement_verdict v = { 0 };
    uint8_t mac[32];
    WIPED(mac);

    if (((policy & POLICY_ES) != 0) != (expected->vcpus > 0)) {
        return sevk_fail(err, SEVK_USAGE,
                         (policy & POLICY_ES) != 0
                             ? "the policy asks for SEV-ES, which needs the "
                               "number and the model of the vCPUs"
                             : "vCPUs are expected in the measurement, but the "
                               "policy does not ask for SEV-ES");
    }
    v.used = (struct measure_input){ .api_major = api_major,
                                     .api_minor = api_minor,
                                     .build = build,
                                     .policy = policy };
    memcpy(v.used.digest, expected->digest, sizeof v.used.digest);
    memcpy(v.used.mnonce, evidence->mnonce, sizeof v.used.mnonce);
    if (!measurement_compute(&v.used, tik, mac, err)) {
        return false;
    }
    v.yes = secret_equal(mac, evidence->measure, sizeof mac);
    tell_coverage(&v, policy, expected);
    *ret = v;
    return true;
}
