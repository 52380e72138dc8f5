/* SPDX-License-Identifier: Apache-2.0 */
/* A platform's owner for tests of the firmware: an OCA that signs CSRs. */
#include "unit/fw/owner_key.h"

void owner_begin_cert(uint32_t usage, const struct p384_key *key,
                      struct sev_cert *ret)
{
    struct sev_ec_field field = { .curve = SEV_CURVE_P384 };
    struct ec_point point;

    *ret = (struct sev_cert){ .version = 1,
                              .pubkey_usage = usage,
                              .pubkey_algo = usage == SEV_USAGE_PDH
                                                 ? SEV_ALGO_ECDH_SHA256
                                                 : SEV_ALGO_ECDSA_SHA256 };
    p384_key_point(key, &point);
    memcpy(field.x, point.x, sizeof field.x);
    memcpy(field.y, point.y, sizeof field.y);
    sev_cert_set_ec(ret, &field);
    sev_cert_slot_set_empty(&ret->slots[0]);
    sev_cert_slot_set_empty(&ret->slots[1]);
}

void owner_sign(struct sev_cert *cert, size_t slot, uint32_t usage,
                const struct p384_key *signer)
{
    uint8_t body[SEV_CERT_BODY_LEN];
    struct ec_signature signature;

    sev_cert_encode_body(cert, body);
    assert_true(p384_sign(signer, EC_SHA256, BYTES_OF(body), &signature, NULL));
    sev_cert_slot_set_ecdsa(&cert->slots[slot], usage, SEV_ALGO_ECDSA_SHA256,
                            signature.r, signature.s);
}

void owner_key_make(struct owner_key *ret, uint64_t seed)
{
    struct fake_rng random = { .seed = seed };
    struct sev_cert cert;

    ret->key = NULL;
    assert_true(p384_key_generate(rng_fake(&random), &ret->key, NULL));
    owner_begin_cert(SEV_USAGE_OCA, ret->key, &cert);
    owner_sign(&cert, 0, SEV_USAGE_OCA, ret->key);
    sev_cert_encode(&cert, ret->oca);
}

void owner_key_drop(struct owner_key *owner)
{
    p384_key_free(&owner->key);
}

void owner_sign_csr(const struct owner_key *owner, const uint8_t *csr,
                    uint8_t ret[static SEV_CERT_LEN])
{
    struct sev_cert cert;

    assert_true(sev_cert_decode(bytes_make(csr, SEV_CERT_LEN), &cert, NULL));
    owner_sign(&cert, 0, SEV_USAGE_OCA, owner->key);
    sev_cert_encode(&cert, ret);
}

uint32_t do_csr(struct rig *rig, uint8_t ret[static SEV_CERT_LEN])
{
    const struct cmd_range cmd = { .paddr = RIG_RAM, .len = SEV_CERT_LEN };
    uint8_t buf[CMD_RANGE_LEN];
    uint32_t status;

    cmd_range_encode(&cmd, buf);
    status = fw_command(rig->fw, SEV_CMD_PEK_CSR, buf, sizeof buf);
    memcpy(ret, rig_at(rig, RIG_RAM), SEV_CERT_LEN);
    return status;
}

uint32_t do_import(struct rig *rig, const uint8_t *pek, const uint8_t *oca)
{
    const struct cmd_pek_cert_import cmd = { .pek_paddr = RIG_RAM + 0x2000,
                                             .pek_len = SEV_CERT_LEN,
                                             .oca_paddr = RIG_RAM + 0x3000,
                                             .oca_len = SEV_CERT_LEN };
    uint8_t buf[CMD_PEK_CERT_IMPORT_LEN];

    memcpy(rig_at(rig, cmd.pek_paddr), pek, SEV_CERT_LEN);
    memcpy(rig_at(rig, cmd.oca_paddr), oca, SEV_CERT_LEN);
    cmd_pek_cert_import_encode(&cmd, buf);
    return fw_command(rig->fw, SEV_CMD_PEK_CERT_IMPORT, buf, sizeof buf);
}
