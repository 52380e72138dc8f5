/* SPDX-License-Identifier: Apache-2.0 */
/* Manufactures a virtual platform in a directory, and reads one back. */
#include "fw/platform.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "crypto/rsa.h"
#include "fw/chip.h"
#include "fw/identity.h"

/* "DIR.new-XXXXXX" beside DIR, on the same file system, mode 0700. */
static bool make_workshop(const char *dir, char **ret, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    size_t n = strlen(dir);

    while (n > 1 && dir[n - 1] == '/') {
        n--;
    }
    if (n == 0) {
        return sevk_fail(err, SEVK_USAGE, "the platform needs a directory");
    }
    if (asprintf(&path, "%.*s.new-XXXXXX", (int)n, dir) < 0) {
        path = NULL;
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", dir);
    }
    if (mkdtemp(path) == NULL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "making '%s'", dir);
    }
    *ret = TAKE(path);
    return true;
}

/* Everything that a workshop can hold. */
static void remove_workshop(const char *dir)
{
    static const char *const names[] = {
        CHIP_FILE,  IDENTITY_FILE, "ark.cert", "ask.cert", "ask_ark.cert",
        "cek.cert", "oca.cert",    "pek.cert", "pdh.cert",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        OWN(own_free) char *path = NULL;

        if (path_join(dir, names[i], &path, NULL)) {
            unlink(path);
        }
    }
    rmdir(dir);
}

/* A platform in memory; too large for the stack. */
struct whole {
    struct chip chip;
    struct identity identity;
};

static void free_whole(struct whole **whole)
{
    if (*whole != NULL) {
        chip_clear(&(*whole)->chip);
        identity_clear(&(*whole)->identity);
        free(*whole);
    }
}

static bool manufacture(const struct fw_profile *profile, struct rng rng,
                        struct clock clock, struct whole **ret,
                        struct sevk_error *err)
{
    OWN(free_whole) struct whole *whole = calloc(1, sizeof *whole);

    if (whole == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a platform");
    }
    if (!chip_manufacture(profile, rng, clock_now(clock), &whole->chip, err) ||
        !identity_generate(&whole->chip, rng, &whole->identity, err)) {
        return false;
    }
    *ret = TAKE(whole);
    return true;
}

static bool fill_workshop(const struct whole *whole, const char *dir,
                          struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };

    return chip_save(&whole->chip, dir, &set, err) &&
           identity_save(&whole->identity, dir, &set, err) &&
           file_set_commit(&set, err);
}

static bool refuse_occupied(const char *dir, struct sevk_error *err)
{
    if (platform_exists(dir)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "'%s' holds a platform already; remove it or name "
                         "another directory",
                         dir);
    }
    return sevk_fail(err, SEVK_REFUSED,
                     "'%s' is not an empty directory; name a new one", dir);
}

static bool is_empty(DIR *d)
{
    const struct dirent *entry;

    while ((entry = readdir(d)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0) {
            return false;
        }
    }
    return true;
}

/* Whether a platform may come to lie at DIR, asked before the slow part. */
static bool check_place(const char *dir, struct sevk_error *err)
{
    OWN(own_closedir) DIR *d = opendir(dir);

    if (d == NULL && errno == ENOENT) {
        return true;
    }
    if (d == NULL && errno != ENOTDIR) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "making '%s'", dir);
    }
    return (d != NULL && is_empty(d)) || refuse_occupied(dir, err);
}

/* Fills the workshop and gives it its final name. */
static bool publish(const struct whole *whole, const char *workshop,
                    const char *dir, struct sevk_error *err)
{
    if (!fill_workshop(whole, workshop, err)) {
        return false;
    }
    if (rename(workshop, dir) == 0) {
        return true;
    }
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
        return refuse_occupied(dir, err);
    }
    return sevk_fail_errno(err, SEVK_HOST, errno, "making '%s'", dir);
}

