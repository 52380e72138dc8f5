/* SPDX-License-Identifier: Apache-2.0 */
/* SEND_START, SEND_FINISH, SEND_CANCEL: a guest leaves for another platform. */
#include <assert.h>

#include "base/file.h"
#include "fw/chain.h"
#include "fw/firmware.h"
#include "fw/mem.h"
#include "fw/platform.h"
#include "wire/policy.h"

#define PLAT_LEN    (3 * SEV_CERT_LEN)
#define AMD_MAX_LEN (2 * AMD_CERT_LEN_4096)
#define TRUSTED_MAX 65536

/* The receiver as the host presents it, in the firmware's own memory. */
struct receiver {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t plat[PLAT_LEN];
    uint8_t amd[AMD_MAX_LEN];
    size_t amd_len;
};

static const uint8_t *pek_of(const struct receiver *r)
{
    return r->plat;
}

static const uint8_t *oca_of(const struct receiver *r)
{
    return r->plat + SEV_CERT_LEN;
}

static const uint8_t *cek_of(const struct receiver *r)
{
    return r->plat + 2 * SEV_CERT_LEN;
}

/* What the policy wants to be checked, and no more, must be there. */
static uint32_t read_receiver(struct fw *fw, uint32_t policy,
                              const struct cmd_send_start *cmd,
                              struct receiver *ret)
{
    bool plat = (policy & (POLICY_SEV | POLICY_DOMAIN)) != 0;
    bool amd = (policy & POLICY_SEV) != 0;
    uint32_t status;

    if (cmd->pdh_len != SEV_CERT_LEN || (plat && cmd->plat_len != PLAT_LEN) ||
        (amd && (cmd->amd_len == 0 || cmd->amd_len > AMD_MAX_LEN))) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    status = mem_read(fw, cmd->pdh_paddr, ret->pdh, sizeof ret->pdh);
    if (status == SEV_STATUS_SUCCESS && plat) {
        status = mem_read(fw, cmd->plat_paddr, ret->plat, sizeof ret->plat);
    }
    if (status == SEV_STATUS_SUCCESS && amd) {
        ret->amd_len = cmd->amd_len;
        status = mem_read(fw, cmd->amd_paddr, ret->amd, ret->amd_len);
    }
    return status;
}

/* The roots of platforms that count as genuine: this one's own, and those it
 * was told to trust (platform.h). */
static bool read_trusted(const struct fw *fw, struct buf *ret)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf more = { 0 };

    if (!path_join(fw->dir, PLATFORM_TRUSTED_FILE, &path, NULL) ||
        !buf_append(ret, bytes_make(fw->chip.ark, fw->chip.amd_len), NULL)) {
        return false;
    }
    return access(path, F_OK) != 0 ||
           (file_read(path, TRUSTED_MAX, "roots", &more, NULL) &&
            buf_append(ret, buf_bytes(&more), NULL));
}

