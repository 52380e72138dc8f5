/* SPDX-License-Identifier: Apache-2.0 */
/* KVM_MEMORY_ENCRYPT_OP: a guest's launch, its status and its report. */
#include <errno.h>
#include <stdlib.h>

#include "base/own.h"
#include "preload/host.h"
#include "preload/node.h"
#include "preload/user.h"
#include "preload/vm.h"
#include "wire/measure_buf.h"
#include "wire/policy.h"
#include "wire/vmsa.h"

#define CMD_INIT2 22 /* KVM_SEV_INIT2 of Linux 6.10, and its structure */

struct init2 {
    uint64_t vmsa_features;
    uint32_t flags;
    uint16_t ghcb_version;
    uint16_t pad1;
    uint32_t pad2[8];
};

int vm_issue(struct vm_command *c, struct driver *d, uint32_t cmd, uint8_t *buf,
             size_t n)
{
    if (node_of(c->vm->sev_fd) != NODE_SEV) {
        return -EBADF;
    }
    return host_issue(d, cmd, buf, n, &c->cmd.error);
}

/* -- Which kind of guest --------------------------------------------------- */

static int begin(struct vm_command *c, bool es)
{
    struct driver *d = NULL;
    int r = 0;

    if (c->vm->sev || c->vm->vcpus != NULL) {
        return -EINVAL;
    }
    r = host_up(&d, &c->cmd.error);
    if (r == 0) {
        c->vm->sev = true;
        c->vm->es = es;
    }
    return r;
}

static int init(struct vm_command *c, bool es)
{
    struct driver *d = NULL;
    int r = host_driver(&d);

    if (r == 0 && es && !fw_profile_has_es(driver_profile(d))) {
        return -ENOTTY;
    }
    if (r == 0 && c->vm->type != VM_TYPE_DEFAULT) {
        return -EINVAL;
    }
    return r != 0 ? r : begin(c, es);
}

static int init2(struct vm_command *c)
{
    struct init2 p;
    bool es = c->vm->type == VM_TYPE_SEV_ES;
    int r = 0;

    if (c->vm->type == VM_TYPE_DEFAULT) {
        return -EINVAL;
    }
    r = user_read(&p, c->cmd.data, sizeof p);
    if (r != 0) {
        return r;
    }
    if (p.flags != 0 || p.vmsa_features != 0 || p.ghcb_version > (es ? 2 : 0)) {
        return -EINVAL;
    }
    return begin(c, es);
}

/* -- Launch ---------------------------------------------------------------- */

/*
 * A guest gets its ASID here, and a VM has one: who launches a second guest in
 * a VM meets the first one's. (KVM reserves it at KVM_SEV_INIT already.)
 */
static uint32_t bind_asid(struct vm *vm, struct driver *d, uint32_t handle)
{
    const struct cmd_activate cmd = { .handle = handle, .asid = vm->asid };
    uint8_t buf[CMD_ACTIVATE_LEN];

    if (vm->asid == 0) {
        uint32_t kind = vm->es ? POLICY_ES : 0;
        uint32_t status = driver_bind(d, handle, kind, &vm->asid);

        if (status == SEV_STATUS_RESOURCE_LIMIT) {
            vms_sweep(); /* a child may have had the last descriptor of one */
            status = driver_bind(d, handle, kind, &vm->asid);
        }
        return status;
    }
    cmd_activate_encode(&cmd, buf);
    return driver_issue(d, SEV_CMD_ACTIVATE, buf, sizeof buf);
}

int vm_enter_guest(struct vm_command *c, struct driver *d, uint32_t handle)
{
    uint32_t status = bind_asid(c->vm, d, handle);

    if (status == SEV_STATUS_SUCCESS) {
        c->vm->handle = handle;
        c->vm->sev_fd = (int)c->cmd.sev_fd;
        host_serve(d);
        return 0;
    }
    (void)driver_issue_on_guest(d, SEV_CMD_DECOMMISSION, handle);
    if (status == SEV_STATUS_RESOURCE_LIMIT) {
        return -EBUSY;
    }
    c->cmd.error = status;
    return -EIO;
}

void vm_drop_guest(struct vm *vm, struct driver *d)
{
    (void)driver_issue_on_guest(d, SEV_CMD_DEACTIVATE, vm->handle);
    (void)driver_issue_on_guest(d, SEV_CMD_DECOMMISSION, vm->handle);
    vm->handle = 0;
    vm->asid = 0;
}