/* Whether a directory can be made there at all, before the slow part. */
static bool try_workshop(const char *dir, struct sevk_error *err)
{
    OWN(own_free) char *workshop = NULL;

    if (!make_workshop(dir, &workshop, err)) {
        return false;
    }
    rmdir(workshop);
    return true;
}

/* The slow part is done while there is nothing on the disk. */
bool platform_create(const char *dir, const struct fw_profile *profile,
                     struct rng rng, struct clock clock, struct sevk_error *err)
{
    OWN(own_free) char *workshop = NULL;
    OWN(free_whole) struct whole *whole = NULL;

    if (!fw_profile_check(profile, err) || !check_place(dir, err) ||
        !try_workshop(dir, err) ||
        !manufacture(profile, rng, clock, &whole, err) ||
        !make_workshop(dir, &workshop, err)) {
        return false;
    }
    if (!publish(whole, workshop, dir, err)) {
        remove_workshop(workshop);
        return false;
    }
    return true;
}

bool platform_exists(const char *dir)
{
    OWN(own_free) char *path = NULL;

    return path_join(dir, CHIP_FILE, &path, NULL) && access(path, F_OK) == 0;
}

bool platform_load_profile(const char *dir, struct fw_profile *ret,
                           struct sevk_error *err)
{
    OWN(chip_clear) struct chip chip = { 0 };

    if (!chip_load(dir, &chip, err)) {
        return false;
    }
    *ret = chip.profile;
    return true;
}

bool platform_load_certs(const char *dir, struct platform_certs *ret,
                         struct sevk_error *err)
{
    OWN(free_whole) struct whole *whole = calloc(1, sizeof *whole);

    if (whole == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a platform");
    }
    if (!chip_load(dir, &whole->chip, err) ||
        !identity_load(dir, &whole->identity, err)) {
        return false;
    }
    ret->amd_len = whole->chip.amd_len;
    memcpy(ret->ark, whole->chip.ark, sizeof ret->ark);
    memcpy(ret->ask, whole->chip.ask, sizeof ret->ask);
    memcpy(ret->cek, whole->chip.cek, sizeof ret->cek);
    memcpy(ret->oca, whole->identity.oca, sizeof ret->oca);
    memcpy(ret->pek, whole->identity.pek, sizeof ret->pek);
    memcpy(ret->pdh, whole->identity.pdh, sizeof ret->pdh);
    return true;
}

static bool is_ark(struct bytes ark)
{
    struct amd_cert cert;
    struct rsa_public key = { 0 };
    size_t n = 0;

    if (!amd_cert_decode(ark, &cert, &n, NULL) || n != ark.n ||
        cert.key_usage != SEV_USAGE_ARK) {
        return false;
    }
    key.n = cert.modulus_bits / 8;
    memcpy(key.modulus, cert.modulus, sizeof key.modulus);
    memcpy(key.exponent, cert.exponent, sizeof key.exponent);
    return rsa_verify(&key,
                      bytes_make(ark.p, amd_cert_signed_len(cert.modulus_bits)),
                      cert.signature);
}

#define TRUSTED_MAX ((size_t)32 * AMD_CERT_MAX_LEN)

bool platform_trust(const char *dir, struct bytes ark, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf all = { 0 };

    if (!is_ark(ark)) {
        return sevk_fail(err, SEVK_INPUT,
                         "a platform's root is an ARK certificate signed by "
                         "itself (832 or 1600 bytes)");
    }
    if (!path_join(dir, PLATFORM_TRUSTED_FILE, &path, err) ||
        (access(path, F_OK) == 0 &&
         !file_read(path, TRUSTED_MAX, "roots", &all, err))) {
        return false;
    }
    if (all.n > 0 && memmem(all.p, all.n, ark.p, ark.n) != NULL) {
        return true; /* trusted before */
    }
    return buf_append(&all, ark, err) &&
           file_replace(path, 0644, buf_bytes(&all), err);
}
