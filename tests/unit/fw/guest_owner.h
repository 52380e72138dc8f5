/* SPDX-License-Identifier: Apache-2.0 */
/* A guest owner for tests of the firmware, written from formats.md alone. */
#ifndef SEVKIT_TESTS_FW_GUEST_OWNER_H
#define SEVKIT_TESTS_FW_GUEST_OWNER_H

#include "crypto/ec.h"
#include "unit/fw/rig.h"
#include "wire/packet.h"

/*
 * It shares no derivation with the firmware (nor with src/owner, which the
 * firmware's tests do not know): what both agree on is in the bytes.
 */
struct guest_owner {
    uint32_t policy;
    uint8_t tek[16];
    uint8_t tik[16];
    uint8_t cert[SEV_CERT_LEN];
    uint8_t session[SESSION_BUF_LEN];
};

/* Keys and a session for POLICY with the platform whose PDH is PDH. */
void guest_owner_make(struct guest_owner *ret, const uint8_t *pdh,
                      uint32_t policy, uint64_t seed);

/*
 * The other end: whoever has the key KEY takes TEK and TIK out of a session
 * that the platform whose PDH is PDH made for it (SEND_START).
 */
void guest_owner_unwrap(struct guest_owner *ret, const struct p384_key *key,
                        const uint8_t *pdh, const uint8_t *session);

/* What LAUNCH_MEASURE must return for DIGEST, from the owner's TIK. */
void guest_owner_measure(const struct guest_owner *owner,
                         const struct fw_profile *profile,
                         const uint8_t *digest, const uint8_t *mnonce,
                         uint8_t ret[static 32]);

/* A secret packet: N bytes from PLAIN, bound to MEASURE. */
void guest_owner_seal(const struct guest_owner *owner,
                      const struct fw_profile *profile, uint32_t flags,
                      const uint8_t *measure, const uint8_t *plain, size_t n,
                      uint8_t ret_header[static PACKET_HDR_LEN],
                      uint8_t *ret_payload);

/* LAUNCH_START with the owner's certificate and session, laid into the rig's
 * memory. */
uint32_t do_start_owned(struct rig *rig, const struct guest_owner *owner,
                        uint32_t *ret_handle);

#endif
