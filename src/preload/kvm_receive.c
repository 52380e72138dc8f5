/* SPDX-License-Identifier: Apache-2.0 */
/* KVM_SEV_RECEIVE_START and KVM_SEV_RECEIVE_UPDATE_DATA: a guest comes. */
#include <errno.h>

#include "base/own.h"
#include "preload/host.h"
#include "preload/node.h"
#include "preload/user.h"
#include "preload/vm.h"

#define PAGE 4096u

static int issue_start(struct vm_command *c, struct driver *d,
                       struct kvm_sev_receive_start *p, struct bytes pdh,
                       struct bytes session)
{
    struct cmd_launch_start cmd = {
        .handle = p->handle,
        .policy = p->policy,
        .dh_paddr = driver_lend_to_read(d, pdh),
        .dh_len = (uint32_t)pdh.n,
        .session_paddr = driver_lend_to_read(d, session),
        .session_len = (uint32_t)session.n,
    };
    uint8_t buf[CMD_LAUNCH_START_LEN];
    int r;

    cmd_launch_start_encode(&cmd, buf);
    r = host_issue(d, SEV_CMD_RECEIVE_START, buf, sizeof buf, &c->cmd.error);
    if (r == 0 && !cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    p->handle = cmd.handle;
    return r != 0 ? r : vm_enter_guest(c, d, p->handle);
}

int vm_receive_start(struct vm_command *c)
{
    OWN(buf_free) struct buf pdh = { 0 };
    OWN(buf_free) struct buf session = { 0 };
    struct kvm_sev_receive_start p;
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0) {
        r = user_blob(p.pdh_uaddr, p.pdh_len, &pdh);
    }
    if (r == 0) {
        r = user_blob(p.session_uaddr, p.session_len, &session);
    }
    if (r == 0) {
        r = node_of((int)c->cmd.sev_fd) == NODE_SEV ? host_driver(&d) : -EBADF;
    }
    if (r == 0) {
        r = issue_start(c, d, &p, buf_bytes(&pdh), buf_bytes(&session));
    }
    if (r == 0) {
        r = user_write(c->cmd.data, &p, sizeof p);
        if (r != 0) {
            vm_drop_guest(c->vm, d);
        }
    }
    return r;
}

/* At most one page of the guest a call (formats.md 4.6). */
static int check(const struct kvm_sev_receive_update_data *p)
{
    return p->hdr_uaddr == 0 || p->hdr_len == 0 || p->guest_uaddr == 0 ||
                   p->guest_len == 0 || p->trans_uaddr == 0 ||
                   p->trans_len == 0 ||
                   p->guest_len > PAGE - p->guest_uaddr % PAGE
               ? -EINVAL
               : 0;
}

static int issue_update(struct vm_command *c,
                        const struct kvm_sev_receive_update_data *p,
                        struct bytes hdr, struct bytes trans)
{
    struct cmd_packet cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_PACKET_LEN];
    struct driver *d = NULL;
    int r = host_driver(&d);

    if (r != 0) {
        return r;
    }
    cmd.hdr_paddr = driver_lend_to_read(d, hdr);
    cmd.hdr_len = (uint32_t)hdr.n;
    cmd.guest_paddr = p->guest_uaddr;
    cmd.guest_len = p->guest_len;
    cmd.trans_paddr = driver_lend_to_read(d, trans);
    cmd.trans_len = (uint32_t)trans.n;
    cmd_packet_encode(&cmd, buf);
    return vm_issue(c, d, SEV_CMD_RECEIVE_UPDATE_DATA, buf, sizeof buf);
}

int vm_receive_update(struct vm_command *c)
{
    OWN(buf_free) struct buf hdr = { 0 };
    OWN(buf_free) struct buf trans = { 0 };
    struct kvm_sev_receive_update_data p;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0) {
        r = check(&p);
    }
    if (r == 0) {
        r = user_blob(p.hdr_uaddr, p.hdr_len, &hdr);
    }
    if (r == 0) {
        r = user_blob(p.trans_uaddr, p.trans_len, &trans);
    }
    if (r == 0) {
        r = host_pin(p.guest_uaddr, p.guest_len, true);
    }
    return r != 0 ? r : issue_update(c, &p, buf_bytes(&hdr), buf_bytes(&trans));
}
