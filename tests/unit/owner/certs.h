/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for tests: loaded, changed, signed anew. */
#ifndef SEVKIT_TESTS_OWNER_CERTS_H
#define SEVKIT_TESTS_OWNER_CERTS_H

#include "owner/chain.h"
#include "owner/trust.h"

/* The parts of a whole chain below, each a file of tests/vectors. */
extern const char *const naples_chain[CHAIN_ROLES]; /* real, RSA-2048 */
extern const char *const made_chain[CHAIN_ROLES];   /* virtual, RSA-4096 */

/* The private EC key of a role in the made chain. */
const char *made_key(enum chain_role role);

void cert_load(const char *vector, struct sev_cert *ret);

/* Signs CERT's body with the key of PARENT (made chain) into a slot. */
void cert_sign(struct sev_cert *cert, size_t slot, enum chain_role parent,
               uint32_t usage, uint32_t algo);

/* Adds a certificate to a chain, which must take it. */
void chain_put(struct chain *chain, const struct sev_cert *cert);
void chain_put_file(struct chain *chain, const char *vector);

/* A chain of PARTS without those whose bit (1 << role) is in WITHOUT. */
struct chain *chain_of(const char *const parts[static CHAIN_ROLES],
                       unsigned int without);

/* AMD's roots, and the made chain's too. */
struct trust trust_amd(void);
struct trust trust_made(void);

struct chain_verdict verdict_of(const struct chain *chain,
                                const struct trust *trust);

#endif
