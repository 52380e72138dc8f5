/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware image, read once: its hash and what its table declares. */
#include "owner/firmware.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/own.h"
#include "wire/kernel_hash_table.h"

/* The last bytes of a stream: twice the room, so that moves are rare. */
struct tail {
    uint8_t *p;
    size_t n;
};

#define TAIL_ROOM (2 * OVMF_TAIL_MAX)

struct reading {
    struct firmware *to;
    struct tail tail;
};

static void keep_tail(struct tail *tail, struct bytes piece)
{
    if (piece.n > OVMF_TAIL_MAX) {
        piece = bytes_make(piece.p + piece.n - OVMF_TAIL_MAX, OVMF_TAIL_MAX);
    }
    if (tail->n + piece.n > TAIL_ROOM) {
        memmove(tail->p, tail->p + tail->n - OVMF_TAIL_MAX, OVMF_TAIL_MAX);
        tail->n = OVMF_TAIL_MAX;
    }
    memcpy(tail->p + tail->n, piece.p, piece.n);
    tail->n += piece.n;
}

static bool take_piece(void *ctx, struct bytes piece, struct sevk_error *err)
{
    struct reading *reading = ctx;

    (void)err;
    sha256_update(&reading->to->state, piece);
    reading->to->size += piece.n;
    keep_tail(&reading->tail, piece);
    return true;
}

/* What is left to do when all bytes went through the hash. */
static bool finish(struct firmware *fw, struct bytes tail, const char *what,
                   struct sevk_error *err)
{
    struct sha256 copy = fw->state;

    if (fw->size == 0) {
        return sevk_fail(err, SEVK_INPUT, "firmware '%s' is empty", what);
    }
    sha256_final(&copy, fw->digest);
    if (!ovmf_table_decode(tail, &fw->table, err)) {
        return sevk_fail_in(err, "firmware '%s'", what);
    }
    return true;
}

bool firmware_read(const char *path, struct firmware *ret,
                   struct sevk_error *err)
{
    OWN(own_free) uint8_t *room = malloc(TAIL_ROOM);
    struct firmware fw = { 0 };
    struct reading reading = { &fw, { room, 0 } };
    struct file_sink sink = { take_piece, &reading };
    struct bytes tail;

    if (room == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", path);
    }
    sha256_init(&fw.state);
    if (!file_stream(path, FIRMWARE_MAX_LEN, "firmware", sink, err)) {
        return false;
    }
    tail = bytes_make(room, reading.tail.n);
    if (tail.n > OVMF_TAIL_MAX) {
        tail = bytes_make(room + tail.n - OVMF_TAIL_MAX, OVMF_TAIL_MAX);
    }
    if (!finish(&fw, tail, path, err)) {
        return false;
    }
    *ret = fw;
    return true;
}

bool firmware_from_bytes(struct bytes image, const char *what,
                         struct firmware *ret, struct sevk_error *err)
{
    struct firmware fw = { .size = image.n };
    size_t n = image.n < OVMF_TAIL_MAX ? image.n : OVMF_TAIL_MAX;

    if (image.n > FIRMWARE_MAX_LEN) {
        return sevk_fail(err, SEVK_INPUT,
                         "firmware '%s': more than %zu bytes; is it the right "
                         "file?",
                         what, FIRMWARE_MAX_LEN);
    }
    sha256_init(&fw.state);
    sha256_update(&fw.state, image);
    if (!finish(&fw, n == 0 ? image : bytes_make(image.p + image.n - n, n),
                what, err)) {
        return false;
    }
    *ret = fw;
    return true;
}

bool firmware_reset_vector(const struct firmware *firmware, uint32_t *ret,
                           struct sevk_error *err)
{
    if (!firmware->table.has_reset_vector) {
        return sevk_fail(err, SEVK_INPUT,
                         "the firmware declares no reset vector for SEV-ES; "
                         "use an OVMF that was built with SEV-ES support");
    }
    /* formats.md 6.1: QEMU takes 0 for an error as well. */
    if (firmware->table.reset_vector == 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "the firmware declares 0 as reset vector for SEV-ES, "
                         "which QEMU refuses");
    }
    *ret = firmware->table.reset_vector;
    return true;
}

bool firmware_check_hash_area(const struct firmware *firmware,
                              struct sevk_error *err)
{
    const struct ovmf_area *area = &firmware->table.hashes;
    static const char cure[] = "use an AmdSev build of OVMF, or do without "
                               "kernel hashes";

    if (!area->present) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the firmware declares no area for kernel hashes; %s",
                         cure);
    }
    if (area->base == 0 || area->size == 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the firmware declares an empty area for kernel "
                         "hashes (base %#" PRIx32 ", size %" PRIu32 "); %s",
                         area->base, area->size, cure);
    }
    if (area->size < KERNEL_HASH_TABLE_LEN) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the firmware's area for kernel hashes has %" PRIu32
                         " bytes, the table needs %d; %s",
                         area->size, KERNEL_HASH_TABLE_LEN, cure);
    }
    return true;
}

uint32_t firmware_secret_area(const struct firmware *firmware)
{
    const struct ovmf_area *area = &firmware->table.secret;

    return area->present && area->base != 0 ? area->size : 0;
}
