/* SPDX-License-Identifier: Apache-2.0 */
/* The measurement: the platform's MAC over what it loaded, and our own. */
#ifndef SEVKIT_OWNER_MEASUREMENT_H
#define SEVKIT_OWNER_MEASUREMENT_H

#include <sevkit/error.h>

#include "base/secret.h"
#include "crypto/hash.h"
#include "wire/measure_buf.h"

/*
 * After loading, the firmware returns MEASURE = HMAC-SHA256(TIK, 04h || API
 * major || minor || build || policy || launch digest || mnonce), and mnonce
 * (SEV API 6.5; formats.md 5). Only the platform that opened the session and
 * its owner have the TIK. So a MEASURE that equals what the owner computes
 * from its own firmware, kernel and vCPUs proves what was loaded, on a
 * platform of that version, under that policy.
 *
 * API, build and policy are as the host reports them: if it lies about them,
 * the MAC is another. Whether they are good enough is the caller's question.
 */
#define MEASUREMENT_KEY_LEN 16

/*
 * SEVK_REFUSED for an API below 0.17: there a secret is not bound to a
 * measurement (formats.md 8), so a yes would be worth nothing.
 */
SEVK_MUST_CHECK bool measurement_check_api(uint8_t major, uint8_t minor,
                                           struct sevk_error *err);

/* SEVK_INPUT unless the TIK has 16 bytes; SEVK_REFUSED as above. */
SEVK_MUST_CHECK bool measurement_compute(const struct measure_input *in,
                                         const struct sevk_secret *tik,
                                         uint8_t ret[static 32],
                                         struct sevk_error *err);

/*
 * For a search: does the TIK make MAC of this input? Begun once, asked often.
 * What API the input names is not looked at: a match here decides nothing.
 */
struct measurement_probe {
    struct hmac_key key_;
    uint8_t mac_[32];
};

/* SEVK_INPUT unless the TIK has 16 bytes. */
SEVK_MUST_CHECK bool measurement_probe_init(struct measurement_probe *p,
                                            const struct sevk_secret *tik,
                                            const uint8_t mac[static 32],
                                            struct sevk_error *err);
void measurement_probe_clear(struct measurement_probe *p); /* for OWN() */
bool measurement_probe_fits(const struct measurement_probe *p,
                            const struct measure_input *in);

/* From base64, as libvirt, QMP and KubeVirt give it; exactly 48 bytes. */
SEVK_MUST_CHECK bool measurement_parse(const char *base64,
                                       struct measure_buf *ret,
                                       struct sevk_error *err);

/*
 * What was loaded, as the owner expects it: the digest, and what went into it,
 * of which the verdict tells what it covers.
 */
struct measurement_expected {
    uint8_t digest[32];
    bool kernel_hashes; /* kernel, initrd and command line are in the digest */
    bool firmware_measures_boot; /* the owner says that it does */
    uint32_t vcpus;              /* VMSAs in the digest; 0 without SEV-ES */
};

#define MEASUREMENT_SENTENCES_MAX 12

/* Sentences are static, without a full stop. Plain data, nothing to free. */
struct measurement_verdict {
    bool yes;
    struct measure_input used; /* with the evidence's mnonce */
    size_t n_covered;          /* 0 unless yes */
    size_t n_not_covered;
    const char *covered[MEASUREMENT_SENTENCES_MAX];
    const char *not_covered[MEASUREMENT_SENTENCES_MAX];
};

/*
 * Judges EVIDENCE, the 48 bytes of the platform. A MAC that differs is a
 * verdict; errors are those of measurement_compute(). ES in POLICY and vCPUs
 * in EXPECTED must go together, else SEVK_USAGE.
 */
SEVK_MUST_CHECK bool measurement_verify(
    const struct measure_buf *evidence, uint8_t api_major, uint8_t api_minor,
    uint8_t build, uint32_t policy, const struct measurement_expected *expected,
    const struct sevk_secret *tik, struct measurement_verdict *ret,
    struct sevk_error *err);

#endif