/* Policy SEV: ARK, ASK, CEK, PEK, PDH, then the API (formats.md 9). */
static uint32_t check_platform(struct fw *fw, uint32_t policy,
                               const struct receiver *r)
{
    OWN(buf_free) struct buf trusted = { 0 };
    struct amd_cert ask;
    uint32_t status;

    if (!read_trusted(fw, &trusted)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = chain_read_roots(bytes_make(r->amd, r->amd_len),
                              buf_bytes(&trusted), &ask);
    if (status == SEV_STATUS_SUCCESS) {
        status = chain_check_cek(cek_of(r), &ask);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = chain_check(pek_of(r), cek_of(r));
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = chain_check(r->pdh, pek_of(r));
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    /* The API that the PEK was made by: bytes 4 and 5 of its body. */
    return policy_api_at_least(pek_of(r)[4], pek_of(r)[5],
                               policy_api_major(policy),
                               policy_api_minor(policy))
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_POLICY_FAILURE;
}

/* Policy DOMAIN: OCA, PEK, PDH, and the OCA is this platform's. */
static uint32_t check_domain(struct fw *fw, const struct receiver *r)
{
    uint32_t status = chain_check(oca_of(r), oca_of(r));

    if (status == SEV_STATUS_SUCCESS) {
        status = chain_check(pek_of(r), oca_of(r));
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = chain_check(r->pdh, pek_of(r));
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return memcmp(oca_of(r), fw->identity.oca, SEV_CERT_LEN) == 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_POLICY_FAILURE;
}

static uint32_t check_receiver(struct fw *fw, uint32_t policy,
                               const struct receiver *r, struct ec_point *ret)
{
    uint32_t status = fw_load_identity(fw);

    if (status == SEV_STATUS_SUCCESS && (policy & POLICY_SEV) != 0) {
        status = check_platform(fw, policy, r);
    }
    if (status == SEV_STATUS_SUCCESS && (policy & POLICY_DOMAIN) != 0) {
        status = check_domain(fw, r);
    }
    return status != SEV_STATUS_SUCCESS
               ? status
               : channel_read_owner_key(BYTES_OF(r->pdh), ret);
}

/* Keys for the way, and the session that brings them to the receiver. */
static uint32_t begin(struct fw *fw, struct command *c,
                      const struct ec_point *receiver, uint64_t session_paddr)
{
    OWN(channel_clear) struct channel channel = { 0 };
    const struct p384_key *pdh = NULL;
    struct session_buf session;
    uint8_t raw[SESSION_BUF_LEN];
    uint32_t status;

    if (!identity_pdh_key(&fw->identity, &pdh, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = channel_make(pdh, receiver, c->slot->policy, fw->rng, &channel,
                          &session);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    session_buf_encode(&session, raw);
    status = mem_write(fw, session_paddr, BYTES_OF(raw));
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    secret_move(&c->guest->channel.tek, &channel.tek);
    secret_move(&c->guest->channel.tik, &channel.tik);
    c->slot->state = SEV_GUEST_SUPDATE;
    return SEV_STATUS_SUCCESS;
}

static uint32_t send_start(struct fw *fw, struct command *c,
                           const struct cmd_send_start *cmd)
{
    OWN(own_free) struct receiver *r = calloc(1, sizeof *r);
    struct ec_point point;
    uint32_t status = command_check_guest_state(c);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if ((c->slot->policy & POLICY_NOSEND) != 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (r == NULL) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = read_receiver(fw, c->slot->policy, cmd, r);
    if (status == SEV_STATUS_SUCCESS) {
        status = check_receiver(fw, c->slot->policy, r, &point);
    }
    return status != SEV_STATUS_SUCCESS
               ? status
               : begin(fw, c, &point, cmd->session_paddr);
}

uint32_t cmd_send_start(struct fw *fw, struct command *c)
{
    struct cmd_send_start cmd;
    uint32_t given;
    uint32_t status;
    bool ok = cmd_send_start_decode(bytes_make(c->buf, CMD_SEND_START_LEN),
                                    &cmd, NULL);

    assert(ok);
    (void)ok;
    given = cmd.session_len;
    cmd.session_len = SESSION_BUF_LEN;
    cmd_send_start_encode(&cmd, c->buf);
    if (given != SESSION_BUF_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    status = send_start(fw, c, &cmd);
    if (status == SEV_STATUS_SUCCESS) {
        cmd.policy = c->slot->policy;
        cmd_send_start_encode(&cmd, c->buf);
    }
    return status;
}

/* The keys of the way are of no use any more. */
static uint32_t end_transport(struct command *c, uint32_t state)
{
    channel_clear(&c->guest->channel);
    c->slot->state = state;
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_send_finish(struct fw *fw, struct command *c)
{
    (void)fw;
    return end_transport(c, SEV_GUEST_SENT);
}

uint32_t cmd_send_cancel(struct fw *fw, struct command *c)
{
    (void)fw;
    return end_transport(c, SEV_GUEST_RUNNING);
}

uint32_t cmd_receive_finish(struct fw *fw, struct command *c)
{
    (void)fw;
    return end_transport(c, SEV_GUEST_RUNNING);
}
