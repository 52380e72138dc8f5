/* SPDX-License-Identifier: Apache-2.0 */
/* An image: an encrypted root disk, and all that its guest is launched with. */
#include "image/image.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "image/domain.h"
#include "image/filesystem.h"
#include "image/initrd.h"
#include "image/luks.h"
#include "owner/firmware.h"
#include "owner/kernel_hashes.h"
#include "owner/reference.h"
#include "wire/policy.h"

#define KERNEL_LEN_MAX ((size_t)256 << 20)
#define BASE_CMDLINE   "console=ttyS0 panic=-1"

/* An image in the making. */
struct making {
    const struct image_options *o;
    char *stage; /* the folder that will be OUT */
    char *work;  /* a folder for what is removed again */
    char *out;   /* OUT's absolute path */
    char *cmdline;
    char *firmware; /* absolute, for the domain */
    uint8_t header_digest[SHA256_LEN];
    uint64_t size;
    uint64_t initrd_size;
};

/* -- Folders. -------------------------------------------------------------- */

static void remove_tree(const char *dir)
{
    char *const tops[] = { (char *)(uintptr_t)dir, NULL };
    FTS *fts = fts_open(tops, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    const FTSENT *e;

    if (fts == NULL) {
        return;
    }
    while ((e = fts_read(fts)) != NULL) {
        if (e->fts_info == FTS_D) {
            /* An archive's folders may not let their owner in. */
            (void)!chmod(e->fts_path, 0700);
        } else {
            (void)!remove(e->fts_path);
        }
    }
    fts_close(fts);
}

static void drop_making(struct making *m)
{
    if (m->work != NULL) {
        remove_tree(m->work);
    }
    if (m->stage != NULL) {
        remove_tree(m->stage);
    }
    free(m->stage);
    free(m->work);
    free(m->out);
    free(m->cmdline);
    free(m->firmware);
}

static bool make_folder(const char *out, const char *what, char **ret,
                        struct sevk_error *err)
{
    char *path;

    if (asprintf(&path, "%s.%s-XXXXXX", out, what) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a path");
    }
    if (mkdtemp(path) == NULL) {
        int why = errno;

        free(path);
        return sevk_fail_errno(err, SEVK_HOST, why, "a folder beside '%s'",
                               out);
    }
    *ret = path;
    return true;
}

/* What OUT will be called from the root on: it does not exist yet. */
static bool absolute(const char *out, char **ret, struct sevk_error *err)
{
    OWN(own_free) char *here = NULL;

    if (out[0] == '/') {
        *ret = strdup(out);
        return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
    }
    here = getcwd(NULL, 0);
    if (here == NULL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "this folder");
    }
    return path_join(here, out, ret, err);
}

static bool begin(struct making *m, struct sevk_error *err)
{
    const struct image_options *o = m->o;
    struct stat st;

    if (lstat(o->out, &st) == 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "'%s' exists already; name another folder, or remove "
                         "it (with the key in it)",
                         o->out);
    }
    m->firmware = realpath(o->firmware, NULL);
    if (m->firmware == NULL) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "firmware '%s'",
                               o->firmware);
    }
    if (asprintf(&m->cmdline, "%s%s%s", BASE_CMDLINE,
                 o->cmdline == NULL ? "" : " ",
                 o->cmdline == NULL ? "" : o->cmdline) < 0) {
        m->cmdline = NULL;
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    return absolute(o->out, &m->out, err) &&
           make_folder(o->out, "part", &m->stage, err) &&
           make_folder(o->out, "work", &m->work, err);
}

/* -- Files. ---------------------------------------------------------------- */

static bool put_file(const struct making *m, const char *name, mode_t mode,
                     struct bytes content, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return path_join(m->stage, name, &path, err) &&
           file_replace(path, mode, content, err);
}

static bool put_key(const struct making *m, const struct sevk_secret *key,
                    struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };
    OWN(own_free) char *path = NULL;

    return path_join(m->stage, IMAGE_KEY, &path, err) &&
           file_set_add_secret(&set, path, key, err) &&
           file_set_commit(&set, err);
}

static bool make_disk(struct making *m, struct sevk_error *err)
{
    const struct image_options *o = m->o;
    OWN(own_free) char *data = NULL;
    OWN(own_free) char *disk = NULL;
    struct luks_options luks = { .pbkdf_kib = o->pbkdf_kib };
    SECRET(key);

    luks.key = &key;
    return path_join(m->work, "data", &data, err) &&
           path_join(m->stage, IMAGE_DISK, &disk, err) &&
           filesystem_make(o->root, data, m->work, (uint64_t)o->size_mib << 20,
                           &m->size, err) &&
           luks_key(o->rng, &key, err) &&
           luks_make(data, disk, &luks, o->rng, m->header_digest, err) &&
           put_key(m, &key, err);
}

