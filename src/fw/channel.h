/* SPDX-License-Identifier: Apache-2.0 */
/* The channel between guest owner and firmware: transport keys and MACs. */
#ifndef SEVKIT_FW_CHANNEL_H
#define SEVKIT_FW_CHANNEL_H

#include <sevkit/error.h>

#include "base/random.h"
#include "base/secret.h"
#include "crypto/ec.h"
#include "fw/profile.h"
#include "wire/measure_buf.h"
#include "wire/packet.h"
#include "wire/session_buf.h"
#include "wire/status.h"

/*
 * formats.md 2, 5 and 8, written from the firmware's side. Functions that
 * judge what an owner or a host sent return an enum sev_status; SEV_STATUS_
 * HWERROR_PLATFORM stands for "no memory" and the like.
 */
#define CHANNEL_KEY_LEN 16

struct channel {
    struct sevk_secret tek; /* transport encryption key */
    struct sevk_secret tik; /* transport integrity key */
};

void channel_clear(struct channel *channel); /* also for OWN() */

/* Keys of zeros: a guest that was started without a session. */
SEVK_MUST_CHECK bool channel_open_without_owner(struct channel *ret,
                                                struct sevk_error *err);

/*
 * Reads the owner's Diffie-Hellman certificate: version 1, usage PDH,
 * algorithm ECDH with SHA-256, a point on P-384; its signatures are not looked
 * at (formats.md 2). Else INVALID_CERTIFICATE.
 */
uint32_t channel_read_owner_key(struct bytes cert, struct ec_point *ret);

/*
 * Unwraps TEK and TIK with the platform's PDH key and the owner's public key.
 * A wrong WRAP_MAC, and after it a wrong POLICY_MAC, is BAD_MEASUREMENT.
 */
uint32_t channel_open(const struct p384_key *pdh, const struct ec_point *owner,
                      const struct session_buf *session, uint32_t policy,
                      struct channel *ret);

/* The step behind the key exchange, apart from it for the sake of vectors:
 * Z is the shared X coordinate, 48 bytes big-endian. */
uint32_t channel_unwrap(const struct sevk_secret *z,
                        const struct session_buf *session, uint32_t policy,
                        struct channel *ret);

/*
 * The sender's end (formats.md 9): TEK and TIK at random, wrapped for the
 * platform whose PDH is RECEIVER, so that channel_open() there gives them back.
 * PDH is the sender's own.
 */
uint32_t channel_make(const struct p384_key *pdh,
                      const struct ec_point *receiver, uint32_t policy,
                      struct rng rng, struct channel *ret,
                      struct session_buf *ret_session);

/* The MAC of a packet of SEND_UPDATE_*, over the encrypted PAYLOAD: formats.md
 * 9. There is nothing in it that counts: a packet is as good a second time. */
void channel_packet_mac(const struct channel *channel,
                        const struct packet_hdr *hdr, struct bytes payload,
                        uint8_t ret[static 32]);

/*
 * MEASURE (formats.md 5): the HMAC under the TIK. An API below 0.17 leaves the
 * first four bytes out.
 */
void channel_measure(const struct channel *channel,
                     const struct measure_input *input, uint8_t ret[static 32]);

/*
 * The MAC of a LAUNCH_SECRET packet (formats.md 8). MEASURE is the guest's own;
 * an API below 0.17 leaves it out.
 */
void channel_secret_mac(const struct channel *channel,
                        const struct fw_profile *profile,
                        const struct packet_hdr *hdr, uint32_t guest_len,
                        struct bytes payload, const uint8_t measure[static 32],
                        uint8_t ret[static 32]);

#endif
