/* SPDX-License-Identifier: Apache-2.0 */
/* What verbs share about platforms: whom to trust, and what a chain showed. */
#include "cli/trust.h"

#include <json-c/json.h>

#include "base/own.h"

bool trust_from_options(const struct opt_list *names, struct trust *ret,
                        struct sevk_error *err)
{
    OWN(trust_free) struct trust trust = { 0 };

    if (!trust_add_names(&trust, names->items, names->n, err)) {
        return false;
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

    if (!chain_new(&chain, err) ||
        !chain_add_files(chain, files->items, files->n, err)) {
        return false;
    }
    *ret = TAKE(chain);
    return true;
}

void say_virtual(const struct out *out)
{
    struct json_object *platform = NULL;
    struct json_object *flag = NULL;

    if (json_object_object_get_ex(out->tree, "platform", &platform) &&
        json_object_object_get_ex(platform, "virtual", &flag) &&
        json_object_get_boolean(flag)) {
        out_warn(out,
                 "the platform is VIRTUAL: it protects nothing, and whoever "
                 "runs its machine can read all that it is given");
    }
}
