/* SPDX-License-Identifier: Apache-2.0 */
/* Where fetched certificates are kept, and taking them from there. */
#include "cli/cache.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"

bool cache_dir(const char *given, char **ret, struct sevk_error *err)
{
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (given != NULL) {
        *ret = strdup(given);
        return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
    }
    /* The specification of these folders says that relative ones are none. */
    if (xdg != NULL && xdg[0] == '/') {
        return path_join(xdg, "sevkit", ret, err);
    }
    if (home != NULL && home[0] == '/') {
        return path_join(home, ".cache/sevkit", ret, err);
    }
    *ret = NULL;
    return true;
}

bool chain_from_cache(struct chain *chain, struct out *out,
                      struct sevk_error *err)
{
    OWN(own_free) char *dir = NULL;
    struct sevk_error why = { 0 };
    bool done = false;

    if (!cache_dir(NULL, &dir, err)) {
        return false;
    }
    if (dir != NULL && !cek_cache_complete(dir, chain, &done, &why)) {
        out_warn(out, "cached certificates: %s", why.message);
    }
    if (done) {
        out_note(out, "the CEK's signature was taken from the cache ('%s')",
                 chain_cert_source(chain, CHAIN_CEK));
    }
    return true;
}
