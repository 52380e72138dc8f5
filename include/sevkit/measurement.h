/* SPDX-License-Identifier: Apache-2.0 */
/* The measurement: the platform's MAC over what it loaded. */
#ifndef SEVKIT_MEASUREMENT_H
#define SEVKIT_MEASUREMENT_H

#include <sevkit/firmware.h>

SEVK_BEGIN_DECLS

/*
 * After loading, the firmware returns 48 bytes: MEASURE (32), then a random
 * mnonce (16). MEASURE is HMAC-SHA256 under the session's TIK over
 *
 *     04h || API major || API minor || build || policy (32-bit, little-endian)
 *         || launch digest || mnonce
 *
 * (SEV API 6.5, LAUNCH_MEASURE). Only the platform that opened the session and
 * its owner have the TIK. So a MEASURE that equals the owner's own proves what
 * was loaded, on firmware of that version, under that policy.
 *
 * A handle holds these 48 bytes with what the host says beside them: API,
 * build and policy. The host is not believed: if it lies about one of them, the
 * MAC is another. Nothing in it is secret, and it never changes.
 *
 * sevk_measurement_check() compares a MAC, and that is all. Whether a platform
 * stands behind the keys, whether its firmware is too old or the policy too
 * weak, it does not ask: sevk_verdict_reach() does (sevkit/verdict.h), and
 * is what most programs want.
 */
struct sevk_measurement;
struct sevk_session; /* sevkit/session.h */

#define SEVK_MEASUREMENT_LEN 48
#define SEVK_MNONCE_LEN      16

/*
 * From base64 text of exactly 48 bytes, as libvirt (domlaunchsecinfo), QMP
 * (query-sev-launch-measure) and KubeVirt give it. SEVK_INPUT otherwise.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_measurement_parse(
    const char *base64, uint8_t api_major, uint8_t api_minor, uint8_t build,
    uint32_t policy, struct sevk_measurement **ret_measurement,
    struct sevk_error *err);

/* From the bytes themselves. SEVK_INPUT unless N is 48. */
SEVK_API SEVK_MUST_CHECK bool sevk_measurement_from_bytes(
    const void *bytes, size_t n, uint8_t api_major, uint8_t api_minor,
    uint8_t build, uint32_t policy, struct sevk_measurement **ret_measurement,
    struct sevk_error *err);

/* Releases it and leaves NULL behind; NULL in *MEASUREMENT is fine. */
SEVK_API void sevk_measurement_free(struct sevk_measurement **measurement);

/*
 * *RET_YES: the MAC is that of DIGEST under the session's TIK. The comparison's
 * time does not depend on where they differ. SEVK_REFUSED for an API below
 * 0.17, where secrets are not bound to a measurement.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_measurement_check(
    const struct sevk_measurement *measurement,
    const uint8_t digest[SEVK_DIGEST_LEN], const struct sevk_session *session,
    bool *ret_yes, struct sevk_error *err);

/*
 * The 48 bytes that a platform would return for DIGEST and MNONCE: for tests,
 * and for comparing by other means. SEVK_REFUSED as above.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_measurement_compute(
    uint8_t api_major, uint8_t api_minor, uint8_t build, uint32_t policy,
    const uint8_t digest[SEVK_DIGEST_LEN],
    const uint8_t mnonce[SEVK_MNONCE_LEN], const struct sevk_session *session,
    uint8_t ret_bytes[SEVK_MEASUREMENT_LEN], struct sevk_error *err);

SEVK_END_DECLS

#endif
