/* SPDX-License-Identifier: Apache-2.0 */
/* The command buffers that pass between a driver and the SEV firmware. */
#ifndef SEVKIT_WIRE_CMD_BUF_H
#define SEVKIT_WIRE_CMD_BUF_H

#include <sevkit/error.h>

#include "base/bytes.h"

/* SEV API 5.1 and the chapters of the commands; formats.md 4.2 and 4.3. */
enum sev_cmd {
    SEV_CMD_INIT = 0x01,
    SEV_CMD_SHUTDOWN = 0x02,
    SEV_CMD_PLATFORM_RESET = 0x03,
    SEV_CMD_PLATFORM_STATUS = 0x04,
    SEV_CMD_PEK_GEN = 0x05,
    SEV_CMD_PEK_CSR = 0x06,
    SEV_CMD_PEK_CERT_IMPORT = 0x07,
    SEV_CMD_PDH_CERT_EXPORT = 0x08,
    SEV_CMD_PDH_GEN = 0x09,
    SEV_CMD_DF_FLUSH = 0x0a,
    SEV_CMD_DOWNLOAD_FIRMWARE = 0x0b,
    SEV_CMD_GET_ID = 0x0c,
    SEV_CMD_INIT_EX = 0x0d,
    SEV_CMD_NOP = 0x0e,
    SEV_CMD_DECOMMISSION = 0x20,
    SEV_CMD_ACTIVATE = 0x21,
    SEV_CMD_DEACTIVATE = 0x22,
    SEV_CMD_GUEST_STATUS = 0x23,
    SEV_CMD_COPY = 0x24,
    SEV_CMD_ACTIVATE_EX = 0x25,
    SEV_CMD_LAUNCH_START = 0x30,
    SEV_CMD_LAUNCH_UPDATE_DATA = 0x31,
    SEV_CMD_LAUNCH_UPDATE_VMSA = 0x32,
    SEV_CMD_LAUNCH_MEASURE = 0x33,
    SEV_CMD_LAUNCH_SECRET = 0x34,
    SEV_CMD_LAUNCH_FINISH = 0x35,
    SEV_CMD_ATTESTATION = 0x36,
    SEV_CMD_SEND_START = 0x40,
    SEV_CMD_SEND_UPDATE_DATA = 0x41,
    SEV_CMD_SEND_UPDATE_VMSA = 0x42,
    SEV_CMD_SEND_FINISH = 0x43,
    SEV_CMD_SEND_CANCEL = 0x44,
    SEV_CMD_RECEIVE_START = 0x50,
    SEV_CMD_RECEIVE_UPDATE_DATA = 0x51,
    SEV_CMD_RECEIVE_UPDATE_VMSA = 0x52,
    SEV_CMD_RECEIVE_FINISH = 0x53,
    SEV_CMD_DBG_DECRYPT = 0x60,
    SEV_CMD_DBG_ENCRYPT = 0x61,
};

const char *sev_cmd_name(uint32_t cmd); /* "LAUNCH_START"; "?" if unknown */

/*
 * One struct, one length, one decode and one encode for each buffer. Decoding
 * takes exactly LEN bytes and lets reserved bytes be (the firmware looks at
 * those it cares about); encoding writes zeros there.
 */
#define CMD_INIT_LEN 20
struct cmd_init {
    uint32_t flags;
    uint64_t tmr_paddr;
    uint32_t tmr_len;
};
#define CMD_INIT_FLAG_ES 0x1u

#define CMD_PLATFORM_STATUS_LEN 12
struct cmd_platform_status {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t state;   /* enum sev_platform_state */
    uint8_t owner;   /* bit 0: externally owned */
    uint32_t config; /* bit 0: SEV-ES initialised; 24 bits, bytes 4 to 6 */
    uint8_t build;
    uint32_t guest_count;
};

/* PEK_CSR, GET_ID, DOWNLOAD_FIRMWARE. */
#define CMD_RANGE_LEN 12
struct cmd_range {
    uint64_t paddr;
    uint32_t len;
};

#define CMD_PEK_CERT_IMPORT_LEN 28
struct cmd_pek_cert_import {
    uint64_t pek_paddr;
    uint32_t pek_len;
    uint64_t oca_paddr;
    uint32_t oca_len;
};

#define CMD_PDH_CERT_EXPORT_LEN 28
struct cmd_pdh_cert_export {
    uint64_t pdh_paddr;
    uint32_t pdh_len;
    uint64_t chain_paddr;
    uint32_t chain_len;
};

/* DECOMMISSION, DEACTIVATE, *_FINISH, SEND_CANCEL. */
#define CMD_HANDLE_LEN 4
struct cmd_handle {
    uint32_t handle;
};

#define CMD_ACTIVATE_LEN 8
struct cmd_activate {
    uint32_t handle;
    uint32_t asid;
};

