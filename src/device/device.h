/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware to talk to: the machine's own, or a virtual one. */
#ifndef SEVKIT_DEVICE_DEVICE_H
#define SEVKIT_DEVICE_DEVICE_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/random.h"
#include "wire/cmd_buf.h"
#include "wire/sev_cert.h"

/*
 * The platform commands of the SEV firmware (SEV API 5) behind one struct of
 * function pointers, so that what asks a platform for its status or its
 * certificates does not know which kind it is:
 *
 *   linux    /dev/sev, the driver of Linux (formats.md 4.6)
 *   virtual  a platform that fw/platform.h made in a directory
 *
 * A refusal of the firmware leaves its status in err->fw_status, and a sentence
 * with the command's name. Nothing here holds keys.
 */
struct device;

/* Releases it; the platform stays in the state that it is in. For OWN(). */
void device_close(struct device **device);

/*
 * Opens the kernel's device file. WRITABLE is needed for what changes the
 * platform, and for its signing request; without it the file is opened for
 * writing only where that is allowed. The driver itself brings the platform up
 * when a command needs it, for which it wants a file opened for writing, too.
 */
#define DEVICE_LINUX_PATH "/dev/sev"
SEVK_MUST_CHECK bool device_open_linux(const char *path, bool writable,
                                       struct device **ret,
                                       struct sevk_error *err);

/*
 * Opens the platform in DIR. It is brought up (INIT) by the first command that
 * needs it, as Linux's driver does, and not by PLATFORM_STATUS or GET_ID.
 * Its commands are traced where the environment asks for it (fw/trace.h).
 */
SEVK_MUST_CHECK bool device_open_virtual(const char *dir, struct rng rng,
                                         struct clock clock,
                                         struct device **ret,
                                         struct sevk_error *err);

/* True for a virtual platform: every output that comes from it must say so. */
bool device_is_virtual(const struct device *device);

/* PLATFORM_STATUS. */
SEVK_MUST_CHECK bool device_platform_status(struct device *device,
                                            struct cmd_platform_status *ret,
                                            struct sevk_error *err);

/* PDH_CERT_EXPORT: the PDH, and PEK || OCA || CEK (unsigned by AMD). */
#define DEVICE_CHAIN_LEN (3 * SEV_CERT_LEN)
SEVK_MUST_CHECK bool device_export(struct device *device,
                                   uint8_t ret_pdh[static SEV_CERT_LEN],
                                   uint8_t ret_chain[static DEVICE_CHAIN_LEN],
                                   struct sevk_error *err);

/*
 * What AMD's key server has for a real chip: the signed CEK, and ASK || ARK. A
 * virtual platform brings its own; for a real one this is SEVK_REFUSED, with
 * where to get them.
 */
SEVK_MUST_CHECK bool device_vendor_certs(struct device *device,
                                         uint8_t ret_cek[static SEV_CERT_LEN],
                                         struct buf *ret_ask_ark,
                                         struct sevk_error *err);

/* GET_ID of the first socket: 64 bytes. */
#define DEVICE_ID_LEN 64
SEVK_MUST_CHECK bool device_get_id(struct device *device,
                                   uint8_t ret[static DEVICE_ID_LEN],
                                   struct sevk_error *err);

/*
 * What changes whose the platform is, or its keys. While guests run most of it
 * is SEVK_REFUSED, with what to do about it; fw_status and sys_errno are kept.
 *
 * PEK_GEN: new OCA, PEK and PDH; the platform is its own owner afterwards.
 * PDH_GEN: a new PDH, also while guests run.
 */
SEVK_MUST_CHECK bool device_pek_gen(struct device *device,
                                    struct sevk_error *err);
SEVK_MUST_CHECK bool device_pdh_gen(struct device *device,
                                    struct sevk_error *err);

/* PEK_CSR: the PEK's certificate without its signatures, for an owner to sign
 * (owner/oca.h, on whatever machine). */
SEVK_MUST_CHECK bool device_pek_csr(struct device *device,
                                    uint8_t ret[static SEV_CERT_LEN],
                                    struct sevk_error *err);

/*
 * PEK_CERT_IMPORT: the PEK as its owner signed it, and the owner's OCA. The PDH
 * is a new one afterwards. SEVK_REFUSED when the platform has an owner already,
 * SEVK_INPUT when the certificates are not made for this platform.
 */
SEVK_MUST_CHECK bool device_pek_cert_import(
    struct device *device, const uint8_t pek[static SEV_CERT_LEN],
    const uint8_t oca[static SEV_CERT_LEN], struct sevk_error *err);

/*
 * FACTORY_RESET: forgets OCA, PEK, PDH and the owner; the next command that
 * needs the platform makes new ones. The chip (CEK, id) stays what it is.
 */
SEVK_MUST_CHECK bool device_reset(struct device *device,
                                  struct sevk_error *err);

#endif
