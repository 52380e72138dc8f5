/* SPDX-License-Identifier: Apache-2.0 */
/* What each signature of a certificate is worth, by the certificates beside it. */
#ifndef SEVKIT_OWNER_CERT_SIGNATURE_H
#define SEVKIT_OWNER_CERT_SIGNATURE_H

#include "owner/cert_file.h"

/*
 * A signature says of what usage its signer's key is, never which one it was.
 * So each certificate of that usage that lies beside it is tried, and for ASK
 * and ARK the roots too (formats.md 1.2). OK says that one of them signed it; it
 * does not say that the signer is worth anything: that is chain.h's question.
 */
enum cert_signature_state {
    CERT_SIGNATURE_EMPTY,   /* the slot holds none */
    CERT_SIGNATURE_UNKNOWN, /* no signer is at hand */
    CERT_SIGNATURE_BAD,     /* the signer is at hand, and it did not */
    CERT_SIGNATURE_OK,
};

struct cert_signature {
    enum cert_signature_state state;
    char reason[CHAIN_REASON_LEN]; /* a sentence; "" for OK and EMPTY */
    char root[TRUST_NAME_LEN];     /* OK by a root: which; else "" */
};

/* The certificates that lie together, and roots beside them. */
struct cert_signers {
    const struct cert_item *items;
    size_t n;
    const struct trust *roots;
};

/* The signature in SLOT (0 or 1) of a PDH, PEK, OCA or CEK. */
void cert_signature_of_slot(const struct cert_item *cert, size_t slot,
                            const struct cert_signers *signers,
                            struct cert_signature *ret);

/* The one signature of an ASK or ARK. */
void cert_signature_of_amd(const struct cert_item *cert,
                           const struct cert_signers *signers,
                           struct cert_signature *ret);

#endif
