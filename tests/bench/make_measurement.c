/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a measurement as a platform would make it, for the programs timed. */

/*
 * make-measurement TIK FIRMWARE: SEV-ES, policy 7, 4 vCPUs of family 25, model
 * 1, stepping 1, API 1.51, build 3, mnonce of zeros. Whether it is right is
 * for the validators to say that are timed with it.
 */
#include <stdio.h>

#include "base/base64.h"
#include "base/secret.h"
#include "owner/cpu_model.h"
#include "owner/digest.h"
#include "owner/measurement.h"
#include "owner/vmsa_init.h"

static bool measure(const char *tik_path, const char *image, struct buf *to,
                    struct sevk_error *err)
{
    static uint8_t bsp[VMSA_LEN], ap[VMSA_LEN];
    struct measure_input in = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = 7
    };
    struct vmsa_init init = { .type = VMSA_LEGACY };
    struct measure_buf m = { 0 };
    uint8_t out[MEASURE_BUF_LEN];
    struct firmware firmware;
    SECRET(tik);

    if (!secret_read_file(&tik, tik_path, 16, 16, "TIK", err) ||
        !firmware_read(image, &firmware, err) ||
        !firmware_reset_vector(&firmware, &init.reset_vector, err) ||
        !cpu_signature_make(25, 1, 1, &init.cpu_signature, err)) {
        return false;
    }
    vmsa_init_bsp(&init, bsp);
    vmsa_init_ap(&init, ap);
    if (!digest_compute(&(struct digest_inputs){ .firmware = &firmware,
                                                 .vcpus = 4,
                                                 .vmsa_bsp = bsp,
                                                 .vmsa_ap = ap },
                        in.digest, err) ||
        !measurement_compute(&in, &tik, m.measure, err)) {
        return false;
    }
    measure_buf_encode(&m, out);
    return base64_append(to, BYTES_OF(out), err);
}

int main(int argc, char **argv)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err = { 0 };

    if (argc != 3 || !measure(argv[1], argv[2], &text, &err)) {
        fprintf(stderr, "make-measurement: %s\n", err.message);
        return 1;
    }
    puts(buf_string(&text));
    return 0;
}