#define CMD_GUEST_STATUS_LEN 13
struct cmd_guest_status {
    uint32_t handle;
    uint32_t policy;
    uint32_t asid;
    uint8_t state; /* enum sev_guest_state */
};

/* LAUNCH_START, RECEIVE_START (where "dh" is the sender's PDH). */
#define CMD_LAUNCH_START_LEN 36
struct cmd_launch_start {
    uint32_t handle; /* in: share its key, or 0; out: the new guest */
    uint32_t policy;
    uint64_t dh_paddr; /* 0: no channel */
    uint32_t dh_len;
    uint64_t session_paddr;
    uint32_t session_len;
};

/* LAUNCH_UPDATE_DATA, LAUNCH_UPDATE_VMSA, LAUNCH_MEASURE. */
#define CMD_GUEST_RANGE_LEN 20
struct cmd_guest_range {
    uint32_t handle;
    uint64_t paddr;
    uint32_t len;
};

/* LAUNCH_SECRET, SEND_UPDATE_*, RECEIVE_UPDATE_*. */
#define CMD_PACKET_LEN 52
struct cmd_packet {
    uint32_t handle;
    uint64_t hdr_paddr;
    uint32_t hdr_len;
    uint64_t guest_paddr;
    uint32_t guest_len;
    uint64_t trans_paddr;
    uint32_t trans_len;
};

#define CMD_ATTESTATION_LEN 36
struct cmd_attestation {
    uint32_t handle;
    uint64_t paddr;
    uint8_t mnonce[16];
    uint32_t len;
};

/* INIT with the firmware's own state in the host's memory. */
#define CMD_INIT_EX_LEN 36
struct cmd_init_ex {
    uint32_t len; /* of this buffer */
    uint32_t flags;
    uint64_t tmr_paddr;
    uint32_t tmr_len;
    uint64_t nv_paddr;
    uint32_t nv_len;
};
#define CMD_INIT_EX_NV_LEN 32768u

/* ACTIVATE on some cores: IDS is an array of u32 APIC ids. */
#define CMD_ACTIVATE_EX_LEN 24
struct cmd_activate_ex {
    uint32_t len; /* of this buffer */
    uint32_t handle;
    uint32_t asid;
    uint32_t n_ids;
    uint64_t ids_paddr;
};

#define CMD_COPY_LEN 24
struct cmd_copy {
    uint32_t handle;
    uint32_t len;
    uint64_t src_paddr;
    uint64_t dst_paddr;
};

#define CMD_SEND_START_LEN 68
struct cmd_send_start {
    uint32_t handle;
    uint32_t policy;    /* out: the guest's */
    uint64_t pdh_paddr; /* the receiver's */
    uint32_t pdh_len;
    uint64_t plat_paddr; /* PEK, OCA, CEK */
    uint32_t plat_len;
    uint64_t amd_paddr; /* ASK, ARK */
    uint32_t amd_len;
    uint64_t session_paddr; /* where the session is to be written */
    uint32_t session_len;   /* in/out */
};

/* DBG_DECRYPT, DBG_ENCRYPT. */
#define CMD_DBG_LEN 28
struct cmd_dbg {
    uint32_t handle;
    uint64_t src_paddr;
    uint64_t dst_paddr;
    uint32_t len;
};

#define CMD_CODEC(name, LEN)                                                   \
    SEVK_MUST_CHECK bool name##_decode(struct bytes in, struct name *ret,      \
                                       struct sevk_error *err);                \
    void name##_encode(const struct name *cmd, uint8_t out[static LEN])

CMD_CODEC(cmd_init, CMD_INIT_LEN);
CMD_CODEC(cmd_platform_status, CMD_PLATFORM_STATUS_LEN);
CMD_CODEC(cmd_range, CMD_RANGE_LEN);
CMD_CODEC(cmd_pek_cert_import, CMD_PEK_CERT_IMPORT_LEN);
CMD_CODEC(cmd_pdh_cert_export, CMD_PDH_CERT_EXPORT_LEN);
CMD_CODEC(cmd_handle, CMD_HANDLE_LEN);
CMD_CODEC(cmd_activate, CMD_ACTIVATE_LEN);
CMD_CODEC(cmd_guest_status, CMD_GUEST_STATUS_LEN);
CMD_CODEC(cmd_launch_start, CMD_LAUNCH_START_LEN);
CMD_CODEC(cmd_guest_range, CMD_GUEST_RANGE_LEN);
CMD_CODEC(cmd_packet, CMD_PACKET_LEN);
CMD_CODEC(cmd_attestation, CMD_ATTESTATION_LEN);
CMD_CODEC(cmd_init_ex, CMD_INIT_EX_LEN);
CMD_CODEC(cmd_activate_ex, CMD_ACTIVATE_EX_LEN);
CMD_CODEC(cmd_copy, CMD_COPY_LEN);
CMD_CODEC(cmd_send_start, CMD_SEND_START_LEN);
CMD_CODEC(cmd_dbg, CMD_DBG_LEN);

#endif
