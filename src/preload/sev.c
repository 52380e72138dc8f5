/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/sev: the commands of SEV_ISSUE_CMD. */
#include "preload/sev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/psp-sev.h>
#include <sys/ioctl.h>

#include "base/own.h"
#include "preload/host.h"
#include "preload/user.h"
#include "wire/status.h"

/* Commands that newer headers name: those of SEV-SNP. */
#define CMD_SNP_LAST 12

/* One command on its way. */
struct call {
    uint64_t data;   /* the address of the command's structure */
    bool writable;   /* the file is open for writing */
    uint32_t *error; /* the firmware's status, when it was asked */
};

/* A buffer for what the firmware writes: N bytes, or none when the program asks
 * for the length only. */
static int make_room(uint64_t address, uint32_t n, struct buf *ret)
{
    uint8_t zeros[64] = { 0 };

    if (address == 0 || n == 0) {
        return 0;
    }
    if (n > USER_BLOB_MAX) {
        return -EFAULT;
    }
    while (ret->n < n) {
        size_t piece = n - ret->n < sizeof zeros ? n - ret->n : sizeof zeros;

        if (!buf_append(ret, bytes_make(zeros, piece), NULL)) {
            return -ENOMEM;
        }
    }
    return 0;
}

static uint64_t lend(struct driver *d, struct buf *b)
{
    return b->n == 0 ? 0 : driver_lend_to_write(d, b->p, b->n);
}

static int platform_status(const struct call *c)
{
    struct driver *d = NULL;
    uint8_t buf[CMD_PLATFORM_STATUS_LEN] = { 0 };
    int r = host_driver(&d);

    if (r == 0) {
        r = host_issue(d, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf, c->error);
    }
    /* The firmware's layout is the structure's. */
    return r == 0 ? user_write(c->data, buf, sizeof buf) : r;
}

static int reset(const struct call *c)
{
    struct driver *d = NULL;
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };
    int r = c->writable ? host_driver(&d) : -EPERM;

    if (r != 0) {
        return r;
    }
    if (!driver_platform_status(d, &status, &err)) {
        *c->error = err.fw_status;
        return -EIO;
    }
    *c->error = SEV_STATUS_SUCCESS; /* of PLATFORM_STATUS */
    if (status.state == SEV_PLATFORM_WORKING) {
        return -EBUSY;
    }
    if (status.state == SEV_PLATFORM_INIT) {
        r = host_issue(d, SEV_CMD_SHUTDOWN, NULL, 0, c->error);
    }
    return r != 0 ? r
                  : host_issue(d, SEV_CMD_PLATFORM_RESET, NULL, 0, c->error);
}

static int generate(const struct call *c, uint32_t cmd)
{
    struct driver *d = NULL;
    int r = c->writable ? host_up(&d, c->error) : -EPERM;

    return r != 0 ? r : host_issue(d, cmd, NULL, 0, c->error);
}

static int pek_csr(const struct call *c)
{
    OWN(buf_free) struct buf csr = { 0 };
    struct sev_user_data_pek_csr input;
    struct driver *d = NULL;
    uint8_t buf[CMD_RANGE_LEN];
    struct cmd_range cmd = { 0 };
    int r = c->writable ? user_read(&input, c->data, sizeof input) : -EPERM;
    int w;

    if (r == 0) {
        r = make_room(input.address, input.length, &csr);
    }
    if (r == 0) {
        r = host_up(&d, c->error);
    }
    if (r != 0) {
        return r;
    }
    cmd.paddr = lend(d, &csr);
    cmd.len = (uint32_t)csr.n;
    cmd_range_encode(&cmd, buf);
    r = host_issue(d, SEV_CMD_PEK_CSR, buf, sizeof buf, c->error);
    if (!cmd_range_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    input.length = cmd.len;
    w = user_write(c->data, &input, sizeof input);
    if (w == 0 && r == 0) {
        w = user_write(input.address, csr.p, cmd.len);
    }
    return w != 0 ? w : r;
}

static int pek_cert_import(const struct call *c)
{
    OWN(buf_free) struct buf pek = { 0 };
    OWN(buf_free) struct buf oca = { 0 };
    struct sev_user_data_pek_cert_import input;
    struct driver *d = NULL;
    struct cmd_pek_cert_import cmd;
    uint8_t buf[CMD_PEK_CERT_IMPORT_LEN];
    int r = c->writable ? user_read(&input, c->data, sizeof input) : -EPERM;

    if (r == 0) {
        r = user_blob(input.pek_cert_address, input.pek_cert_len, &pek);
    }
    if (r == 0) {
        r = user_blob(input.oca_cert_address, input.oca_cert_len, &oca);
    }
    if (r == 0) {
        r = host_up(&d, c->error);
    }
    if (r != 0) {
        return r;
    }
    cmd = (struct cmd_pek_cert_import){
        .pek_paddr = driver_lend_to_read(d, buf_bytes(&pek)),
        .pek_len = (uint32_t)pek.n,
        .oca_paddr = driver_lend_to_read(d, buf_bytes(&oca)),
        .oca_len = (uint32_t)oca.n,
    };
    cmd_pek_cert_import_encode(&cmd, buf);
    return host_issue(d, SEV_CMD_PEK_CERT_IMPORT, buf, sizeof buf, c->error);
}

/* PDH_CERT_EXPORT needs the platform up, and bringing it up a writable file. */
static int need_up(const struct call *c, struct driver **ret)
{
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };
    int r = host_driver(ret);

    if (r != 0) {
        return r;
    }
    if (!driver_platform_status(*ret, &status, &err)) {
        *c->error = err.fw_status;
        return -EIO;
    }
    if (status.state == SEV_PLATFORM_UNINIT && !c->writable) {
        return -EPERM;
    }
    return host_up(ret, c->error);
}

