/* SPDX-License-Identifier: Apache-2.0 */
/* Was a guest started with this firmware image, under these keys? */
#include <stdio.h>
#include <stdlib.h>

#include <sevkit/sevkit.h>

static int tell(const struct sevk_verdict *verdict)
{
    bool yes = sevk_verdict_yes(verdict);
    enum sevk_verdict_list list =
        yes ? SEVK_VERDICT_NOT_COVERED : SEVK_VERDICT_REASONS;
    const char *sentence;

    puts(yes ? "yes" : "no");
    for (size_t i = 0;
         (sentence = sevk_verdict_sentence(verdict, list, i)) != NULL; i++) {
        printf("%s %s\n", yes ? "not covered:" : "because", sentence);
    }
    if (sevk_verdict_explanation(verdict) != NULL) {
        puts(sevk_verdict_explanation(verdict));
    }
    return yes ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct sevk_session *session = NULL;
    struct sevk_firmware *firmware = NULL;
    struct sevk_expectation *expect = NULL;
    struct sevk_measurement *measurement = NULL;
    struct sevk_verdict *verdict = NULL;
    struct sevk_error err;
    uint32_t policy;
    uint8_t v[3]; /* API major, API minor, build: as the host says */
    int status = 2;

    if ((argc != 6 && argc != 8) ||
        sscanf(argv[4], "%hhu.%hhu.%hhu", &v[0], &v[1], &v[2]) != 3) {
        fputs("usage: validate-launch PREFIX FIRMWARE MEASUREMENT "
              "MAJOR.MINOR.BUILD POLICY [VCPUS CPU]\n",
              stderr);
        return 2;
    }
    if (!sevk_policy_parse(argv[5], &policy, &err) ||
        !sevk_session_read(argv[1], &session, &err) ||
        !sevk_firmware_read(argv[2], &firmware, &err) ||
        !sevk_measurement_parse(argv[3], v[0], v[1], v[2], policy, &measurement,
                                &err) ||
        !sevk_expectation_new(&expect, &err) ||
        !sevk_expectation_set_firmware(expect, firmware, &err) ||
        (argc == 8 &&
         (!sevk_expectation_set_vcpus(
              expect, (uint32_t)strtoul(argv[6], NULL, 10), &err) ||
          !sevk_expectation_set_cpu(expect, argv[7], &err))) ||
        !sevk_verdict_reach(expect, measurement, session, SEVK_VERDICT_EXPLAIN,
                            &verdict, &err)) {
        fprintf(stderr, "validate-launch: %s\n", err.message);
        status = (int)err.code;
    } else {
        status = tell(verdict);
    }
    sevk_verdict_free(&verdict);
    sevk_measurement_free(&measurement);
    sevk_expectation_free(&expect);
    sevk_firmware_free(&firmware);
    sevk_session_free(&session);
    return status;
}
