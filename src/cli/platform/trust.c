/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform trust: whom a virtual platform takes for genuine. */
#include "base/file.h"
#include "base/own.h"
#include "cli/verb.h"
#include "fw/platform.h"
#include "owner/cert_file.h"
#include "wire/amd_cert.h"

static bool find_root(struct bytes content, const char *path,
                      struct cert_item *ret, struct sevk_error *err)
{
    size_t at = 0;

    while (at < content.n) {
        if (!cert_file_next(content, &at, ret, err)) {
            return sevk_fail_in(err, "'%s'", path);
        }
        if (ret->role == CHAIN_ARK) {
            return true;
        }
    }
    return sevk_fail(err, SEVK_INPUT,
                     "'%s' holds no ARK certificate; the root of a virtual "
                     "platform is its ark.cert, or in its full chain",
                     path);
}

static void show(struct out *out, const char *dir, struct bytes root)
{
    struct amd_cert ark;
    size_t n;

    out_text(out, out->tree, "kind", "VIRTUAL");
    out_text(out, out->tree, "directory", dir);
    if (amd_cert_decode(root, &ark, &n, NULL)) {
        out_hex(out, out->tree, "root_key_id_hex", BYTES_OF(ark.key_id));
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const char *dir = call->args[0];
    const char *path = call->args[1];
    OWN(buf_free) struct buf file = { 0 };
    OWN(buf_free) struct buf decoded = { 0 };
    struct bytes content;
    struct cert_item root;
    struct fw_profile profile;

    if (!platform_load_profile(dir, &profile, err) ||
        !file_read(path, CHAIN_FILE_MAX, "certificates", &file, err) ||
        !cert_file_content(buf_bytes(&file), path, &decoded, &content, err) ||
        !find_root(content, path, &root, err) ||
        !platform_trust(dir, root.bytes, err)) {
        return false;
    }
    show(call->out, dir, root.bytes);
    return true;
}

const struct verb verb_platform_trust = {
    .noun = "platform",
    .verb = "trust",
    .summary = "let guests of a virtual platform be sent to another one",
    .args = "DIR FILE",
    .min_args = 2,
    .max_args = 2,
    .run = run,
};
