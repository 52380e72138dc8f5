/* SPDX-License-Identifier: Apache-2.0 */
/* The command table: one row for each command the firmware knows. */
#include "fw/firmware.h"

#define UNINIT  (1u << SEV_PLATFORM_UNINIT)
#define INIT    (1u << SEV_PLATFORM_INIT)
#define WORKING (1u << SEV_PLATFORM_WORKING)
#define UP      (INIT | WORKING)
#define ANY     (UNINIT | UP)

#define LUPDATE   (1u << SEV_GUEST_LUPDATE)
#define LSECRET   (1u << SEV_GUEST_LSECRET)
#define RUNNING   (1u << SEV_GUEST_RUNNING)
#define SUPDATE   (1u << SEV_GUEST_SUPDATE)
#define RUPDATE   (1u << SEV_GUEST_RUPDATE)
#define SENT      (1u << SEV_GUEST_SENT)
#define MEASURED  (LSECRET | RUNNING | SUPDATE | SENT)
#define NOT_SENT  (LUPDATE | LSECRET | RUNNING | SUPDATE | RUPDATE)
#define ANY_GUEST (NOT_SENT | SENT)

/*
 * SEV API 5 and 6; formats.md 4.2 to 4.5. Rows are in the order of the ids.
 * "Guests" of 0 marks a command that is not about one guest; GUEST_STATUS is
 * among them because an unknown handle is no fault there.
 */