static int read_start(const struct kvm_sev_launch_start *p, struct buf *dh,
                      struct buf *session)
{
    int r = p->dh_uaddr == 0 ? 0 : user_blob(p->dh_uaddr, p->dh_len, dh);

    if (r == 0 && p->session_uaddr != 0) {
        r = user_blob(p->session_uaddr, p->session_len, session);
    }
    return r;
}

static int issue_start(struct vm_command *c, struct driver *d,
                       struct kvm_sev_launch_start *p, struct bytes dh,
                       struct bytes session)
{
    struct cmd_launch_start cmd = { .handle = p->handle, .policy = p->policy };
    uint8_t buf[CMD_LAUNCH_START_LEN];
    int r = 0;

    if (dh.n > 0) {
        cmd.dh_paddr = driver_lend_to_read(d, dh);
        cmd.dh_len = (uint32_t)dh.n;
    }
    if (session.n > 0) {
        cmd.session_paddr = driver_lend_to_read(d, session);
        cmd.session_len = (uint32_t)session.n;
    }
    cmd_launch_start_encode(&cmd, buf);
    r = host_issue(d, SEV_CMD_LAUNCH_START, buf, sizeof buf, &c->cmd.error);
    if (r == 0 && !cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    p->handle = cmd.handle;
    return r != 0 ? r : vm_enter_guest(c, d, p->handle);
}

static int launch_start(struct vm_command *c)
{
    OWN(buf_free) struct buf dh = { 0 };
    OWN(buf_free) struct buf session = { 0 };
    struct kvm_sev_launch_start p;
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0) {
        r = read_start(&p, &dh, &session);
    }
    if (r == 0) {
        r = node_of((int)c->cmd.sev_fd) == NODE_SEV ? host_driver(&d) : -EBADF;
    }
    if (r == 0) {
        r = issue_start(c, d, &p, buf_bytes(&dh), buf_bytes(&session));
    }
    if (r == 0) {
        r = user_write(c->cmd.data, &p, sizeof p);
        if (r != 0) {
            vm_drop_guest(c->vm, d);
        }
    }
    return r;
}

static int launch_update_data(struct vm_command *c)
{
    struct kvm_sev_launch_update_data p;
    struct cmd_guest_range cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_GUEST_RANGE_LEN];
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0) {
        r = host_pin(p.uaddr, p.len, true);
    }
    if (r == 0) {
        r = host_driver(&d);
    }
    if (r != 0) {
        return r;
    }
    cmd.paddr = p.uaddr;
    cmd.len = p.len;
    cmd_guest_range_encode(&cmd, buf);
    return vm_issue(c, d, SEV_CMD_LAUNCH_UPDATE_DATA, buf, sizeof buf);
}

static int update_vmsa(struct vm_command *c, struct driver *d,
                       struct vcpu *vcpu)
{
    struct cmd_guest_range cmd = { .handle = c->vm->handle, .len = VMSA_LEN };
    uint8_t buf[CMD_GUEST_RANGE_LEN];
    int r = 0;

    if (vcpu->vmsa == NULL) {
        vcpu->vmsa = malloc(VMSA_LEN);
    }
    if (vcpu->vmsa == NULL) {
        return -ENOMEM;
    }
    vcpu_fill_vmsa(c->vm, vcpu, vcpu->vmsa);
    cmd.paddr = driver_lend_to_write(d, vcpu->vmsa, VMSA_LEN);
    cmd_guest_range_encode(&cmd, buf);
    r = vm_issue(c, d, SEV_CMD_LAUNCH_UPDATE_VMSA, buf, sizeof buf);
    vcpu->protected_ = vcpu->protected_ || r == 0;
    return r;
}

static int launch_update_vmsa(struct vm_command *c)
{
    struct driver *d = NULL;
    int r = c->vm->es ? host_driver(&d) : -ENOTTY;

    for (struct vcpu *v = c->vm->vcpus; v != NULL && r == 0; v = v->next) {
        r = update_vmsa(c, d, v);
    }
    return r;
}

/*
 * LAUNCH_MEASURE and ATTESTATION answer alike: a length of 0 asks for the
 * length, which comes back with the firmware's INVALID_LENGTH.
 */
