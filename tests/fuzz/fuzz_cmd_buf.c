/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes command buffers: the first byte chooses which one. */
#include "wire/cmd_buf.h"

#include "fuzz.h"

/* What encoding gives is decoded to the same, and encoded to itself. */
#define CHECK(name, LEN)                                                       \
    static void check_##name(struct bytes in)                                  \
    {                                                                          \
        struct name c;                                                         \
        uint8_t once[LEN];                                                     \
        uint8_t twice[LEN];                                                    \
                                                                               \
        if (!name##_decode(in, &c, NULL)) {                                    \
            must(in.n != LEN);                                                 \
            return;                                                            \
        }                                                                      \
        must(in.n == LEN);                                                     \
        name##_encode(&c, once);                                               \
        must(name##_decode(bytes_make(once, LEN), &c, NULL));                  \
        name##_encode(&c, twice);                                              \
        must(memcmp(once, twice, LEN) == 0);                                   \
        for (size_t i = 0; i < LEN; i++) {                                     \
            must(once[i] == in.p[i] || once[i] == 0);                          \
        }                                                                      \
    }

CHECK(cmd_init, CMD_INIT_LEN)
CHECK(cmd_platform_status, CMD_PLATFORM_STATUS_LEN)
CHECK(cmd_range, CMD_RANGE_LEN)
CHECK(cmd_pek_cert_import, CMD_PEK_CERT_IMPORT_LEN)
CHECK(cmd_pdh_cert_export, CMD_PDH_CERT_EXPORT_LEN)
CHECK(cmd_handle, CMD_HANDLE_LEN)
CHECK(cmd_activate, CMD_ACTIVATE_LEN)
CHECK(cmd_guest_status, CMD_GUEST_STATUS_LEN)
CHECK(cmd_launch_start, CMD_LAUNCH_START_LEN)
CHECK(cmd_guest_range, CMD_GUEST_RANGE_LEN)
CHECK(cmd_packet, CMD_PACKET_LEN)
CHECK(cmd_attestation, CMD_ATTESTATION_LEN)
CHECK(cmd_init_ex, CMD_INIT_EX_LEN)
CHECK(cmd_activate_ex, CMD_ACTIVATE_EX_LEN)
CHECK(cmd_copy, CMD_COPY_LEN)
CHECK(cmd_send_start, CMD_SEND_START_LEN)
CHECK(cmd_dbg, CMD_DBG_LEN)

static void (*const checks[])(struct bytes in) = {
    check_cmd_init,
    check_cmd_platform_status,
    check_cmd_range,
    check_cmd_pek_cert_import,
    check_cmd_pdh_cert_export,
    check_cmd_handle,
    check_cmd_activate,
    check_cmd_guest_status,
    check_cmd_launch_start,
    check_cmd_guest_range,
    check_cmd_packet,
    check_cmd_attestation,
    check_cmd_init_ex,
    check_cmd_activate_ex,
    check_cmd_copy,
    check_cmd_send_start,
    check_cmd_dbg,
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    if (n > 0) {
        must(strlen(sev_cmd_name(p[0])) > 0);
        checks[p[0] % (sizeof checks / sizeof checks[0])](
            bytes_make(p + 1, n - 1));
    }
    return 0;
}
