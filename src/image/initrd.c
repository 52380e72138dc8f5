/* SPDX-License-Identifier: Apache-2.0 */
/* The initrd that opens the encrypted root with the injected secret. */
#include "image/initrd.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "image/cpio.h"
#include "image/elf.h"
#include "image/modules.h"
#include "image/programs.h"
#include "image/tool.h"

#define BUSYBOX_LEN_MAX ((size_t)16 << 20)

/* What init calls; each is a name of busybox. */
static const char *const applets[] = {
    "cat",   "echo",  "grep",      "head",        "insmod", "ls",
    "mkdir", "mount", "poweroff",  "reboot",      "rm",     "sh",
    "sleep", "sync",  "sha256sum", "switch_root", "umount",
};

/* Needed ones must be there, as a file or built in. */
static const struct {
    const char *name;
    bool needed;
} wanted[] = {
    { "virtio_pci", true },  { "virtio_blk", true },   { "virtio_scsi", false },
    { "sd_mod", false },     { "dm_mod", true },       { "dm_crypt", true },
    { "xts", true },         { "aesni_intel", false }, { "ext4", true },
    { "efi_secret", false },
};

static const char *const folders[] = { "dev", "proc", "root", "run", "sys" };

static bool add_busybox(struct cpio *cpio, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf content = { 0 };
    const char *interpreter = NULL;

    if (!tool_find("busybox", "busybox-static", &path, err) ||
        !file_read(path, BUSYBOX_LEN_MAX, "busybox", &content, err) ||
        !elf_interpreter(buf_bytes(&content), path, &interpreter, err)) {
        return false;
    }
    if (interpreter != NULL) {
        return sevk_fail(err, SEVK_HOST,
                         "'%s' is not static: install busybox-static", path);
    }
    if (!cpio_add_file(cpio, "bin/busybox", 0755, buf_bytes(&content), err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof applets / sizeof applets[0]; i++) {
        char link[32];

        snprintf(link, sizeof link, "bin/%s", applets[i]);
        if (!cpio_add_link(cpio, link, "busybox", err)) {
            return false;
        }
    }
    return true;
}

/* argon2's threads end by a library that they look for only then. */
static bool add_cryptsetup(struct cpio *cpio, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return tool_find("cryptsetup", "cryptsetup-bin", &path, err) &&
           programs_add(cpio, "cryptsetup", path, err) &&
           programs_add_library(cpio, "libgcc_s.so.1", err);
}

static bool resolve(const char *dir, struct module_list *list,
                    struct sevk_error *err)
{
    OWN(module_tree_free) struct module_tree *tree = NULL;

    if (!module_tree_open(dir, &tree, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        bool found = false;

        if (!module_tree_add(tree, wanted[i].name, list, &found, err)) {
            return false;
        }
        if (!found && wanted[i].needed &&
            !module_tree_is_builtin(tree, wanted[i].name)) {
            return sevk_fail(err, SEVK_INPUT,
                             "'%s' has no module '%s', and modules.builtin "
                             "does not list it: is it all of the kernel's?",
                             dir, wanted[i].name);
        }
    }
    return true;
}

static bool add_modules(struct cpio *cpio, const char *dir,
                        struct sevk_error *err)
{
    OWN(module_list_free) struct module_list list = { 0 };
    OWN(buf_free) struct buf order = { 0 };

    if (!resolve(dir, &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.n; i++) {
        char path[128];

        snprintf(path, sizeof path, "lib/modules/%s.ko", list.items[i].name);
        if (!cpio_add_file(cpio, path, 0644, buf_bytes(&list.items[i].content),
                           err) ||
            !buf_printf(&order, err, "%s.ko\n", list.items[i].name)) {
            return false;
        }
    }
    return cpio_add_file(cpio, "etc/sevkit/modules", 0644, buf_bytes(&order),
                         err);
}

static bool add_settings(struct cpio *cpio, const struct initrd_options *o,
                         struct sevk_error *err)
{
    char digest[2 * SHA256_LEN + 1];
    OWN(buf_free) struct buf text = { 0 };

    hex_format(bytes_make(o->header_digest, SHA256_LEN), digest);
    return buf_printf(&text, err,
                      "header_length=%" PRIu64 "\nheader_sha256=%s\n",
                      o->header_len, digest) &&
           cpio_add_file(cpio, "etc/sevkit/disk", 0644, buf_bytes(&text), err);
}

bool initrd_make(const struct initrd_options *o, struct buf *ret,
                 struct sevk_error *err)
{
    OWN(cpio_free) struct cpio cpio = { 0 };

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (!cpio_add_dir(&cpio, folders[i], err)) {
            return false;
        }
    }
    return cpio_add_file(&cpio, "init", 0755,
                         bytes_make(initrd_init, initrd_init_len), err) &&
           add_busybox(&cpio, err) && add_cryptsetup(&cpio, err) &&
           programs_add(&cpio, "sevkit-guest", o->guest, err) &&
           add_modules(&cpio, o->modules, err) && add_settings(&cpio, o, err) &&
           cpio_write(&cpio, ret, err);
}