static int write_export(const struct sev_user_data_pdh_cert_export *input,
                        struct bytes pdh, struct bytes chain)
{
    int r = user_write(input->pdh_cert_address, pdh.p, pdh.n);

    return r != 0 ? r : user_write(input->cert_chain_address, chain.p, chain.n);
}

static int pdh_cert_export(const struct call *c)
{
    OWN(buf_free) struct buf pdh = { 0 };
    OWN(buf_free) struct buf chain = { 0 };
    struct sev_user_data_pdh_cert_export input;
    struct cmd_pdh_cert_export cmd = { 0 };
    uint8_t buf[CMD_PDH_CERT_EXPORT_LEN];
    struct driver *d = NULL;
    int r = need_up(c, &d);
    int w;

    if (r == 0) {
        r = user_read(&input, c->data, sizeof input);
    }
    if (r == 0 && input.pdh_cert_address != 0 && input.pdh_cert_len != 0 &&
        input.cert_chain_address != 0) {
        r = make_room(input.pdh_cert_address, input.pdh_cert_len, &pdh);
        if (r == 0) {
            r = make_room(input.cert_chain_address, input.cert_chain_len,
                          &chain);
        }
    }
    if (r != 0) {
        return r;
    }
    cmd = (struct cmd_pdh_cert_export){ .pdh_paddr = lend(d, &pdh),
                                        .pdh_len = (uint32_t)pdh.n,
                                        .chain_paddr = lend(d, &chain),
                                        .chain_len = (uint32_t)chain.n };
    cmd_pdh_cert_export_encode(&cmd, buf);
    r = host_issue(d, SEV_CMD_PDH_CERT_EXPORT, buf, sizeof buf, c->error);
    if (!cmd_pdh_cert_export_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    input.pdh_cert_len = cmd.pdh_len;
    input.cert_chain_len = cmd.chain_len;
    w = user_write(c->data, &input, sizeof input);
    if (w == 0 && r == 0) {
        w = write_export(&input, bytes_make(pdh.p, cmd.pdh_len),
                         bytes_make(chain.p, cmd.chain_len));
    }
    return w != 0 ? w : r;
}

static int issue_get_id(const struct call *c, struct buf *id, uint32_t *ret_len)
{
    struct driver *d = NULL;
    uint8_t buf[CMD_RANGE_LEN];
    struct cmd_range cmd = { 0 };
    int r = host_driver(&d);

    if (r != 0) {
        return r;
    }
    cmd.paddr = lend(d, id);
    cmd.len = (uint32_t)id->n;
    cmd_range_encode(&cmd, buf);
    r = host_issue(d, SEV_CMD_GET_ID, buf, sizeof buf, c->error);
    if (!cmd_range_decode(BYTES_OF(buf), &cmd, NULL)) {
        return -EIO;
    }
    *ret_len = cmd.len;
    return r;
}

/* The old form has room for two sockets; this platform has one. */
static int get_id(const struct call *c)
{
    OWN(buf_free) struct buf id = { 0 };
    uint32_t n = 0;
    int r = make_room(c->data, sizeof(struct sev_user_data_get_id), &id);

    if (c->data == 0) {
        return -EFAULT;
    }
    if (r == 0) {
        r = issue_get_id(c, &id, &n);
    }
    return r == 0 ? user_write(c->data, id.p, n) : r;
}

static int get_id2(const struct call *c)
{
    OWN(buf_free) struct buf id = { 0 };
    struct sev_user_data_get_id2 input;
    uint32_t n = 0;
    int r = user_read(&input, c->data, sizeof input);
    int w;

    if (r == 0) {
        /* However much room there is: a socket's id is no longer. */
        r = make_room(input.address, input.length < 4096 ? input.length : 4096,
                      &id);
    }
    if (r != 0) {
        return r;
    }
    r = issue_get_id(c, &id, &n);
    input.length = n;
    w = user_write(c->data, &input, sizeof input);
    if (w == 0 && r == 0) {
        w = user_write(input.address, id.p, n);
    }
    return w != 0 ? w : r;
}

static int issue(const struct call *c, uint32_t cmd)
{
    switch (cmd) {
    case SEV_FACTORY_RESET:
        return reset(c);
    case SEV_PLATFORM_STATUS:
        return platform_status(c);
    case SEV_PEK_GEN:
        return generate(c, SEV_CMD_PEK_GEN);
    case SEV_PEK_CSR:
        return pek_csr(c);
    case SEV_PDH_GEN:
        return generate(c, SEV_CMD_PDH_GEN);
    case SEV_PDH_CERT_EXPORT:
        return pdh_cert_export(c);
    case SEV_PEK_CERT_IMPORT:
        return pek_cert_import(c);
    case SEV_GET_ID:
        return get_id(c);
    case SEV_GET_ID2:
        return get_id2(c);
    default:
        return -EINVAL;
    }
}

int sev_ioctl(int fd, unsigned long request, uint64_t argument)
{
    struct sev_issue_cmd input;
    uint32_t error;
    struct call c = { .error = &error };
    struct host_call host;
    int r;
    int w;

    if (request != SEV_ISSUE_CMD) {
        return -EINVAL;
    }
    r = user_read(&input, argument, sizeof input);
    if (r != 0 || input.cmd > CMD_SNP_LAST) {
        return r != 0 ? r : -EINVAL;
    }
    error = input.error;
    c.data = input.data;
    c.writable = (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
    host = host_enter();
    r = issue(&c, input.cmd);
    host_leave(&host);
    input.error = error;
    w = user_write(argument, &input, sizeof input);
    return w != 0 ? w : r;
}
