/* SPDX-License-Identifier: Apache-2.0 */
/* PEK_GEN, PDH_GEN, PDH_CERT_EXPORT. */
#include <assert.h>

#include "fw/firmware.h"
#include "fw/mem.h"

#define CHAIN_LEN (3 * SEV_CERT_LEN) /* PEK, OCA, CEK: formats.md 1.4 */

uint32_t cmd_pek_gen(struct fw *fw, struct command *c)
{
    (void)c;
    return fw_generate_identity(fw);
}

uint32_t cmd_pdh_gen(struct fw *fw, struct command *c)
{
    OWN(identity_clear) struct identity fresh = { 0 };
    uint32_t status = fw_load_identity(fw);

    (void)c;
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!identity_renew_pdh(&fw->identity, &fw->chip, fw->rng, &fresh, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return fw_replace_identity(fw, &fresh);
}

/* The firmware knows its CEK, not the ASK's signature over it, which comes
 * from AMD's server: it exports both slots empty (formats.md 1.1). */
static void export_cek(const struct chip *chip,
                       uint8_t ret[static SEV_CERT_LEN])
{
    struct sev_cert cek;
    bool ok = sev_cert_decode(BYTES_OF(chip->cek), &cek, NULL);

    assert(ok);
    (void)ok;
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        sev_cert_slot_set_empty(&cek.slots[i]);
    }
    sev_cert_encode(&cek, ret);
}

static uint32_t write_export(struct fw *fw,
                             const struct cmd_pdh_cert_export *cmd)
{
    uint8_t cek[SEV_CERT_LEN];
    uint32_t status = fw_load_identity(fw);
    const struct {
        uint64_t paddr;
        const uint8_t *cert;
    } pieces[] = {
        { cmd->pdh_paddr, fw->identity.pdh },
        { cmd->chain_paddr, fw->identity.pek },
        { cmd->chain_paddr + SEV_CERT_LEN, fw->identity.oca },
        { cmd->chain_paddr + 2 * SEV_CERT_LEN, cek },
    };

    export_cek(&fw->chip, cek);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        if (status == SEV_STATUS_SUCCESS) {
            status = mem_write(fw, pieces[i].paddr,
                               bytes_make(pieces[i].cert, SEV_CERT_LEN));
        }
    }
    return status;
}

uint32_t cmd_pdh_cert_export(struct fw *fw, struct command *c)
{
    struct cmd_pdh_cert_export cmd;
    bool ok = cmd_pdh_cert_export_decode(
        bytes_make(c->buf, CMD_PDH_CERT_EXPORT_LEN), &cmd, NULL);
    bool fits;

    assert(ok);
    (void)ok;
    fits = cmd.pdh_len >= SEV_CERT_LEN && cmd.chain_len >= CHAIN_LEN;
    cmd.pdh_len = SEV_CERT_LEN;
    cmd.chain_len = CHAIN_LEN;
    cmd_pdh_cert_export_encode(&cmd, c->buf);
    return fits ? write_export(fw, &cmd) : SEV_STATUS_INVALID_LENGTH;
}
