/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's status codes and states in words (formats.md 4.1, 4.4). */
#include "wire/status.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *text;
} statuses[] = {
    [SEV_STATUS_SUCCESS] = { "SUCCESS", "the firmware did what was asked" },
    [SEV_STATUS_INVALID_PLATFORM_STATE] = { "INVALID_PLATFORM_STATE",
                                            "the platform is not in a state in "
                                            "which the command is allowed" },
    [SEV_STATUS_INVALID_GUEST_STATE] = { "INVALID_GUEST_STATE",
                                         "the guest is not in a state in which "
                                         "the command is allowed" },
    [SEV_STATUS_INVALID_CONFIG] = { "INVALID_CONFIG",
                                    "the platform's configuration is not "
                                    "valid" },
    [SEV_STATUS_INVALID_LENGTH] = { "INVALID_LENGTH",
                                    "a buffer has a length that the command "
                                    "refuses" },
    [SEV_STATUS_ALREADY_OWNED] = { "ALREADY_OWNED",
                                   "the platform has an owner already" },
    [SEV_STATUS_INVALID_CERTIFICATE] = { "INVALID_CERTIFICATE",
                                         "a certificate is malformed or not "
                                         "the one that is needed" },
    [SEV_STATUS_POLICY_FAILURE] = { "POLICY_FAILURE",
                                    "the guest's policy does not allow it" },
    [SEV_STATUS_INACTIVE] = { "INACTIVE", "the guest is not bound to an "
                                          "address space (ASID)" },
    [SEV_STATUS_INVALID_ADDRESS] = { "INVALID_ADDRESS",
                                     "an address is not aligned or not "
                                     "allowed" },
    [SEV_STATUS_BAD_SIGNATURE] = { "BAD_SIGNATURE", "a certificate's signature "
                                                    "does not verify" },
    [SEV_STATUS_BAD_MEASUREMENT] = { "BAD_MEASUREMENT",
                                     "a MAC does not match: keys, policy or "
                                     "content are others" },
    [SEV_STATUS_ASID_OWNED] = { "ASID_OWNED",
                                "the ASID belongs to another guest" },
    [SEV_STATUS_INVALID_ASID] = { "INVALID_ASID", "the ASID is out of range "
                                                  "for this kind of guest" },
    [SEV_STATUS_WBINVD_REQUIRED] = { "WBINVD_REQUIRED",
                                     "the caches of all cores must be flushed "
                                     "before" },
    [SEV_STATUS_DF_FLUSH_REQUIRED] = { "DF_FLUSH_REQUIRED",
                                       "the data fabric must be flushed "
                                       "before" },
    [SEV_STATUS_INVALID_GUEST] = { "INVALID_GUEST",
                                   "no guest has this handle" },
    [SEV_STATUS_INVALID_COMMAND] = { "INVALID_COMMAND",
                                     "the firmware does not know the command" },
    [SEV_STATUS_ACTIVE] = { "ACTIVE", "the guest is still bound to an address "
                                      "space (ASID)" },
    [SEV_STATUS_HWERROR_PLATFORM] = { "HWERROR_PLATFORM",
                                      "the hardware failed, the platform can "
                                      "go on after a reset" },
    [SEV_STATUS_HWERROR_UNSAFE] = { "HWERROR_UNSAFE", "the hardware failed and "
                                                      "must not be trusted" },
    [SEV_STATUS_UNSUPPORTED] = { "UNSUPPORTED", "the platform does not support "
                                                "what was asked" },
    [SEV_STATUS_INVALID_PARAM] = { "INVALID_PARAM",
                                   "a parameter is not valid" },
    [SEV_STATUS_RESOURCE_LIMIT] = { "RESOURCE_LIMIT", "the firmware has no "
                                                      "room for more guests" },
    [SEV_STATUS_SECURE_DATA_INVALID] = { "SECURE_DATA_INVALID",
                                         "the firmware's stored data do not "
                                         "verify" },
};

#define N_STATUSES (sizeof statuses / sizeof statuses[0])

const char *sev_status_name(uint32_t status)
{
    return status < N_STATUSES ? statuses[status].name : "unknown status";
}

const char *sev_status_text(uint32_t status)
{
    return status < N_STATUSES ? statuses[status].text
                               : "the firmware refused for a reason that has "
                                 "no name here";
}

const char *sev_platform_state_name(uint32_t state)
{
    static const char *const names[] = {
        [SEV_PLATFORM_UNINIT] = "UNINIT",
        [SEV_PLATFORM_INIT] = "INIT",
        [SEV_PLATFORM_WORKING] = "WORKING",
    };

    return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

const char *sev_guest_state_name(uint32_t state)
{
    static const char *const names[] = {
        [SEV_GUEST_UNINIT] = "UNINIT",   [SEV_GUEST_LUPDATE] = "LUPDATE",
        [SEV_GUEST_LSECRET] = "LSECRET", [SEV_GUEST_RUNNING] = "RUNNING",
        [SEV_GUEST_SUPDATE] = "SUPDATE", [SEV_GUEST_RUPDATE] = "RUPDATE",
        [SEV_GUEST_SENT] = "SENT",
    };

    return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

const char *sev_guest_state_qmp_name(uint32_t state)
{
    /* QMP's SevState has no name for SENT. */
    static const char *const names[] = {
        [SEV_GUEST_UNINIT] = "uninit",
        [SEV_GUEST_LUPDATE] = "launch-update",
        [SEV_GUEST_LSECRET] = "launch-secret",
        [SEV_GUEST_RUNNING] = "running",
        [SEV_GUEST_SUPDATE] = "send-update",
        [SEV_GUEST_RUPDATE] = "receive-update",
    };

    return state < sizeof names / sizeof names[0] ? names[state] : "uninit";
}
