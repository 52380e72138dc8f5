/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypts a disk's key for a guest with a measured kernel, once it is proved. */
#include <stdio.h>

#include <sevkit/sevkit.h>

int main(int argc, char **argv)
{
    struct sevk_session *session = NULL;
    struct sevk_firmware *firmware = NULL;
    struct sevk_expectation *expect = NULL;
    struct sevk_measurement *measurement = NULL;
    struct sevk_verdict *verdict = NULL;
    struct sevk_secrets *secrets = NULL;
    struct sevk_packet *packet = NULL;
    struct sevk_error err;
    uint32_t policy;
    uint8_t v[3]; /* API major, API minor, build: as the host says */
    int status = 0;

    if (argc != 10 ||
        sscanf(argv[7], "%hhu.%hhu.%hhu", &v[0], &v[1], &v[2]) != 3) {
        fputs("usage: build-secret PREFIX FIRMWARE KERNEL INITRD CMDLINE "
              "MEASUREMENT MAJOR.MINOR.BUILD POLICY SECRET\n",
              stderr);
        return 2;
    }
    if (!sevk_policy_parse(argv[8], &policy, &err) ||
        !sevk_session_read(argv[1], &session, &err) ||
        !sevk_firmware_read(argv[2], &firmware, &err) ||
        !sevk_measurement_parse(argv[6], v[0], v[1], v[2], policy, &measurement,
                                &err) ||
        !sevk_expectation_new(&expect, &err) ||
        !sevk_expectation_set_firmware(expect, firmware, &err) ||
        !sevk_expectation_set_kernel(expect, argv[3], argv[4], argv[5], &err) ||
        !sevk_verdict_reach(expect, measurement, session, 0, &verdict, &err) ||
        !sevk_secrets_new(&secrets, &err) ||
        !sevk_secrets_add_file(secrets, "luks-key", argv[9], &err) ||
        /* This refuses unless the verdict is yes. */
        !sevk_secrets_seal(secrets, expect, verdict, session, &packet, &err)) {
        fprintf(stderr, "build-secret: %s\n", err.message);
        status = (int)err.code;
    } else {
        printf("header %s\npayload %s\n", sevk_packet_header_base64(packet),
               sevk_packet_payload_base64(packet));
    }
    sevk_packet_free(&packet);
    sevk_secrets_free(&secrets);
    sevk_verdict_free(&verdict);
    sevk_measurement_free(&measurement);
    sevk_expectation_free(&expect);
    sevk_firmware_free(&firmware);
    sevk_session_free(&session);
    return status;
}
