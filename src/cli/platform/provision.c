/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform provision: an owner takes the platform, in one step. */
#include "base/own.h"
#include "cli/device.h"
#include "cli/owner_key.h"
#include "cli/verb.h"
#include "owner/oca.h"

struct options {
    struct device_options device;
    const char *passphrase_file;
};

static const struct opt rows[] = {
    DEVICE_ROWS(struct options, device),
    { .name = "passphrase-file",
      .arg = "FILE",
      .help = "the key's passphrase; else the terminal is asked",
      .set = opt_set_string,
      .at = offsetof(struct options, passphrase_file) },
};

static bool sign(const struct verb_call *call, struct device *device,
                 struct bytes oca, uint8_t ret_pek[static SEV_CERT_LEN],
                 struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(p384_key_free) struct p384_key *key = NULL;
    uint8_t csr[SEV_CERT_LEN];

    return owner_key_read(call->args[1], o->passphrase_file, &key, err) &&
           device_pek_csr(device, csr, err) &&
           oca_sign_csr(key, oca, BYTES_OF(csr), ret_pek, err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(device_close) struct device *device = NULL;
    OWN(buf_free) struct buf oca = { 0 };
    uint8_t pek[SEV_CERT_LEN];

    if (!owner_cert_read(call->args[0], SEV_USAGE_OCA, "OCA", &oca, err) ||
        !device_from_options(&o->device, true, &device, err) ||
        !sign(call, device, buf_bytes(&oca), pek, err) ||
        !device_pek_cert_import(device, pek, oca.p, err)) {
        return false;
    }
    show_owned(call->out, device, buf_bytes(&oca));
    note_new_chain(call->out);
    return true;
}

const struct verb verb_platform_provision = {
    .noun = "platform",
    .verb = "provision",
    .summary = "take the platform with an OCA whose key is here",
    .args = "CERT KEY",
    .min_args = 2,
    .max_args = 2,
    VERB_OPTIONS(struct options),
    .run = run,
};