static int finish_query(uint64_t data, const void *p, size_t n, int r)
{
    int w = user_write(data, p, n);

    return w != 0 ? w : r;
}

static int launch_measure(struct vm_command *c)
{
    uint8_t out[MEASURE_BUF_LEN] = { 0 };
    struct kvm_sev_launch_measure p;
    struct cmd_guest_range cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_GUEST_RANGE_LEN];
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);
    bool query = p.len == 0;

    if (r == 0) {
        r = !query && p.uaddr != 0 && p.len > USER_BLOB_MAX ? -EINVAL
                                                            : host_driver(&d);
    }
    if (r != 0) {
        return r;
    }
    if (!query && p.uaddr != 0) {
        cmd.paddr = driver_lend_to_write(d, out, sizeof out);
        cmd.len = p.len;
    }
    cmd_guest_range_encode(&cmd, buf);
    r = vm_issue(c, d, SEV_CMD_LAUNCH_MEASURE, buf, sizeof buf);
    if (!cmd_guest_range_decode(BYTES_OF(buf), &cmd, NULL) ||
        (r != 0 && !query)) {
        return r;
    }
    p.len = cmd.len;
    if (r == 0) {
        r = user_write(p.uaddr, out, cmd.len);
    }
    return finish_query(c->cmd.data, &p, sizeof p, r);
}

static int attestation_report(struct vm_command *c)
{
    uint8_t out[ATTESTATION_LEN] = { 0 };
    struct kvm_sev_attestation_report p;
    struct cmd_attestation cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_ATTESTATION_LEN];
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);
    bool query = p.len == 0;

    if (r == 0) {
        r = !query && p.uaddr != 0 && p.len > USER_BLOB_MAX ? -EINVAL
                                                            : host_driver(&d);
    }
    if (r != 0) {
        return r;
    }
    if (!query && p.uaddr != 0) {
        cmd.paddr = driver_lend_to_write(d, out, sizeof out);
        cmd.len = p.len;
        memcpy(cmd.mnonce, p.mnonce, sizeof cmd.mnonce);
    }
    cmd_attestation_encode(&cmd, buf);
    r = vm_issue(c, d, SEV_CMD_ATTESTATION, buf, sizeof buf);
    if (!cmd_attestation_decode(BYTES_OF(buf), &cmd, NULL) ||
        (r != 0 && !query)) {
        return r;
    }
    p.len = cmd.len;
    if (r == 0) {
        r = user_write(p.uaddr, out, cmd.len);
    }
    return finish_query(c->cmd.data, &p, sizeof p, r);
}

static int launch_secret(struct vm_command *c)
{
    OWN(buf_free) struct buf trans = { 0 };
    OWN(buf_free) struct buf hdr = { 0 };
    struct kvm_sev_launch_secret p;
    struct cmd_packet cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_PACKET_LEN];
    struct driver *d = NULL;
    int r = user_read(&p, c->cmd.data, sizeof p);

    if (r == 0) {
        r = host_pin(p.guest_uaddr, p.guest_len, true);
    }
    if (r == 0) {
        r = user_blob(p.trans_uaddr, p.trans_len, &trans);
    }
    if (r == 0) {
        r = user_blob(p.hdr_uaddr, p.hdr_len, &hdr);
    }
    if (r == 0) {
        r = host_driver(&d);
    }
    if (r != 0) {
        return r;
    }
    cmd.hdr_paddr = driver_lend_to_read(d, buf_bytes(&hdr));
    cmd.hdr_len = (uint32_t)hdr.n;
    cmd.guest_paddr = p.guest_uaddr;
    cmd.guest_len = p.guest_len;
    cmd.trans_paddr = driver_lend_to_read(d, buf_bytes(&trans));
    cmd.trans_len = (uint32_t)trans.n;
    cmd_packet_encode(&cmd, buf);
    return vm_issue(c, d, SEV_CMD_LAUNCH_SECRET, buf, sizeof buf);
}

/* A command that is about the guest and nothing else. */
static int on_guest(struct vm_command *c, uint32_t id)
{
    const struct cmd_handle cmd = { .handle = c->vm->handle };
    uint8_t buf[CMD_HANDLE_LEN];
    struct driver *d = NULL;
    int r = host_driver(&d);

    cmd_handle_encode(&cmd, buf);
    return r != 0 ? r : vm_issue(c, d, id, buf, sizeof buf);
}

