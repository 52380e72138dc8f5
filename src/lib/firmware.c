/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images, for other programs. */
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "lib/handles.h"

bool sevk_firmware_read(const char *path, struct sevk_firmware **ret_firmware,
                        struct sevk_error *err)
{
    OWN(own_free) struct sevk_firmware *fw = NULL;

    if (!NEW_HANDLE(&fw, err) || !firmware_read(path, &fw->firmware, err)) {
        return false;
    }
    *ret_firmware = TAKE(fw);
    return true;
}

bool sevk_firmware_from_bytes(const void *image, size_t n, const char *what,
                              struct sevk_firmware **ret_firmware,
                              struct sevk_error *err)
{
    OWN(own_free) struct sevk_firmware *fw = NULL;

    if (!NEW_HANDLE(&fw, err) ||
        !firmware_from_bytes(bytes_make(image, n), what, &fw->firmware, err)) {
        return false;
    }
    *ret_firmware = TAKE(fw);
    return true;
}

void sevk_firmware_free(struct sevk_firmware **firmware)
{
    own_free(firmware);
}

uint64_t sevk_firmware_size(const struct sevk_firmware *firmware)
{
    return firmware->firmware.size;
}

void sevk_firmware_digest(const struct sevk_firmware *firmware,
                          uint8_t ret_digest[SEVK_DIGEST_LEN])
{
    memcpy(ret_digest, firmware->firmware.digest, SHA256_LEN);
}

bool sevk_firmware_reset_vector(const struct sevk_firmware *firmware,
                                uint32_t *ret_address, struct sevk_error *err)
{
    return firmware_reset_vector(&firmware->firmware, ret_address, err);
}

bool sevk_firmware_check_hash_area(const struct sevk_firmware *firmware,
                                   struct sevk_error *err)
{
    return firmware_check_hash_area(&firmware->firmware, err);
}

uint32_t sevk_firmware_secret_area(const struct sevk_firmware *firmware)
{
    return firmware_secret_area(&firmware->firmware);
}
