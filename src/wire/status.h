/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's status codes and states, and what they mean to a person. */
#ifndef SEVKIT_WIRE_STATUS_H
#define SEVKIT_WIRE_STATUS_H

#include <stdint.h>

/* SEV API 5.1; formats.md 4.4. */
enum sev_status {
    SEV_STATUS_SUCCESS = 0x00,
    SEV_STATUS_INVALID_PLATFORM_STATE = 0x01,
    SEV_STATUS_INVALID_GUEST_STATE = 0x02,
    SEV_STATUS_INVALID_CONFIG = 0x03,
    SEV_STATUS_INVALID_LENGTH = 0x04,
    SEV_STATUS_ALREADY_OWNED = 0x05,
    SEV_STATUS_INVALID_CERTIFICATE = 0x06,
    SEV_STATUS_POLICY_FAILURE = 0x07,
    SEV_STATUS_INACTIVE = 0x08,
    SEV_STATUS_INVALID_ADDRESS = 0x09,
    SEV_STATUS_BAD_SIGNATURE = 0x0a,
    SEV_STATUS_BAD_MEASUREMENT = 0x0b,
    SEV_STATUS_ASID_OWNED = 0x0c,
    SEV_STATUS_INVALID_ASID = 0x0d,
    SEV_STATUS_WBINVD_REQUIRED = 0x0e,
    SEV_STATUS_DF_FLUSH_REQUIRED = 0x0f,
    SEV_STATUS_INVALID_GUEST = 0x10,
    SEV_STATUS_INVALID_COMMAND = 0x11,
    SEV_STATUS_ACTIVE = 0x12,
    SEV_STATUS_HWERROR_PLATFORM = 0x13,
    SEV_STATUS_HWERROR_UNSAFE = 0x14,
    SEV_STATUS_UNSUPPORTED = 0x15,
    SEV_STATUS_INVALID_PARAM = 0x16,
    SEV_STATUS_RESOURCE_LIMIT = 0x17,
    SEV_STATUS_SECURE_DATA_INVALID = 0x18,
};

/* "BAD_MEASUREMENT"; "unknown status" for a number without a name. */
const char *sev_status_name(uint32_t status);

/* One sentence without a full stop: what the firmware refused and why. */
const char *sev_status_text(uint32_t status);

/* Platform states: SEV API 5.1.2; formats.md 4.1. */
enum sev_platform_state {
    SEV_PLATFORM_UNINIT = 0,
    SEV_PLATFORM_INIT = 1,
    SEV_PLATFORM_WORKING = 2,
};

/* Guest states: SEV API 6.1.1; formats.md 4.1. */
enum sev_guest_state {
    SEV_GUEST_UNINIT = 0,
    SEV_GUEST_LUPDATE = 1,
    SEV_GUEST_LSECRET = 2,
    SEV_GUEST_RUNNING = 3,
    SEV_GUEST_SUPDATE = 4,
    SEV_GUEST_RUPDATE = 5,
    SEV_GUEST_SENT = 6,
};

/* "LSECRET"; "?" for a number without a name. */
const char *sev_platform_state_name(uint32_t state);
const char *sev_guest_state_name(uint32_t state);

/* QMP's name of a guest state ("launch-secret"); "uninit" for those without. */
const char *sev_guest_state_qmp_name(uint32_t state);

#endif
