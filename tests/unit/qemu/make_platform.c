/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a virtual platform with small keys: "make-platform DIR [noes]". */
#include <stdio.h>
#include <string.h>

#include "fw/platform.h"

int main(int argc, char **argv)
{
    struct fw_profile profile = fw_profile_default();
    struct sevk_error err = { 0 };

    profile.rsa_bits = 2048;
    if (argc > 2 && strcmp(argv[2], "noes") == 0) {
        profile.min_sev_asid = 1;
    }
    if (argc < 2 || !platform_create(argv[1], &profile, rng_system(),
                                     clock_system(), &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return 0;
}
