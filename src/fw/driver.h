/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux does around the firmware: initialise it, find ASIDs, flush. */
#ifndef SEVKIT_FW_DRIVER_H
#define SEVKIT_FW_DRIVER_H

#include "fw/fw.h"
#include "wire/measure_buf.h"
#include "wire/sev_cert.h"
#include "wire/vmsa.h"

/*
 * The parts of the Linux drivers (ccp, KVM) that a caller of the firmware can
 * not do without (formats.md 4.6): INIT with SEV-ES when the platform is not
 * up, an ASID of the right range for each guest, WBINVD and DF_FLUSH when the
 * firmware wants them, DEACTIVATE before DECOMMISSION. It knows nothing that
 * the command interface does not tell.
 *
 * Buffers of the caller's process (certificates, sessions, measurements,
 * VMSAs) are passed as pointers: the driver gives them addresses of its own,
 * far above any memory, for the length of one command. Guest memory is passed
 * as system-physical addresses, and found through fw_options.memory.
 *
 * Every function that fails because the firmware refused leaves the status in
 * err->fw_status and a sentence with the command's name and sev_status_text().
 * The rules of fw.h on threads and fork hold.
 */
struct driver;

/* Opens the platform and brings it up (INIT, with SEV-ES if the chip has it)
 * when it is not. The options are those of fw_open(). */
SEVK_MUST_CHECK bool driver_open(const struct fw_options *options,
                                 struct driver **ret, struct sevk_error *err);

/* Opens it and sends nothing: INIT is left to driver_init(). */
SEVK_MUST_CHECK bool driver_attach(const struct fw_options *options,
                                   struct driver **ret, struct sevk_error *err);

/* Ends the guests that were not ended. The platform stays up. For OWN(). */
void driver_close(struct driver **driver);

/* The firmware behind it, for commands that have no function here. */
struct fw *driver_fw(struct driver *driver);
const struct fw_profile *driver_profile(const struct driver *driver);

/* The platform's own commands. */
SEVK_MUST_CHECK bool driver_platform_status(struct driver *driver,
                                            struct cmd_platform_status *ret,
                                            struct sevk_error *err);
#define DRIVER_CHAIN_LEN (3 * SEV_CERT_LEN) /* PEK, OCA, CEK */
SEVK_MUST_CHECK bool driver_export(struct driver *driver,
                                   uint8_t ret_pdh[static SEV_CERT_LEN],
                                   uint8_t ret_chain[static DRIVER_CHAIN_LEN],
                                   struct sevk_error *err);
#define DRIVER_ID_LEN 64
SEVK_MUST_CHECK bool driver_get_id(struct driver *driver,
                                   uint8_t ret[static DRIVER_ID_LEN],
                                   struct sevk_error *err);
/* New OCA, PEK and PDH; refused (status 1) while guests live. */
SEVK_MUST_CHECK bool driver_pek_gen(struct driver *driver,
                                    struct sevk_error *err);
SEVK_MUST_CHECK bool driver_pdh_gen(struct driver *driver,
                                    struct sevk_error *err);
/* Whom the platform belongs to (formats.md 1.6): the request that an owner
 * signs, and what comes back. */
SEVK_MUST_CHECK bool driver_pek_csr(struct driver *driver,
                                    uint8_t ret[static SEV_CERT_LEN],
                                    struct sevk_error *err);
SEVK_MUST_CHECK bool driver_pek_cert_import(
    struct driver *driver, const uint8_t pek[static SEV_CERT_LEN],
    const uint8_t oca[static SEV_CERT_LEN], struct sevk_error *err);
/*
 * SHUTDOWN and PLATFORM_RESET; the platform is UNINIT afterwards. Fails with
 * errno EBUSY (SEVK_REFUSED), as Linux does, when there are guests. A guest
 * that another process starts in the same moment may be ended by it.
 */
SEVK_MUST_CHECK bool driver_reset(struct driver *driver,
                                  struct sevk_error *err);
/* Ends all guests on the platform, of whatever process. */
SEVK_MUST_CHECK bool driver_shutdown(struct driver *driver,
                                     struct sevk_error *err);
/* As driver_open() does it; needed after a SHUTDOWN only. */
SEVK_MUST_CHECK bool driver_init(struct driver *driver, struct sevk_error *err);

/*
 * LAUNCH_START and ACTIVATE. DH_CERT (2084 bytes) and SESSION (128) come from
 * the guest owner; both empty: a guest without an owner, whose transport keys
 * are zeros. The guest is LUPDATE and bound to *RET_ASID afterwards; when no
 * ASID is free, the status is RESOURCE_LIMIT and no guest is left.
 */
SEVK_MUST_CHECK bool driver_launch_start(struct driver *driver, uint32_t policy,
                                         struct bytes dh_cert,
                                         struct bytes session,
                                         uint32_t *ret_handle,
                                         uint32_t *ret_asid,
                                         struct sevk_error *err);

/* Measures guest memory: PADDR and N are multiples of 16. */
SEVK_MUST_CHECK bool driver_launch_update_data(struct driver *driver,
                                               uint32_t handle, uint64_t paddr,
                                               uint32_t n,
                                               struct sevk_error *err);

/*
 * Measures memory of this process, which need not be in the guest's memory
 * under any address: a flash image, say. It is read once, in place. Its length
 * is a multiple of 16 and not 0.
 */
SEVK_MUST_CHECK bool driver_launch_update_buffer(struct driver *driver,
                                                 uint32_t handle,
                                                 struct bytes data,
                                                 struct sevk_error *err);

/* Measures one vCPU's VMSA, 4096 bytes; vCPUs in order of their index. */
SEVK_MUST_CHECK bool driver_launch_update_vmsa(
    struct driver *driver, uint32_t handle, const uint8_t vmsa[static VMSA_LEN],
    struct sevk_error *err);

SEVK_MUST_CHECK bool driver_launch_measure(struct driver *driver,
                                           uint32_t handle,
                                           uint8_t ret[static MEASURE_BUF_LEN],
                                           struct sevk_error *err);

/* Decrypts PAYLOAD into guest memory at GUEST_PADDR (16-byte aligned). */
SEVK_MUST_CHECK bool driver_launch_secret(struct driver *driver,
                                          uint32_t handle, struct bytes header,
                                          struct bytes payload,
                                          uint64_t guest_paddr,
                                          struct sevk_error *err);

SEVK_MUST_CHECK bool driver_launch_finish(struct driver *driver,
                                          uint32_t handle,
                                          struct sevk_error *err);

SEVK_MUST_CHECK bool driver_attestation(struct driver *driver, uint32_t handle,
                                        const uint8_t mnonce[static 16],
                                        uint8_t ret[static ATTESTATION_LEN],
                                        struct sevk_error *err);

/* An unknown handle is no error: its state is SEV_GUEST_UNINIT. */
SEVK_MUST_CHECK bool driver_guest_status(struct driver *driver, uint32_t handle,
                                         struct cmd_guest_status *ret,
                                         struct sevk_error *err);

/* DEACTIVATE (if bound) and DECOMMISSION. */
SEVK_MUST_CHECK bool driver_guest_end(struct driver *driver, uint32_t handle,
                                      struct sevk_error *err);

#endif
