/* SPDX-License-Identifier: Apache-2.0 */
/* What verbs share about platforms: whom to trust, and what a chain showed. */
#include "cli/trust.h"

#include <string.h>

#include "base/own.h"

bool trust_from_options(const struct opt_list *names, struct trust *ret,
                        struct sevk_error *err)
{
    OWN(trust_free) struct trust trust = { 0 };

    if (names->n == 0 && !trust_add_amd(&trust, err)) {
        return false;
    }
    for (size_t i = 0; i < names->n; i++) {
        bool amd = strcmp(names->items[i], "amd") == 0;

        if (amd ? !trust_add_amd(&trust, err)
                : !trust_add_file(&trust, names->items[i], err)) {
            return false;
        }
    }
    trust_free(ret);
    *ret = trust;
    trust = (struct trust){ 0 };
    return true;
}

bool chain_from_options(const struct opt_list *files, struct chain **ret,
                        struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;

    if (!chain_new(&chain, err)) {
        return false;
    }
    for (size_t i = 0; i < files->n; i++) {
        if (!chain_add_file(chain, files->items[i], err)) {
            return false;
        }
    }
    *ret = TAKE(chain);
    return true;
}

void show_platform(struct out *out, const struct chain_verdict *verdict)
{
    struct json_object *platform = out_object(out, out->tree, "platform");

    out_text(out, platform, "kind", verdict->is_virtual ? "VIRTUAL" : "SEV");
    if (verdict->has_cek) {
        out_hex(out, platform, "id_hex", BYTES_OF(verdict->cek_fingerprint));
    }
    out_text(out, platform, "root",
             verdict->root[0] == '\0' ? "not trusted" : verdict->root);
    if (verdict->generation[0] != '\0') {
        out_text(out, platform, "generation", verdict->generation);
    }
    for (size_t i = 0; i < verdict->n_warnings; i++) {
        out_warn(out, "%s", verdict->warnings[i]);
    }
}
