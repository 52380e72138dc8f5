/* SPDX-License-Identifier: Apache-2.0 */
/* Launch secrets: what a guest gets once its measurement is believed. */
#ifndef SEVKIT_SECRETS_H
#define SEVKIT_SECRETS_H

#include <sevkit/verdict.h>

SEVK_BEGIN_DECLS

/*
 * Secrets travel as one table of entries, each with a GUID that says what it is
 * for, padded with zeros to a multiple of 16 bytes. The table is encrypted with
 * the session's TEK (AES-128-CTR) and MACed with its TIK together with the
 * measurement: the firmware writes it into the memory of the one guest that has
 * this measurement, and of no other (SEV API 6.6, LAUNCH_SECRET). In the guest,
 * the firmware image or Linux (/sys/kernel/security/secrets/coco) shows it.
 *
 * Where in memory the table lands is not authenticated: the host chooses the
 * address. Only a guest whose boot is measured can be relied on to look for it
 * in the right place and to keep it. Hence sevk_secrets_seal() wants the verdict
 * about the guest, and the expectation that it was reached with.
 *
 * Until it is encrypted, everything lies in locked pages which are wiped when
 * they are released. What sevk_secrets_seal() makes, a packet, is public: it is
 * what the host is given to inject.
 *
 * Both handles belong to one thread at a time.
 */
struct sevk_secrets;
struct sevk_packet;

/* Linux shows no more entries, and its KVM injects no larger table. */
#define SEVK_SECRETS_MAX     64
#define SEVK_SECRETS_LEN_MAX 16384

/* An empty list. */
SEVK_API SEVK_MUST_CHECK bool sevk_secrets_new(
    struct sevk_secrets **ret_secrets, struct sevk_error *err);

/* Wipes and releases it, and leaves NULL behind; NULL in *SECRETS is fine. */
SEVK_API void sevk_secrets_free(struct sevk_secrets **secrets);

/*
 * Adds the N bytes at BYTES (1 to 16384) under NAME: "luks-key", or a GUID in
 * its text form of 36 characters. The caller wipes its own copy. SEVK_USAGE for
 * a name that is not known or there already, and for a full list; SEVK_INPUT
 * for no bytes, and for more.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_secrets_add(struct sevk_secrets *secrets,
                                               const char *name,
                                               const void *bytes, size_t n,
                                               struct sevk_error *err);

/*
 * The same from a file, whose bytes are taken as they are: a newline at the end
 * of a passphrase belongs to it. An empty file is SEVK_INPUT.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_secrets_add_file(
    struct sevk_secrets *secrets, const char *name, const char *path,
    struct sevk_error *err);

/* How many entries there are. */
SEVK_API size_t sevk_secrets_count(const struct sevk_secrets *secrets);

/*
 * Encrypts the list for the guest that VERDICT is about. SEVK_REFUSED, with the
 * reason, when that is not a yes of sevk_verdict_reach() under this SESSION;
 * when what reads secrets is not measured or the policy is seriously weak, and
 * EXPECTATION has no rule that allows it; when the table is larger than 16384
 * bytes or than the area that the expected image declares (when the expectation
 * has no image, that is not checked). SEVK_USAGE for an empty list and for a
 * session without a TEK. It may be called again: a packet more for the same
 * guest does no harm.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_secrets_seal(
    const struct sevk_secrets *secrets,
    const struct sevk_expectation *expectation,
    const struct sevk_verdict *verdict, const struct sevk_session *session,
    struct sevk_packet **ret_packet, struct sevk_error *err);

/* Releases it and leaves NULL behind; NULL in *PACKET is fine. */
SEVK_API void sevk_packet_free(struct sevk_packet **packet);

/*
 * The header (52 bytes) and the encrypted table (a multiple of 16), *RET_N of
 * them, as the firmware takes them. They live as long as the packet.
 */
SEVK_API const uint8_t *sevk_packet_header(const struct sevk_packet *packet,
                                           size_t *ret_n);
SEVK_API const uint8_t *sevk_packet_payload(const struct sevk_packet *packet,
                                            size_t *ret_n);

/*
 * The same as base64, one line each, as virDomainSetLaunchSecurityState(),
 * sev-inject-launch-secret and KubeVirt take it.
 */
SEVK_API const char *sevk_packet_header_base64(
    const struct sevk_packet *packet);
SEVK_API const char *sevk_packet_payload_base64(
    const struct sevk_packet *packet);

SEVK_END_DECLS

#endif
