/* SPDX-License-Identifier: Apache-2.0 */
/* AMD's published root certificates, as the build embeds them. */
#ifndef SEVKIT_OWNER_AMD_ROOTS_H
#define SEVKIT_OWNER_AMD_ROOTS_H

#include <stddef.h>
#include <stdint.h>

/* Made from roots/ at build time; see roots/README.md. */
struct amd_root {
    const char *generation; /* "Naples" */
    const uint8_t *ark;
    size_t ark_len;
    const uint8_t *ask;
    size_t ask_len;
};

extern const struct amd_root amd_roots[];
extern const size_t n_amd_roots;

#endif
