/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware image, read once: its hash, and what it declares of itself. */
#ifndef SEVKIT_FIRMWARE_H
#define SEVKIT_FIRMWARE_H

#include <stddef.h>

#include <sevkit/error.h>

SEVK_BEGIN_DECLS

/*
 * The launch digest begins with the whole image that a guest starts with
 * (OVMF), and the image's last bytes hold a table that says where vCPUs after
 * the first begin under SEV-ES, and where secrets and kernel hashes are put.
 * Both come from one reading: what is parsed is what was hashed, also if the
 * file changes meanwhile.
 *
 * The image must come from a source that the owner trusts, never from the host
 * that is to be judged: a host that chooses the image also chooses the digest.
 *
 * A handle is small (the hash's state, not the image), and never changes:
 * threads may share it, and a program that judges many guests reads each image
 * once. Expectations copy what they need of it.
 *
 * Not checked: what the image does. Whether it is made to measure what it boots
 * is for the owner to know (sevkit/expectation.h).
 */
struct sevk_firmware;

#define SEVK_DIGEST_LEN 32 /* SHA-256 */

/* Reads PATH. SEVK_INPUT on an empty file, one above 64 MiB, a bad table. */
SEVK_API SEVK_MUST_CHECK bool sevk_firmware_read(
    const char *path, struct sevk_firmware **ret_firmware,
    struct sevk_error *err);

/* The same from the N bytes at IMAGE. WHAT names them in messages. */
SEVK_API SEVK_MUST_CHECK bool sevk_firmware_from_bytes(
    const void *image, size_t n, const char *what,
    struct sevk_firmware **ret_firmware, struct sevk_error *err);

/* Releases the handle and leaves NULL behind; NULL in *FIRMWARE is fine. */
SEVK_API void sevk_firmware_free(struct sevk_firmware **firmware);

/* How many bytes the image has. */
SEVK_API uint64_t sevk_firmware_size(const struct sevk_firmware *firmware);

/* SHA-256 of the image. */
SEVK_API void sevk_firmware_digest(const struct sevk_firmware *firmware,
                                   uint8_t ret_digest[SEVK_DIGEST_LEN]);

/*
 * Where vCPUs after the first begin under SEV-ES, as a linear address.
 * SEVK_INPUT when the image declares none: it can't start such a guest.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_firmware_reset_vector(
    const struct sevk_firmware *firmware, uint32_t *ret_address,
    struct sevk_error *err);

/*
 * SEVK_REFUSED, with the reason, when the image has no area that is good for
 * the hashes of a kernel that is booted directly: QEMU would not start it.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_firmware_check_hash_area(
    const struct sevk_firmware *firmware, struct sevk_error *err);

/* The size of the area for launch secrets in bytes; 0 when there is none. */
SEVK_API uint32_t
sevk_firmware_secret_area(const struct sevk_firmware *firmware);

SEVK_END_DECLS

#endif
