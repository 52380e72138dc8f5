/* SPDX-License-Identifier: Apache-2.0 */
/* PEK_CSR and PEK_CERT_IMPORT: how a platform comes into its owner's hands. */
#include <assert.h>

#include "fw/chain.h"
#include "fw/firmware.h"
#include "fw/mem.h"

/* The PEK as it is, without signatures (formats.md 1.6). */
static void make_csr(const uint8_t pek[static SEV_CERT_LEN],
                     uint8_t ret[static SEV_CERT_LEN])
{
    struct sev_cert cert;
    bool ok = sev_cert_decode(bytes_make(pek, SEV_CERT_LEN), &cert, NULL);

    assert(ok);
    (void)ok;
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        sev_cert_slot_set_empty(&cert.slots[i]);
    }
    sev_cert_encode(&cert, ret);
}

uint32_t cmd_pek_csr(struct fw *fw, struct command *c)
{
    uint8_t csr[SEV_CERT_LEN];
    struct cmd_range cmd;
    uint32_t given;
    uint32_t status;
    bool ok = cmd_range_decode(bytes_make(c->buf, CMD_RANGE_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    given = cmd.len;
    cmd.len = SEV_CERT_LEN;
    cmd_range_encode(&cmd, c->buf);
    if (given < SEV_CERT_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    status = fw_load_identity(fw);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    make_csr(fw->identity.pek, csr);
    return mem_write(fw, cmd.paddr, BYTES_OF(csr));
}

/* What the owner sends back, in the firmware's own memory. */
struct import {
    uint8_t pek[SEV_CERT_LEN];
    uint8_t oca[SEV_CERT_LEN];
};

static uint32_t read_import(struct fw *fw,
                            const struct cmd_pek_cert_import *cmd,
                            struct import *ret)
{
    uint32_t status;

    if (fw->run.map->external != 0) {
        return SEV_STATUS_ALREADY_OWNED;
    }
    if (cmd->pek_len != SEV_CERT_LEN || cmd->oca_len != SEV_CERT_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    status = mem_read(fw, cmd->pek_paddr, ret->pek, sizeof ret->pek);
    return status != SEV_STATUS_SUCCESS
               ? status
               : mem_read(fw, cmd->oca_paddr, ret->oca, sizeof ret->oca);
}

/* In the order of formats.md 1.6. */
static uint32_t check_import(const struct fw *fw, const struct import *in)
{
    uint32_t status = chain_check(in->oca, in->oca);

    if (status == SEV_STATUS_SUCCESS) {
        status = chain_check(in->pek, in->oca);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return memcmp(in->pek, fw->identity.pek, SEV_CERT_BODY_LEN) == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_CERTIFICATE;
}

uint32_t cmd_pek_cert_import(struct fw *fw, struct command *c)
{
    OWN(identity_clear) struct identity fresh = { 0 };
    struct cmd_pek_cert_import cmd;
    OWN(own_free) struct import *in = calloc(1, sizeof *in);
    uint32_t status;
    bool ok = cmd_pek_cert_import_decode(
        bytes_make(c->buf, CMD_PEK_CERT_IMPORT_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    if (in == NULL) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = read_import(fw, &cmd, in);
    if (status == SEV_STATUS_SUCCESS) {
        status = fw_load_identity(fw);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_import(fw, in);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!identity_import(&fw->identity, &fw->chip, fw->rng, in->pek, in->oca,
                         &fresh, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return fw_replace_identity(fw, &fresh);
}