static const struct command_row rows[] = {
    { .id = SEV_CMD_INIT,
      .name = "INIT",
      .run = cmd_init,
      .len = CMD_INIT_LEN,
      .platforms = UNINIT },
    { .id = SEV_CMD_SHUTDOWN,
      .name = "SHUTDOWN",
      .run = cmd_shutdown,
      .platforms = ANY },
    { .id = SEV_CMD_PLATFORM_RESET,
      .name = "PLATFORM_RESET",
      .run = cmd_platform_reset,
      .platforms = UNINIT },
    { .id = SEV_CMD_PLATFORM_STATUS,
      .name = "PLATFORM_STATUS",
      .run = cmd_platform_status,
      .len = CMD_PLATFORM_STATUS_LEN,
      .reply = REPLY_ON_SUCCESS,
      .platforms = ANY },
    { .id = SEV_CMD_PEK_GEN,
      .name = "PEK_GEN",
      .run = cmd_pek_gen,
      .platforms = INIT },
    { .id = SEV_CMD_PEK_CSR,
      .name = "PEK_CSR",
      .run = cmd_pek_csr,
      .len = CMD_RANGE_LEN,
      .reply = REPLY_ALSO_LENGTH,
      .platforms = UP },
    { .id = SEV_CMD_PEK_CERT_IMPORT,
      .name = "PEK_CERT_IMPORT",
      .run = cmd_pek_cert_import,
      .len = CMD_PEK_CERT_IMPORT_LEN,
      .platforms = INIT },
    { .id = SEV_CMD_PDH_CERT_EXPORT,
      .name = "PDH_CERT_EXPORT",
      .run = cmd_pdh_cert_export,
      .len = CMD_PDH_CERT_EXPORT_LEN,
      .reply = REPLY_ALSO_LENGTH,
      .platforms = UP },
    { .id = SEV_CMD_PDH_GEN,
      .name = "PDH_GEN",
      .run = cmd_pdh_gen,
      .platforms = UP },
    { .id = SEV_CMD_DF_FLUSH,
      .name = "DF_FLUSH",
      .run = cmd_df_flush,
      .platforms = ANY },
    { .id = SEV_CMD_DOWNLOAD_FIRMWARE,
      .name = "DOWNLOAD_FIRMWARE",
      .run = cmd_download_firmware,
      .len = CMD_RANGE_LEN,
      .platforms = UNINIT },
    { .id = SEV_CMD_GET_ID,
      .name = "GET_ID",
      .run = cmd_get_id,
      .len = CMD_RANGE_LEN,
      .reply = REPLY_ALSO_LENGTH,
      .platforms = ANY },
    { .id = SEV_CMD_INIT_EX,
      .name = "INIT_EX",
      .run = cmd_init_ex,
      .len = CMD_INIT_EX_LEN,
      .platforms = UNINIT,
      .early = cmd_init_ex_early },
    { .id = SEV_CMD_NOP, .name = "NOP", .run = cmd_nop, .platforms = ANY },
    { .id = SEV_CMD_DECOMMISSION,
      .name = "DECOMMISSION",
      .run = cmd_decommission,
      .len = CMD_HANDLE_LEN,
      .platforms = WORKING,
      .guests = ANY_GUEST },
    { .id = SEV_CMD_ACTIVATE,
      .name = "ACTIVATE",
      .run = cmd_activate,
      .len = CMD_ACTIVATE_LEN,
      .platforms = WORKING,
      .guests = NOT_SENT,
      .flags = STATE_LATER },
    { .id = SEV_CMD_DEACTIVATE,
      .name = "DEACTIVATE",
      .run = cmd_deactivate,
      .len = CMD_HANDLE_LEN,
      .platforms = WORKING,
      .guests = ANY_GUEST },
    { .id = SEV_CMD_GUEST_STATUS,
      .name = "GUEST_STATUS",
      .run = cmd_guest_status,
      .len = CMD_GUEST_STATUS_LEN,
      .reply = REPLY_ON_SUCCESS,
      .platforms = UP },
    { .id = SEV_CMD_ACTIVATE_EX,
      .name = "ACTIVATE_EX",
      .run = cmd_activate_ex,
      .len = CMD_ACTIVATE_EX_LEN,
      .platforms = WORKING,
      .guests = NOT_SENT,
      .flags = STATE_LATER,
      .early = cmd_activate_ex_early,
      .handle_at = 4 },
    { .id = SEV_CMD_LAUNCH_START,
      .name = "LAUNCH_START",
      .run = cmd_launch_start,
      .len = CMD_LAUNCH_START_LEN,
      .reply = REPLY_ON_SUCCESS,
      .platforms = UP },
    { .id = SEV_CMD_LAUNCH_UPDATE_DATA,
      .name = "LAUNCH_UPDATE_DATA",
      .run = cmd_launch_update,
      .len = CMD_GUEST_RANGE_LEN,
      .platforms = WORKING,
      .guests = LUPDATE,
      .flags = GUEST_KEYS | UNLOCKED },
    { .id = SEV_CMD_LAUNCH_UPDATE_VMSA,
      .name = "LAUNCH_UPDATE_VMSA",
      .run = cmd_launch_update_vmsa,
      .len = CMD_GUEST_RANGE_LEN,
      .platforms = WORKING,
      .guests = LUPDATE,
      .flags = GUEST_KEYS | UNLOCKED,
      .first = cmd_launch_update_vmsa_first },
    { .id = SEV_CMD_LAUNCH_MEASURE,
      .name = "LAUNCH_MEASURE",
      .run = cmd_launch_measure,
      .len = CMD_GUEST_RANGE_LEN,
      .reply = REPLY_ALSO_LENGTH,
      .platforms = WORKING,
      .guests = LUPDATE,
      .flags = GUEST_KEYS },
    { .id = SEV_CMD_LAUNCH_SECRET,
      .name = "LAUNCH_SECRET",
      .run = cmd_launch_secret,
      .len = CMD_PACKET_LEN,
      .platforms = WORKING,
      .guests = LSECRET,
      .flags = GUEST_KEYS | STATE_LATER },
    { .id = SEV_CMD_LAUNCH_FINISH,
      .name = "LAUNCH_FINISH",
      .run = cmd_launch_finish,
      .len = CMD_HANDLE_LEN,
      .platforms = WORKING,
      .guests = LSECRET,
      .flags = GUEST_KEYS },
    { .id = SEV_CMD_ATTESTATION,
      .name = "ATTESTATION",
      .run = cmd_attestation,
      .len = CMD_ATTESTATION_LEN,
      .reply = REPLY_ALSO_LENGTH,
      .platforms = WORKING,
      .guests = MEASURED,
      .flags = GUEST_KEYS },
};

#define N_ROWS (sizeof rows / sizeof rows[0])

const struct command_row *command_find(uint32_t id)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].id == id) {
            return &rows[i];
        }
    }
    return NULL;
}

const struct command_row *command_at(size_t index)
{
    return index < N_ROWS ? &rows[index] : NULL;
}
