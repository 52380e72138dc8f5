/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's own firmware through Linux's /dev/sev. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cursor.h"
#include "base/own.h"
#include "device/device_ops.h"
#include "wire/status.h"

/*
 * One ioctl for all commands (formats.md 4.6). Its argument and the commands'
 * structures are written with the cursors, for they are packed; SEV exists on
 * one byte order only.
 */
#define SEV_ISSUE_CMD     0xc0105300ul
#define ISSUE_CMD_LEN     16
#define ISSUE_CMD_ERROR   12
#define CERT_EXPORT_LEN   24
#define CERT_IMPORT_LEN   24
#define CSR_LEN           12
#define GET_ID_LEN        128 /* two sockets */
#define STATUS_NOT_CALLED 0xffffffffu

enum linux_cmd {
    LINUX_FACTORY_RESET = 0,
    LINUX_PLATFORM_STATUS = 1,
    LINUX_PEK_GEN = 2,
    LINUX_PEK_CSR = 3,
    LINUX_PDH_GEN = 4,
    LINUX_PDH_CERT_EXPORT = 5,
    LINUX_PEK_CERT_IMPORT = 6,
    LINUX_GET_ID = 7,
};

struct linux_device {
    int fd;
};

static uint64_t address_of(const void *p)
{
    return (uint64_t)(uintptr_t)p;
}

static bool issue(const struct linux_device *l, enum linux_cmd cmd,
                  const char *name, void *data, struct sevk_error *err)
{
    uint8_t arg[ISSUE_CMD_LEN];
    struct wr w = wr_make(arg, sizeof arg);
    uint32_t status;
    int r;

    wr_le32(&w, (uint32_t)cmd);
    wr_le64(&w, address_of(data));
    wr_le32(&w, STATUS_NOT_CALLED);
    wr_end(&w);
    do {
        r = ioctl(l->fd, SEV_ISSUE_CMD, arg);
    } while (r < 0 && errno == EINTR);
    if (r == 0) {
        return true;
    }
    status = load_le32(arg + ISSUE_CMD_ERROR);
    if (errno == EPERM) {
        return sevk_fail_errno(err, SEVK_HOST, EPERM,
                               "%s needs /dev/sev to be opened for writing",
                               name);
    }
    if (status == STATUS_NOT_CALLED || status == SEV_STATUS_SUCCESS) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "%s: the driver did not ask the firmware", name);
    }
    return sevk_fail_fw(err, status, "%s: %s", name, sev_status_text(status));
}

static void close_linux(void *ctx)
{
    struct linux_device *l = ctx;

    own_close(&l->fd);
    free(l);
}

static bool platform_status(void *ctx, struct cmd_platform_status *ret,
                            struct sevk_error *err)
{
    uint8_t buf[CMD_PLATFORM_STATUS_LEN] = { 0 };

    return issue(ctx, LINUX_PLATFORM_STATUS, "PLATFORM_STATUS", buf, err) &&
           cmd_platform_status_decode(BYTES_OF(buf), ret, err);
}

static bool export(void *ctx, uint8_t *ret_pdh, uint8_t *ret_chain,
                   struct sevk_error *err)
{
    OWN(own_free) uint8_t *both = calloc(1, SEV_CERT_LEN + DEVICE_CHAIN_LEN);
    uint8_t arg[CERT_EXPORT_LEN];
    struct wr w = wr_make(arg, sizeof arg);