static int guest_status(struct vm_command *c)
{
    struct cmd_guest_status cmd = { .handle = c->vm->handle };
    struct kvm_sev_guest_status p = { 0 };
    uint8_t buf[CMD_GUEST_STATUS_LEN];
    struct driver *d = NULL;
    int r = host_driver(&d);

    if (r == 0) {
        cmd_guest_status_encode(&cmd, buf);
        r = vm_issue(c, d, SEV_CMD_GUEST_STATUS, buf, sizeof buf);
    }
    if (r != 0 || !cmd_guest_status_decode(BYTES_OF(buf), &cmd, NULL)) {
        return r;
    }
    p.handle = cmd.handle;
    p.policy = cmd.policy;
    p.state = cmd.state;
    return user_write(c->cmd.data, &p, sizeof p);
}

/* -- Which command --------------------------------------------------------- */

static int dispatch_guest(struct vm_command *c)
{
    switch (c->cmd.id) {
    case KVM_SEV_LAUNCH_START:
        return launch_start(c);
    case KVM_SEV_LAUNCH_UPDATE_DATA:
        return launch_update_data(c);
    case KVM_SEV_LAUNCH_UPDATE_VMSA:
        return launch_update_vmsa(c);
    case KVM_SEV_LAUNCH_SECRET:
        return launch_secret(c);
    case KVM_SEV_LAUNCH_MEASURE:
        return launch_measure(c);
    case KVM_SEV_LAUNCH_FINISH:
        return on_guest(c, SEV_CMD_LAUNCH_FINISH);
    case KVM_SEV_GUEST_STATUS:
        return guest_status(c);
    case KVM_SEV_GET_ATTESTATION_REPORT:
        return attestation_report(c);
    case KVM_SEV_DBG_DECRYPT:
        return vm_dbg(c, false);
    case KVM_SEV_DBG_ENCRYPT:
        return vm_dbg(c, true);
    case KVM_SEV_SEND_START:
        return vm_send_start(c);
    case KVM_SEV_SEND_UPDATE_DATA:
        return vm_send_update(c);
    case KVM_SEV_SEND_FINISH:
        return on_guest(c, SEV_CMD_SEND_FINISH);
    case KVM_SEV_SEND_CANCEL:
        return on_guest(c, SEV_CMD_SEND_CANCEL);
    case KVM_SEV_RECEIVE_START:
        return vm_receive_start(c);
    case KVM_SEV_RECEIVE_UPDATE_DATA:
        return vm_receive_update(c);
    case KVM_SEV_RECEIVE_FINISH:
        return on_guest(c, SEV_CMD_RECEIVE_FINISH);
    default:
        /* SEND_ and RECEIVE_UPDATE_VMSA, CERT_EXPORT: Linux has the numbers
         * and no more (formats.md 4.6); and those of SEV-SNP. */
        return -EINVAL;
    }
}

static bool is_known(uint32_t id)
{
    return id < KVM_SEV_NR_MAX && id != KVM_SEV_SEND_UPDATE_VMSA &&
           id != KVM_SEV_RECEIVE_UPDATE_VMSA && id != KVM_SEV_CERT_EXPORT;
}

static int dispatch(struct vm_command *c)
{
    switch (c->cmd.id) {
    case KVM_SEV_INIT:
        return init(c, false);
    case KVM_SEV_ES_INIT:
        return init(c, true);
    case CMD_INIT2:
        return init2(c);
    default:
        break;
    }
    if (!c->vm->sev && is_known(c->cmd.id)) {
        return c->cmd.id == KVM_SEV_RECEIVE_UPDATE_DATA ? -EINVAL : -ENOTTY;
    }
    return dispatch_guest(c);
}

int vm_encrypt_op(struct vm *vm, uint64_t argument)
{
    struct vm_command c = { .vm = vm };
    int r = 0;
    int w = 0;

    if (argument == 0) {
        return 0; /* asks whether there is SEV */
    }
    r = user_read(&c.cmd, argument, sizeof c.cmd);
    if (r != 0) {
        return r;
    }
    r = dispatch(&c);
    /* As Linux: what did not come to an answer leaves the argument alone. */
    if (r == -EINVAL || r == -ENOTTY) {
        return r;
    }
    w = user_write(argument, &c.cmd, sizeof c.cmd);
    return w != 0 ? w : r;
}
