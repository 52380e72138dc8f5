/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes chains: what was taken in comes out, and a yes has a trusted root. */
#include "fuzz.h"
#include "owner/chain.h"

/* Each certificate, added to a chain of its own, comes back as it is. */
static void check_parts(const struct chain *chain)
{
    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        struct bytes cert = chain_cert(chain, i);
        struct chain *other = NULL;

        if (cert.n == 0) {
            continue;
        }
        must(chain_new(&other, NULL));
        must(chain_add(other, cert, "again", NULL));
        must(bytes_equal(chain_cert(other, i), cert));
        chain_free(&other);
    }
}

static void check_verdict(const struct chain_verdict *v)
{
    must(v->yes == (chain_verdict_reason(v) == NULL));
    must(!v->yes || (v->root[0] != '\0' && v->has_cek && v->has_pdh));
    /* Nobody trusts a virtual root here. */
    must(!v->yes || !v->is_virtual);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct chain_verdict verdict;
    struct trust trust = { 0 };
    struct chain *chain = NULL;

    must(trust_add_amd(&trust, NULL));
    must(chain_new(&chain, NULL));
    (void)!trust_add(&trust, bytes_make(p, n), "fuzz", NULL);
    if (chain_add(chain, bytes_make(p, n), "fuzz", NULL)) {
        check_parts(chain);
        trust_free(&trust);
        must(trust_add_amd(&trust, NULL));
        must(chain_verify(chain, &trust, &verdict, NULL));
        check_verdict(&verdict);
    }
    chain_free(&chain);
    trust_free(&trust);
    return 0;
}