/* The reference is of the bytes that were written. */
static bool make_boot(struct making *m, struct kernel_hash_table *ret,
                      struct sevk_error *err)
{
    const struct image_options *o = m->o;
    const struct initrd_options initrd = { .modules = o->modules,
                                           .guest = o->guest,
                                           .header_len = LUKS_HEADER_LEN,
                                           .header_digest = m->header_digest };
    OWN(buf_free) struct buf kernel = { 0 };
    OWN(buf_free) struct buf archive = { 0 };

    if (!file_read(o->kernel, KERNEL_LEN_MAX, "kernel", &kernel, err) ||
        !initrd_make(&initrd, &archive, err)) {
        return false;
    }
    m->initrd_size = archive.n;
    kernel_hashes_bytes(buf_bytes(&kernel), ret->kernel);
    kernel_hashes_bytes(buf_bytes(&archive), ret->initrd);
    kernel_hashes_cmdline(m->cmdline, ret->cmdline);
    return put_file(m, IMAGE_KERNEL, 0644, buf_bytes(&kernel), err) &&
           put_file(m, IMAGE_INITRD, 0644, buf_bytes(&archive), err) &&
           put_file(m, IMAGE_CMDLINE, 0644, bytes_of_string(m->cmdline), err);
}

static bool make_reference(const struct making *m,
                           const struct kernel_hash_table *hashes,
                           struct sevk_error *err)
{
    const struct image_options *o = m->o;
    const bool es = (o->policy & POLICY_ES) != 0;
    OWN(own_free) struct reference *r = calloc(1, sizeof *r);
    OWN(own_free) char *path = NULL;
    struct firmware firmware;

    if (r == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!firmware_read(m->firmware, &firmware, err) ||
        !firmware_check_hash_area(&firmware, err) ||
        !path_join(m->stage, IMAGE_REFERENCE, &path, err)) {
        return false;
    }
    r->type = es ? REFERENCE_SEV_ES : REFERENCE_SEV;
    r->has_firmware = true;
    r->firmware_size = firmware.size;
    memcpy(r->firmware_digest, firmware.digest, SHA256_LEN);
    r->has_kernel_hashes = true;
    r->kernel_hashes = *hashes;
    r->has_policy = true;
    r->policy = o->policy;
    r->has_vcpus = true;
    r->vcpus = o->vcpus;
    r->has_cpu_signature = es;
    r->cpu_signature = o->cpu_signature;
    return reference_write(path, r, err);
}

static bool make_domain(const struct making *m, struct sevk_error *err)
{
    const struct image_options *o = m->o;
    OWN(own_free) char *kernel = NULL;
    OWN(own_free) char *initrd = NULL;
    OWN(own_free) char *disk = NULL;
    OWN(buf_free) struct buf xml = { 0 };

    return path_join(m->out, IMAGE_KERNEL, &kernel, err) &&
           path_join(m->out, IMAGE_INITRD, &initrd, err) &&
           path_join(m->out, IMAGE_DISK, &disk, err) &&
           domain_write(&(struct domain){ .name = o->name,
                                          .firmware = m->firmware,
                                          .kernel = kernel,
                                          .initrd = initrd,
                                          .cmdline = m->cmdline,
                                          .disk = disk,
                                          .console = o->console,
                                          .cpu = o->cpu,
                                          .policy = o->policy,
                                          .vcpus = o->vcpus,
                                          .memory_mib = o->memory_mib,
                                          .locked = !o->session },
                        &xml, err) &&
           put_file(m, IMAGE_DOMAIN, 0644, buf_bytes(&xml), err);
}

static bool finish(struct making *m, struct image_result *ret,
                   struct sevk_error *err)
{
    if (rename(m->stage, m->o->out) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", m->o->out);
    }
    free(m->stage);
    m->stage = NULL;
    *ret = (struct image_result){ .disk_size = LUKS_HEADER_LEN + m->size,
                                  .initrd_size = m->initrd_size,
                                  .out = TAKE(m->out) };
    return true;
}

bool image_create(const struct image_options *options, struct image_result *ret,
                  struct sevk_error *err)
{
    OWN(drop_making) struct making m = { .o = options };
    struct kernel_hash_table hashes;

    return begin(&m, err) && make_disk(&m, err) &&
           make_boot(&m, &hashes, err) && make_reference(&m, &hashes, err) &&
           make_domain(&m, err) && finish(&m, ret, err);
}
