/* SPDX-License-Identifier: Apache-2.0 */
/* Trust anchors and pinned platforms, for other programs. */
#include <stdlib.h>
#include <string.h>

#include "lib/handles.h"

bool sevk_trust_new(struct sevk_trust **ret_trust, struct sevk_error *err)
{
    struct sevk_trust *trust;

    if (!NEW_HANDLE(&trust, err)) {
        return false;
    }
    trust->rules = acceptance_default();
    *ret_trust = trust;
    return true;
}

void sevk_trust_free(struct sevk_trust **trust)
{
    if (*trust != NULL) {
        trust_free(&(*trust)->roots);
        free(*trust);
    }
    *trust = NULL;
}

bool sevk_trust_add_amd(struct sevk_trust *trust, struct sevk_error *err)
{
    return trust_add_amd(&trust->roots, err);
}

bool sevk_trust_add(struct sevk_trust *trust, const void *bytes, size_t n,
                    const char *what, struct sevk_error *err)
{
    return trust_add(&trust->roots, bytes_make(bytes, n), what, err);
}

bool sevk_trust_add_file(struct sevk_trust *trust, const char *path,
                         struct sevk_error *err)
{
    return trust_add_file(&trust->roots, path, err);
}

bool sevk_trust_pin_platform(struct sevk_trust *trust,
                             const uint8_t id[SEVK_PLATFORM_ID_LEN],
                             struct sevk_error *err)
{
    return acceptance_add_platform_id(&trust->rules, id, err);
}

size_t sevk_trust_root_count(const struct sevk_trust *trust)
{
    return trust->roots.n;
}

const char *sevk_trust_root_name(const struct sevk_trust *trust, size_t index)
{
    return index < trust->roots.n ? trust->roots.roots[index].name : NULL;
}
