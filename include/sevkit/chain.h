/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate chain: from a platform's PDH up to a trusted root. */
#ifndef SEVKIT_CHAIN_H
#define SEVKIT_CHAIN_H

#include <sevkit/trust.h>

SEVK_BEGIN_DECLS

/*
 * What a chain says: the PDH (platform Diffie-Hellman key, with which session
 * keys are agreed) is the platform's, because its PEK (platform endorsement
 * key) signed it. The PEK is this chip's, because the CEK (chip endorsement
 * key) signed it, and this owner's, because the OCA (owner's certificate
 * authority) did. The CEK is a genuine chip's, because AMD's ASK signed it, and
 * the ASK is AMD's, because the ARK did (SEV API, chapter 2 and appendix C).
 *
 * A program collects certificates in a chain, from files and from what a host
 * hands over, in any order, and has it verified once:
 *
 *     if (!sevk_chain_new(&chain, &err) ||
 *         !sevk_chain_add_file(chain, "host.chain", &err) ||
 *         !sevk_chain_verify(chain, trust, &verdict, &err)) {
 *         … could not …
 *     } else if (!sevk_verdict_yes(verdict)) {
 *         … sevk_verdict_sentence() says why …
 *     }
 *
 * Each certificate that is missing, malformed in its meaning or signed by
 * somebody else makes the verdict "no", with a reason. So does firmware with
 * an API below 0.17, which is known to give its keys away (CVE-2019-9836),
 * although all links hold then.
 *
 * What a yes does not say: which of all genuine chips this is, unless some were
 * pinned; who the host's owner is (an OCA is usually made by the platform
 * itself); that the firmware has no fault but the known ones.
 *
 * The platform id is SHA-256 over the public key field of the CEK's certificate
 * (bytes 010h to 413h). It stays the same when the CEK is signed again, and
 * under another firmware version.
 */
struct sevk_chain;
struct sevk_verdict; /* sevkit/verdict.h */

enum sevk_chain_role {
    SEVK_CHAIN_PDH = 0,
    SEVK_CHAIN_PEK = 1,
    SEVK_CHAIN_OCA = 2,
    SEVK_CHAIN_CEK = 3,
    SEVK_CHAIN_ASK = 4,
    SEVK_CHAIN_ARK = 5,
};

/* An empty chain. */
SEVK_API SEVK_MUST_CHECK bool sevk_chain_new(struct sevk_chain **ret_chain,
                                             struct sevk_error *err);

/* Releases the chain and leaves NULL behind; NULL in *CHAIN is fine. */
SEVK_API void sevk_chain_free(struct sevk_chain **chain);

/*
 * Adds every certificate in the N bytes at BYTES (at most 64 KiB): SEV
 * certificates of 2084 bytes and AMD certificates of 832 or 1600, one after the
 * other, told apart by their key usage. Base64 text of the same, as libvirt and
 * KubeVirt give it, will do too. WHAT names the source in messages.
 *
 * The same certificate twice is fine; another one for a place that is taken is
 * SEVK_INPUT, except for a CEK with the same key, of which the signed one stays.
 * SEVK_INPUT also on malformed bytes; then nothing was added.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_chain_add(struct sevk_chain *chain,
                                             const void *bytes, size_t n,
                                             const char *what,
                                             struct sevk_error *err);

/* The same from a file. */
SEVK_API SEVK_MUST_CHECK bool sevk_chain_add_file(struct sevk_chain *chain,
                                                  const char *path,
                                                  struct sevk_error *err);

/*
 * The certificate's bytes as they were received, *RET_N of them; they live
 * until the chain is changed or freed. NULL when it has none in that role.
 */
SEVK_API const uint8_t *sevk_chain_cert(const struct sevk_chain *chain,
                                        enum sevk_chain_role role,
                                        size_t *ret_n);

/*
 * Checks every link, up to a root in TRUST. When ASK and ARK are missing, those
 * of the trusted root whose ASK signed the CEK are taken. The verdict is the
 * caller's, and keeps what sevk_session_create() needs: CHAIN and TRUST may be
 * freed. Fails only when memory is short; see above for what is a "no".
 */
SEVK_API SEVK_MUST_CHECK bool sevk_chain_verify(
    const struct sevk_chain *chain, const struct sevk_trust *trust,
    struct sevk_verdict **ret_verdict, struct sevk_error *err);

SEVK_END_DECLS

#endif
