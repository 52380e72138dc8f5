/* SPDX-License-Identifier: Apache-2.0 */
/* An encrypted disk, made in a file: LUKS2, without device mapper or root. */
#include "image/luks.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "crypto/sector.h"
#include "image/tool.h"

#define TEXT_OF(x)  #x
#define DEV_FD(n)   "/dev/fd/" TEXT_OF(n)
#define PIECE       ((size_t)1 << 20)
#define HEADER_512S "2048" /* LUKS_HEADER_LEN in units of 512 bytes */

_Static_assert(LUKS_HEADER_LEN == 2048 * 512, "one length");
_Static_assert(TOOL_PIPE == 10, "the names of the pipes below");

bool luks_key(struct rng rng, struct sevk_secret *ret, struct sevk_error *err)
{
    SECRET(bits);
    SECRET(key);

    if (!secret_random(&bits, LUKS_KEY_LEN / 2, rng, err) ||
        !secret_alloc(&key, LUKS_KEY_LEN, err)) {
        return false;
    }
    for (size_t i = 0; i < bits.n; i++) {
        const uint8_t byte = secret_expose(&bits).p[i];
        uint8_t *to = secret_expose_mutable(&key) + 2 * i;

        to[0] = (uint8_t) "0123456789abcdef"[byte >> 4];
        to[1] = (uint8_t) "0123456789abcdef"[byte & 15];
    }
    secret_move(ret, &key);
    return true;
}

static bool write_header(const char *disk, const struct luks_options *o,
                         const struct sevk_secret *volume_key,
                         struct sevk_error *err)
{
    OWN(own_free) char *program = NULL;
    char memory[16];
    struct tool tool = {
        .argv = (const char *const[]){ "cryptsetup",
                                       "luksFormat",
                                       "--batch-mode",
                                       "--type",
                                       "luks2",
                                       "--cipher",
                                       "aes-xts-plain64",
                                       "--key-size",
                                       "512",
                                       "--sector-size",
                                       "4096",
                                       "--offset",
                                       HEADER_512S,
                                       "--luks2-metadata-size",
                                       "16k",
                                       "--luks2-keyslots-size",
                                       "512k",
                                       "--pbkdf",
                                       "argon2id",
                                       "--pbkdf-memory",
                                       memory,
                                       "--pbkdf-parallel",
                                       "1",
                                       "--pbkdf-force-iterations",
                                       "4",
                                       "--key-file",
                                       DEV_FD(10),
                                       "--volume-key-file",
                                       DEV_FD(11),
                                       disk,
                                       NULL },
        .pipes = { secret_expose(o->key), secret_expose(volume_key) },
        .n_pipes = 2,
    };

    snprintf(memory, sizeof memory, "%u", o->pbkdf_kib);
    if (!tool_find("cryptsetup", "cryptsetup-bin", &program, err)) {
        return false;
    }
    tool.path = program;
    return tool_run(&tool, NULL, err);
}

/* -- Data. ----------------------------------------------------------------- */

struct copy {
    struct sector_cipher *cipher;
    int to;
    const char *path;
    uint64_t sector;
    uint8_t *held; /* PIECE bytes, of which ... */
    size_t n;      /* ... so many are to be encrypted */
};

static bool flush_copy(struct copy *c, struct sevk_error *err)
{
    if (!sector_encrypt(c->cipher, c->sector, bytes_make(c->held, c->n),
                        c->held, err) ||
        !fd_write_all(c->to, bytes_make(c->held, c->n), c->path, err)) {
        return false;
    }
    c->sector += c->n / SECTOR_LEN;
    c->n = 0;
    return true;
}

static bool take_piece(void *ctx, struct bytes piece, struct sevk_error *err)
{
    struct copy *c = ctx;

    while (piece.n > 0) {
        size_t n = piece.n < PIECE - c->n ? piece.n : PIECE - c->n;

        memcpy(c->held + c->n, piece.p, n);
        c->n += n;
        piece = bytes_make(piece.p + n, piece.n - n);
        if (c->n == PIECE && !flush_copy(c, err)) {
            return false;
        }
    }
    return true;
}

static bool write_data(const char *data, const char *disk,
                       const struct sevk_secret *volume_key, size_t n,
                       struct sevk_error *err)
{
    OWN(sector_cipher_free) struct sector_cipher *cipher = NULL;
    OWN(own_free) uint8_t *held = malloc(PIECE);
    OWN(own_close) int fd = open(disk, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    struct copy copy = { .to = fd, .path = disk, .held = held };

    if (held == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (fd < 0 || lseek(fd, (off_t)LUKS_HEADER_LEN, SEEK_SET) < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", disk);
    }
    if (!sector_cipher_new(secret_expose(volume_key), &cipher, err)) {
        return false;
    }
    copy.cipher = cipher;
    return file_stream(data, n, "file system",
                       (struct file_sink){ take_piece, &copy }, err) &&
           flush_copy(&copy, err) &&
           (fsync(fd) == 0 ||
            sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", disk));
}

/* -- All of it. ------------------------------------------------------------ */

static bool make_file(const char *disk, uint64_t n, struct sevk_error *err)
{
    OWN(own_close)
    int fd =
        open(disk, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

    return (fd >= 0 && ftruncate(fd, (off_t)n) == 0) ||
           sevk_fail_errno(err, SEVK_HOST, errno, "disk '%s'", disk);
}

static bool digest_header(const char *disk, uint8_t ret[static SHA256_LEN],
                          struct sevk_error *err)
{
    OWN(own_close) int fd = open(disk, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    OWN(own_free) uint8_t *header = malloc(LUKS_HEADER_LEN);

    if (header == NULL || fd < 0 ||
        pread(fd, header, LUKS_HEADER_LEN, 0) != (ssize_t)LUKS_HEADER_LEN) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "disk '%s'", disk);
    }
    sha256(bytes_make(header, LUKS_HEADER_LEN), ret);
    return true;
}

bool luks_make(const char *data, const char *disk,
               const struct luks_options *options, struct rng rng,
               uint8_t ret_header_digest[static SHA256_LEN],
               struct sevk_error *err)
{
    SECRET(volume_key);
    struct stat st;

    if (stat(data, &st) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", data);
    }
    if (st.st_size <= 0 || st.st_size % SECTOR_LEN != 0) {
        return sevk_fail(err, SEVK_INPUT, "'%s' has no whole sectors", data);
    }
    return secret_random(&volume_key, SECTOR_KEY_LEN, rng, err) &&
           make_file(disk, LUKS_HEADER_LEN + (uint64_t)st.st_size, err) &&
           write_header(disk, options, &volume_key, err) &&
           write_data(data, disk, &volume_key, (size_t)st.st_size, err) &&
           digest_header(disk, ret_header_digest, err);
}
