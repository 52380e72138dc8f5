/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate chains and the verdict about them, for other programs. */
#include <stdlib.h>

#include "base/own.h"
#include "lib/handles.h"

bool sevk_chain_new(struct sevk_chain **ret_chain, struct sevk_error *err)
{
    OWN(own_free) struct sevk_chain *chain = NULL;

    if (!NEW_HANDLE(&chain, err) || !chain_new(&chain->chain, err)) {
        return false;
    }
    *ret_chain = TAKE(chain);
    return true;
}

void sevk_chain_free(struct sevk_chain **chain)
{
    if (*chain != NULL) {
        chain_free(&(*chain)->chain);
        free(*chain);
    }
    *chain = NULL;
}

bool sevk_chain_add(struct sevk_chain *chain, const void *bytes, size_t n,
                    const char *what, struct sevk_error *err)
{
    if (n > CHAIN_FILE_MAX) {
        return sevk_fail(err, SEVK_INPUT, "%s: longer than %zu bytes", what,
                         CHAIN_FILE_MAX);
    }
    return chain_add(chain->chain, bytes_make(bytes, n), what, err);
}

bool sevk_chain_add_file(struct sevk_chain *chain, const char *path,
                         struct sevk_error *err)
{
    return chain_add_file(chain->chain, path, err);
}

const uint8_t *sevk_chain_cert(const struct sevk_chain *chain,
                               enum sevk_chain_role role, size_t *ret_n)
{
    static const enum chain_role roles[] = {
        [SEVK_CHAIN_PDH] = CHAIN_PDH, [SEVK_CHAIN_PEK] = CHAIN_PEK,
        [SEVK_CHAIN_OCA] = CHAIN_OCA, [SEVK_CHAIN_CEK] = CHAIN_CEK,
        [SEVK_CHAIN_ASK] = CHAIN_ASK, [SEVK_CHAIN_ARK] = CHAIN_ARK,
    };
    struct bytes cert;

    if ((unsigned int)role >= sizeof roles / sizeof roles[0]) {
        return NULL;
    }
    cert = chain_cert(chain->chain, roles[role]);
    if (cert.n == 0) {
        return NULL;
    }
    *ret_n = cert.n;
    return cert.p;
}

/* A session is made for the PDH that was judged, whatever is added later. */
static bool keep_pdh(const struct chain *from, struct chain **ret,
                     struct sevk_error *err)
{
    struct bytes pdh = chain_cert(from, CHAIN_PDH);

    return chain_new(ret, err) &&
           (pdh.n == 0 || chain_add(*ret, pdh, "PDH", err));
}

bool sevk_chain_verify(const struct sevk_chain *chain,
                       const struct sevk_trust *trust,
                       struct sevk_verdict **ret_verdict,
                       struct sevk_error *err)
{
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;

    if (!NEW_HANDLE(&v, err) || !keep_pdh(chain->chain, &v->chain, err) ||
        !chain_verify(chain->chain, &trust->roots, &v->links, err) ||
        !verdict_of_chain(&v->links, &trust->rules, &v->verdict, err)) {
        return false;
    }
    *ret_verdict = TAKE(v);
    return true;
}