    if (both == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    wr_le64(&w, address_of(both));
    wr_le32(&w, SEV_CERT_LEN);
    wr_le64(&w, address_of(both + SEV_CERT_LEN));
    wr_le32(&w, DEVICE_CHAIN_LEN);
    wr_end(&w);
    if (!issue(ctx, LINUX_PDH_CERT_EXPORT, "PDH_CERT_EXPORT", arg, err)) {
        return false;
    }
    memcpy(ret_pdh, both, SEV_CERT_LEN);
    memcpy(ret_chain, both + SEV_CERT_LEN, DEVICE_CHAIN_LEN);
    return true;
}

static bool vendor_certs(void *ctx, uint8_t *ret_cek, struct buf *ret_ask_ark,
                         struct sevk_error *err)
{
    (void)ctx;
    (void)ret_cek;
    (void)ret_ask_ark;
    return sevk_fail(err, SEVK_REFUSED,
                     "the signed CEK, ASK and ARK of a real chip come from "
                     "AMD's key server, not from the firmware: 'sevkit chain "
                     "fetch' gets them");
}

static bool get_id(void *ctx, uint8_t *ret, struct sevk_error *err)
{
    uint8_t both[GET_ID_LEN] = { 0 };

    if (!issue(ctx, LINUX_GET_ID, "GET_ID", both, err)) {
        return false;
    }
    memcpy(ret, both, DEVICE_ID_LEN);
    return true;
}

static bool pek_gen(void *ctx, struct sevk_error *err)
{
    return issue(ctx, LINUX_PEK_GEN, "PEK_GEN", NULL, err);
}

static bool pdh_gen(void *ctx, struct sevk_error *err)
{
    return issue(ctx, LINUX_PDH_GEN, "PDH_GEN", NULL, err);
}

static bool pek_csr(void *ctx, uint8_t *ret, struct sevk_error *err)
{
    uint8_t csr[SEV_CERT_LEN] = { 0 };
    uint8_t arg[CSR_LEN];
    struct wr w = wr_make(arg, sizeof arg);

    wr_le64(&w, address_of(csr));
    wr_le32(&w, sizeof csr);
    wr_end(&w);
    if (!issue(ctx, LINUX_PEK_CSR, "PEK_CSR", arg, err)) {
        return false;
    }
    memcpy(ret, csr, sizeof csr);
    return true;
}

static bool pek_cert_import(void *ctx, const uint8_t *pek, const uint8_t *oca,
                            struct sevk_error *err)
{
    uint8_t arg[CERT_IMPORT_LEN];
    struct wr w = wr_make(arg, sizeof arg);

    wr_le64(&w, address_of(pek));
    wr_le32(&w, SEV_CERT_LEN);
    wr_le64(&w, address_of(oca));
    wr_le32(&w, SEV_CERT_LEN);
    wr_end(&w);
    return issue(ctx, LINUX_PEK_CERT_IMPORT, "PEK_CERT_IMPORT", arg, err);
}

static bool reset(void *ctx, struct sevk_error *err)
{
    return issue(ctx, LINUX_FACTORY_RESET, "PLATFORM_RESET", NULL, err);
}

static const struct device_ops linux_ops = {
    .is_virtual = false,
    .close = close_linux,
    .platform_status = platform_status,
    .export = export,
    .vendor_certs = vendor_certs,
    .get_id = get_id,
    .pek_gen = pek_gen,
    .pdh_gen = pdh_gen,
    .pek_csr = pek_csr,
    .pek_cert_import = pek_cert_import,
    .reset = reset,
};

static int open_path(const char *path, bool writable)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0 && !writable && (errno == EACCES || errno == EROFS)) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    return fd;
}

bool device_open_linux(const char *path, bool writable, struct device **ret,
                       struct sevk_error *err)
{
    OWN(own_close) int fd = open_path(path, writable);
    struct linux_device *l;

    if (fd < 0 && errno == ENOENT) {
        return sevk_fail_errno(err, SEVK_HOST, ENOENT,
                               "this machine offers no SEV firmware at '%s' "
                               "(a virtual platform is named with --virtual)",
                               path);
    }
    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "SEV device '%s'", path);
    }
    l = malloc(sizeof *l);
    if (l == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", path);
    }
    *l = (struct linux_device){ take_fd(&fd) };
    return device_make(&linux_ops, l, ret, err);
}
