/* SPDX-License-Identifier: Apache-2.0 */
/* KVM_SEV_SEND_START and KVM_SEV_SEND_UPDATE_DATA: a guest goes. */
#include <errno.h>

#include "base/own.h"
#include "preload/host.h"
#include "preload/user.h"
#include "preload/vm.h"
#include "wire/packet.h"
#include "wire/session_buf.h"

#define PAGE 4096u

struct start {
    struct kvm_sev_send_start p;
    struct buf pdh;
    struct buf plat;
    struct buf amd;
    uint8_t session[SESSION_BUF_LEN];
};

static void start_free(struct start *s)
{
    buf_free(&s->pdh);
    buf_free(&s->plat);
    buf_free(&s->amd);
}

static int read_certs(struct start *s)
{
    int r = user_blob(s->p.pdh_cert_uaddr, s->p.pdh_cert_len, &s->pdh);

    if (r == 0) {
        r = user_blob(s->p.plat_certs_uaddr, s->p.plat_certs_len, &s->plat);
    }
    if (r == 0) {
        r = user_blob(s->p.amd_certs_uaddr, s->p.amd_certs_len, &s->amd);
    }
    return r;
}

/* A session length of 0 asks for it. */
static int prepare(struct start *s)
{
    if (s->p.session_len == 0) {
        return 0;
    }
    if (s->p.pdh_cert_uaddr == 0 || s->p.pdh_cert_len == 0 ||
        s->p.session_uaddr == 0 || s->p.session_len > USER_BLOB_MAX) {
        return -EINVAL;
    }
    return read_certs(s);
}

static void fill_start(struct driver *d, struct start *s,
                       struct cmd_send_start *cmd)
{
    if (s->p.session_len == 0) {
        return;
    }
    cmd->pdh_paddr = driver_lend_to_read(d, buf_bytes(&s->pdh));
    cmd->pdh_len = (uint32_t)s->pdh.n;
    cmd->plat_paddr = driver_lend_to_read(d, buf_bytes(&s->plat));
    cmd->plat_len = (uint32_t)s->plat.n;
    cmd->amd_paddr = driver_lend_to_read(d, buf_bytes(&s->amd));
    cmd->amd_len = (uint32_t)s->amd.n;
    cmd->session_paddr = driver_lend_to_write(d, s->session, sizeof s->session);
    cmd->session_len = s->p.session_len;
}

int vm_send_start(struct vm_command *c)
{
    OWN(start_free) struct start s = { 0 };
    struct cmd_send_start cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_SEND_START_LEN];
    struct driver *d = NULL;
    int r = user_read(&s.p, c->cmd.data, sizeof s.p);
    int w;

    if (r == 0) {
        r = prepare(&s);
    }
    if (r == 0) {
        r = host_driver(&d);
    }
    if (r != 0) {
        return r;
    }
    fill_start(d, &s, &cmd);
    cmd_send_start_encode(&cmd, buf);
    r = vm_issue(c, d, SEV_CMD_SEND_START, buf, sizeof buf);
    if (!cmd_send_start_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    if (r == 0) {
        r = user_write(s.p.session_uaddr, s.session, sizeof s.session);
    }
    s.p.policy = cmd.policy;
    s.p.session_len = cmd.session_len;
    w = user_write(c->cmd.data, &s.p, sizeof s.p);
    return w != 0 ? w : r;
}

/* -- Packets --------------------------------------------------------------- */

/* At most one page of the guest a call (formats.md 4.6). */
static int check(const struct kvm_sev_send_update_data *p)
{
    return p->trans_uaddr == 0 || p->guest_uaddr == 0 || p->guest_len == 0 ||
                   p->hdr_uaddr == 0 ||
                   p->guest_len > PAGE - p->guest_uaddr % PAGE
               ? -EINVAL
               : 0;
}

static int query_lengths(struct vm_command *c,
                         struct kvm_sev_send_update_data *p)
{
    struct cmd_packet cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_PACKET_LEN];
    struct driver *d = NULL;
    int r = host_driver(&d);
    int w;

    if (r != 0) {
        return r;
    }
    cmd_packet_encode(&cmd, buf);
    r = vm_issue(c, d, SEV_CMD_SEND_UPDATE_DATA, buf, sizeof buf);
    if (!cmd_packet_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    p->hdr_len = cmd.hdr_len;
    p->trans_len = cmd.trans_len;
    w = user_write(c->cmd.data, p, sizeof *p);
    return w != 0 ? w : r;
}

static int send_page(struct vm_command *c,
                     const struct kvm_sev_send_update_data *p)
{
    uint8_t hdr[PACKET_HDR_LEN] = { 0 };
    uint8_t trans[PAGE] = { 0 };
    struct cmd_packet cmd = { .handle = c->vm->handle,
                              .hdr_len = p->hdr_len,
                              .guest_paddr = p->guest_uaddr,
                              .guest_len = p->guest_len,
                              .trans_len = p->trans_len };
    uint8_t buf[CMD_PACKET_LEN];
    struct driver *d = NULL;
    int r = host_pin(p->guest_uaddr, p->guest_len, false);

    if (r == 0) {
        r = host_driver(&d);
    }
    if (r != 0) {
        return r;
    }
    cmd.hdr_paddr = driver_lend_to_write(d, hdr, sizeof hdr);
    cmd.trans_paddr = driver_lend_to_write(d, trans, sizeof trans);
    cmd_packet_encode(&cmd, buf);
    r = vm_issue(c, d, SEV_CMD_SEND_UPDATE_DATA, buf, sizeof buf);
    if (r == 0) {
        r = user_write(p->trans_uaddr, trans, p->guest_len);
    }
    return r != 0 ? r : user_write(p->hdr_uaddr, hdr, sizeof hdr);
}

int vm_send_update(struct vm_command *c)
{
    struct kvm_sev_send_update_data p;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0 && (p.trans_len == 0 || p.hdr_len == 0)) {
        return query_lengths(c, &p);
    }
    if (r == 0) {
        r = check(&p);
    }
    return r != 0 ? r : send_page(c, &p);
}
