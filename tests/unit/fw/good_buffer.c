/* SPDX-License-Identifier: Apache-2.0 */
/* Command buffers in which nothing is wrong. */
#include "unit/fw/good_buffer.h"

#include "wire/packet.h"
#include "wire/policy.h"
#include "wire/vmsa.h"

void good_buffer(uint32_t id, uint32_t handle,
                 uint8_t ret[static GOOD_BUFFER_LEN])
{
    const struct cmd_pdh_cert_export export = { .pdh_paddr = RIG_RAM,
                                                .pdh_len = 0x1000,
                                                .chain_paddr = RIG_RAM + 0x1000,
                                                .chain_len = 0x2000 };
    const struct cmd_range range = { .paddr = RIG_RAM, .len = 64 };
    const struct cmd_handle plain = { .handle = handle };
    const struct cmd_activate activate = { .handle = handle, .asid = 1 };
    const struct cmd_launch_start start = { .policy = POLICY_ES };
    const struct cmd_guest_range memory = { .handle = handle,
                                            .paddr = RIG_RAM,
                                            .len = VMSA_LEN };
    const struct cmd_packet packet = { .handle = handle,
                                       .hdr_paddr = RIG_RAM,
                                       .hdr_len = PACKET_HDR_LEN,
                                       .guest_paddr = RIG_RAM,
                                       .guest_len = 16,
                                       .trans_paddr = RIG_RAM,
                                       .trans_len = 16 };
    const struct cmd_attestation attest = { .handle = handle,
                                            .paddr = RIG_RAM,
                                            .len = 208 };

    const struct cmd_send_start send = { .handle = handle,
                                         .pdh_paddr = GOOD_BUFFER_PDH,
                                         .pdh_len = SEV_CERT_LEN,
                                         .session_paddr = RIG_RAM,
                                         .session_len = SESSION_BUF_LEN };
    const struct cmd_launch_start receive = { .policy = POLICY_ES,
                                              .dh_paddr = RIG_RAM,
                                              .dh_len = SEV_CERT_LEN,
                                              .session_paddr = RIG_RAM + 0x1000,
                                              .session_len = SESSION_BUF_LEN };
    const struct cmd_packet page = { .handle = handle,
                                     .hdr_paddr = RIG_RAM,
                                     .hdr_len = PACKET_HDR_LEN,
                                     .guest_paddr = RIG_RAM + 0x1000,
                                     .guest_len = VMSA_LEN,
                                     .trans_paddr = RIG_RAM + 0x2000,
                                     .trans_len = VMSA_LEN };
    const struct cmd_copy copy = { .handle = handle,
                                   .len = 8192,
                                   .src_paddr = RIG_RAM,
                                   .dst_paddr = RIG_RAM + 0x4000 };
    const struct cmd_dbg dbg = { .handle = handle,
                                 .src_paddr = RIG_RAM,
                                 .dst_paddr = RIG_RAM + 0x4000,
                                 .len = 64 };
    const struct cmd_init_ex init_ex = { .len = CMD_INIT_EX_LEN,
                                         .nv_paddr = RIG_RAM,
                                         .nv_len = CMD_INIT_EX_NV_LEN };
    const struct cmd_range file = { .paddr = RIG_RAM, .len = SEV_CERT_LEN };
    const struct cmd_pek_cert_import import = { .pek_paddr = RIG_RAM + 0x8000,
                                                .pek_len = SEV_CERT_LEN,
                                                .oca_paddr = RIG_RAM + 0x9000,
                                                .oca_len = SEV_CERT_LEN };
    const struct cmd_activate_ex activate_ex = { .len = CMD_ACTIVATE_EX_LEN,
                                                 .handle = handle,
                                                 .asid = 1,
                                                 .n_ids = 2,
                                                 .ids_paddr = RIG_RAM };

    memset(ret, 0, GOOD_BUFFER_LEN);
    switch (id) {
    case SEV_CMD_SEND_START:
        cmd_send_start_encode(&send, ret);
        break;
    case SEV_CMD_RECEIVE_START:
        cmd_launch_start_encode(&receive, ret);
        break;
    case SEV_CMD_SEND_UPDATE_DATA:
    case SEV_CMD_SEND_UPDATE_VMSA:
    case SEV_CMD_RECEIVE_UPDATE_DATA:
    case SEV_CMD_RECEIVE_UPDATE_VMSA:
        cmd_packet_encode(&page, ret);
        break;
    case SEV_CMD_COPY:
        cmd_copy_encode(&copy, ret);
        break;
    case SEV_CMD_DBG_DECRYPT:
    case SEV_CMD_DBG_ENCRYPT:
        cmd_dbg_encode(&dbg, ret);
        break;
    case SEV_CMD_INIT_EX:
        cmd_init_ex_encode(&init_ex, ret);
        break;
    case SEV_CMD_PEK_CSR:
    case SEV_CMD_DOWNLOAD_FIRMWARE:
        cmd_range_encode(&file, ret);
        break;
    case SEV_CMD_PEK_CERT_IMPORT:
        cmd_pek_cert_import_encode(&import, ret);
        break;
    case SEV_CMD_ACTIVATE_EX:
        cmd_activate_ex_encode(&activate_ex, ret);
        break;
    case SEV_CMD_PDH_CERT_EXPORT:
        cmd_pdh_cert_export_encode(&export, ret);
        break;
    case SEV_CMD_GET_ID:
        cmd_range_encode(&range, ret);
        break;
    case SEV_CMD_ACTIVATE:
        cmd_activate_encode(&activate, ret);
        break;
    case SEV_CMD_LAUNCH_START:
        cmd_launch_start_encode(&start, ret);
        break;
    case SEV_CMD_LAUNCH_UPDATE_DATA:
    case SEV_CMD_LAUNCH_UPDATE_VMSA:
    case SEV_CMD_LAUNCH_MEASURE:
        cmd_guest_range_encode(&memory, ret);
        break;
    case SEV_CMD_LAUNCH_SECRET:
        cmd_packet_encode(&packet, ret);
        break;
    case SEV_CMD_ATTESTATION:
        cmd_attestation_encode(&attest, ret);
        break;
    default:
        cmd_handle_encode(&plain, ret);
        break;
    }
}
