/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl: values that are a path, or the content itself as base64. */
#include <unistd.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/sevctl/sevctl.h"
#include "owner/session.h"

#define TEXT_MAX 4096

static bool is_path(const char *text)
{
    return access(text, F_OK) == 0;
}

bool sevctl_read_key(const struct sevctl_call *call, const char *text,
                     const char *what, struct sevk_secret *ret,
                     struct sevk_error *err)
{
    uint8_t raw[SESSION_KEY_LEN];
    WIPED(raw);

    if (is_path(text)) {
        return secret_read_file(ret, text, sizeof raw, sizeof raw, what, err);
    }
    if (!base64_decode_exact(raw, sizeof raw, bytes_of_string(text), what,
                             NULL)) {
        return sevk_fail(err, SEVK_INPUT,
                         "the %s is neither a file nor %zu bytes in base64",
                         what, sizeof raw);
    }
    if (!call->quiet) {
        out_warn(call->out,
                 "the %s stands on the command line, where every user of this "
                 "machine can read it: name its file instead",
                 what);
    }
    return secret_copy(ret, BYTES_OF(raw), err);
}

bool sevctl_read_bytes(const char *text, const char *what, uint8_t *ret,
                       size_t n, struct sevk_error *err)
{
    OWN(buf_free) struct buf file = { 0 };
    struct bytes content = bytes_of_string(text);

    if (is_path(text)) {
        if (!file_read(text, TEXT_MAX, what, &file, err)) {
            return false;
        }
        content = buf_bytes(&file);
        if (content.n == n) {
            memcpy(ret, content.p, n);
            return true;
        }
    }
    return base64_decode_exact(ret, n, content, what, NULL) ||
           sevk_fail(err, SEVK_INPUT,
                     "the %s '%.100s' is neither a file of %zu bytes nor as "
                     "many in base64",
                     what, text, n);
}
