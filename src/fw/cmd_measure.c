/* SPDX-License-Identifier: Apache-2.0 */
/* LAUNCH_MEASURE and ATTESTATION. */
#include <assert.h>

#include "fw/firmware.h"
#include "fw/mem.h"
#include "wire/measure_buf.h"

/* Computes the measurement over a copy of the running digest: the launch goes
 * on as if nothing had happened when it can't be delivered. */
static bool measure(struct fw *fw, const struct command *c,
                    uint8_t ret_digest[static SHA256_LEN],
                    struct measure_buf *ret)
{
    const struct fw_profile *profile = &fw->chip.profile;
    struct sha256 launch = c->guest->launch;
    struct measure_input input = {
        .api_major = profile->api_major,
        .api_minor = profile->api_minor,
        .build = profile->build,
        .policy = c->slot->policy,
    };

    if (!rng_fill(fw->rng, input.mnonce, sizeof input.mnonce, NULL)) {
        return false;
    }
    sha256_final(&launch, input.digest);
    memcpy(ret_digest, input.digest, SHA256_LEN);
    memcpy(ret->mnonce, input.mnonce, sizeof ret->mnonce);
    channel_measure(&c->guest->channel, &input, ret->measure);
    return true;
}

uint32_t cmd_launch_measure(struct fw *fw, struct command *c)
{
    struct cmd_guest_range cmd;
    bool ok = cmd_guest_range_decode(bytes_make(c->buf, CMD_GUEST_RANGE_LEN),
                                     &cmd, NULL);
    uint8_t digest[SHA256_LEN];
    uint8_t out[MEASURE_BUF_LEN];
    struct measure_buf m;
    uint32_t given;
    uint32_t status;

    assert(ok);
    (void)ok;
    given = cmd.len;
    cmd.len = MEASURE_BUF_LEN;
    cmd_guest_range_encode(&cmd, c->buf);
    if (given < MEASURE_BUF_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (!measure(fw, c, digest, &m)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    measure_buf_encode(&m, out);
    status = mem_write(fw, cmd.paddr, BYTES_OF(out));
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    memcpy(c->guest->digest, digest, sizeof digest);
    memcpy(c->guest->measure, m.measure, sizeof m.measure);
    c->slot->state = SEV_GUEST_LSECRET;
    return SEV_STATUS_SUCCESS;
}

/* Signs mnonce, digest and policy with the PEK (formats.md 5). */
static uint32_t sign_report(struct fw *fw, struct attestation *report)
{
    uint8_t bytes[ATTESTATION_LEN];
    const struct p384_key *pek = NULL;
    struct ec_signature signature;
    uint32_t status = fw_load_identity(fw);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    attestation_encode(report, bytes);
    if (!identity_pek_key(&fw->identity, &pek, NULL) ||
        !p384_sign(pek, EC_SHA256, bytes_make(bytes, ATTESTATION_SIGNED_LEN),
                   &signature, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    memcpy(report->r, signature.r, sizeof report->r);
    memcpy(report->s, signature.s, sizeof report->s);
    return SEV_STATUS_SUCCESS;
}

static uint32_t attest(struct fw *fw, const struct command *c,
                       const struct cmd_attestation *cmd)
{
    uint8_t out[ATTESTATION_LEN];
    struct attestation report = {
        .policy = c->slot->policy,
        .sig_usage = SEV_USAGE_PEK,
        .sig_algo = SEV_ALGO_ECDSA_SHA256,
    };
    uint32_t status;

    memcpy(report.mnonce, cmd->mnonce, sizeof report.mnonce);
    memcpy(report.digest, c->guest->digest, sizeof report.digest);
    status = sign_report(fw, &report);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    attestation_encode(&report, out);
    return mem_write(fw, cmd->paddr, BYTES_OF(out));
}

uint32_t cmd_attestation(struct fw *fw, struct command *c)
{
    struct cmd_attestation cmd;
    bool ok = cmd_attestation_decode(bytes_make(c->buf, CMD_ATTESTATION_LEN),
                                     &cmd, NULL);
    uint32_t given;

    assert(ok);
    (void)ok;
    given = cmd.len;
    cmd.len = ATTESTATION_LEN;
    cmd_attestation_encode(&cmd, c->buf);
    return given < ATTESTATION_LEN ? SEV_STATUS_INVALID_LENGTH
                                   : attest(fw, c, &cmd);
}
