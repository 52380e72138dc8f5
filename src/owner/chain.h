/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate chain: from the platform's PDH up to a trusted root. */
#ifndef SEVKIT_OWNER_CHAIN_H
#define SEVKIT_OWNER_CHAIN_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "crypto/hash.h"
#include "owner/trust.h"
#include "wire/sev_cert.h"

/*
 * What the chain says: the PDH (with which the session keys are agreed) is the
 * platform's, because its PEK signed it; the PEK is this chip's, because the
 * CEK signed it, and this owner's, because the OCA did; the CEK is a genuine
 * chip's, because AMD's ASK signed it, and the ASK is AMD's, because the ARK
 * did (formats.md 1.1, 1.2).
 *
 * What it does not say: which of all genuine chips this is (compare
 * cek_fingerprint with the platforms you expect), that the host's owner (the
 * OCA, usually made by the platform itself) is anybody in particular, or that
 * the firmware is free of known faults (the warnings name those that the
 * certificates show).
 */
enum chain_role {
    CHAIN_PDH,
    CHAIN_PEK,
    CHAIN_OCA,
    CHAIN_CEK,
    CHAIN_ASK,
    CHAIN_ARK,
    CHAIN_ROLES,
};

const char *chain_role_name(enum chain_role role); /* "PDH" */

/* Certificates collected from files. Opaque; freed with chain_free(). */
struct chain;
SEVK_MUST_CHECK bool chain_new(struct chain **ret, struct sevk_error *err);
void chain_free(struct chain **chain); /* also for OWN() */

/*
 * Adds every certificate in CONTENT: one or more SEV certificates (2084 bytes
 * each) and AMD certificates (832 or 1600), in any order, told apart by their
 * key usage. So single files, PDH || PEK || OCA || CEK, PEK || OCA || CEK, a
 * full export with ASK || ARK behind it, and ASK || ARK all do; also as base64
 * text, as libvirt and KubeVirt give them. WHAT names the source in messages.
 *
 * The same certificate twice is fine. Another one for a place that is taken is
 * an error (SEVK_INPUT) that names both sources, except for the CEK: firmware
 * exports it unsigned, AMD's server signed; with one public key they are one,
 * and the signed one stays. Fails (SEVK_INPUT) on malformed bytes, and then
 * has added nothing.
 */
#define CHAIN_FILE_MAX ((size_t)65536)
SEVK_MUST_CHECK bool chain_add(struct chain *chain, struct bytes content,
                               const char *what, struct sevk_error *err);
SEVK_MUST_CHECK bool chain_add_file(struct chain *chain, const char *path,
                                    struct sevk_error *err);

SEVK_MUST_CHECK bool chain_add_files(struct chain *chain,
                                     const char *const *paths, size_t n,
                                     struct sevk_error *err);

/* The certificate's bytes as received; empty when it is not there. */
struct bytes chain_cert(const struct chain *chain, enum chain_role role);

/* Where it came from (WHAT of chain_add); "" when it is not there. */
const char *chain_cert_source(const struct chain *chain, enum chain_role role);

/* The links, in the order in which they are told, from the root down. */
enum chain_link_id {
    CHAIN_LINK_ARK_TRUSTED,
    CHAIN_LINK_ARK_SELF,
    CHAIN_LINK_ASK_ARK,
    CHAIN_LINK_CEK_ASK,
    CHAIN_LINK_OCA_SELF,
    CHAIN_LINK_PEK_CEK,
    CHAIN_LINK_PEK_OCA,
    CHAIN_LINK_PDH_PEK,
    CHAIN_LINKS,
};

enum chain_link_state {
    CHAIN_LINK_MISSING = 0, /* a certificate that it needs is not there */
    CHAIN_LINK_BAD,
    CHAIN_LINK_OK,
};

#define CHAIN_REASON_LEN   200
#define CHAIN_WARNINGS_MAX 4

struct chain_link {
    enum chain_link_state state;
    char reason[CHAIN_REASON_LEN]; /* a sentence; "" when OK */
};

/* Plain data: copied with "=", nothing to free. */
struct chain_verdict {
    bool yes;        /* every link is OK */
    bool is_virtual; /* the ARK (trusted or not) is a virtual platform's */
    bool completed;  /* ASK and ARK came from the trust anchors */
    bool has_cek;
    bool has_pdh;
    bool old_firmware; /* PDH or PEK made by API below 0.17: CVE-2019-9836 */
    char root[TRUST_NAME_LEN];             /* "" when not trusted */
    char generation[TRUST_GENERATION_LEN]; /* "Milan"; "" when unknown */
    uint8_t cek_fingerprint[SHA256_LEN];   /* the platform id; see below */
    uint8_t pdh_digest[SHA256_LEN]; /* of its 2084 bytes: what was judged */
    struct chain_link links[CHAIN_LINKS];
    size_t n_warnings;
    char warnings[CHAIN_WARNINGS_MAX][CHAIN_REASON_LEN];
};

/*
 * Checks every link by formats.md 1.2: the signature may stand in either slot;
 * usages and algorithms must be those of the role; a point must be a valid one
 * of P-384. When the chain has no ASK or no ARK, those of the anchor whose ASK
 * signed the CEK are taken.
 *
 * Bad or missing evidence is a verdict "no", with a reason at each link. Old
 * firmware and Naples are warnings: the links hold, what they prove is little.
 * An error means that memory was short.
 *
 * The platform id is SHA-256 over the CEK's public key field (bytes 010h to
 * 413h of its certificate): signing the CEK again, or another API version in
 * its body, does not change it.
 */
SEVK_MUST_CHECK bool chain_verify(const struct chain *chain,
                                  const struct trust *trust,
                                  struct chain_verdict *ret,
                                  struct sevk_error *err);

/* That id, of a whole CEK certificate. */
void chain_platform_id(struct bytes cek, uint8_t ret_id[static SHA256_LEN]);

const char *chain_link_name(enum chain_link_id id); /* "PEK by CEK" */

/* The reason of the first link that is not OK, root first; NULL when yes. */
const char *chain_verdict_reason(const struct chain_verdict *verdict);

/* "trusted root 'AMD Milan', all links hold", or the reason; one line. */
SEVK_MUST_CHECK bool chain_verdict_summary(const struct chain_verdict *verdict,
                                           struct buf *to,
                                           struct sevk_error *err);

#endif
