/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images: what their descriptors promise, and what they hold. */
#include "host/images.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "base/file.h"
#include "base/own.h"
#include "wire/ovmf_table.h"

#define DESCRIPTOR_MAX ((size_t)64 << 10)
#define DESCRIPTORS    256 /* in all folders */

/*
 * Where the distributions put images, the guide's two first; and for one with
 * Secure Boot the same build without.
 */
static const struct known {
    const char *path;
    const char *instead; /* of an image with Secure Boot; NULL: it has none */
} known[] = {
    { "/usr/share/qemu/ovmf-x86_64-code.bin", NULL },
    { "/usr/share/qemu/ovmf-x86_64-4m-code.bin", NULL },
    { "/usr/share/qemu/ovmf-x86_64-sev.bin", NULL },
    { "/usr/share/qemu/ovmf-x86_64.bin", NULL },
    { "/usr/share/qemu/ovmf-x86_64-4m.bin", NULL },
    { "/usr/share/edk2/ovmf/OVMF.amdsev.fd", NULL },
    { "/usr/share/edk2/ovmf/OVMF_CODE.fd", NULL },
    { "/usr/share/edk2/ovmf/OVMF_CODE.cc.fd", NULL },
    { "/usr/share/edk2/ovmf/OVMF_CODE_4M.qcow2", NULL },
    { "/usr/share/edk2/x64/OVMF_CODE.4m.fd", NULL },
    { "/usr/share/OVMF/OVMF_CODE.fd", NULL },
    { "/usr/share/OVMF/OVMF_CODE_4M.fd", NULL },
    { "/usr/share/ovmf/OVMF.amdsev.fd", NULL },
    { "/usr/share/qemu/ovmf-x86_64-ms-code.bin",
      "/usr/share/qemu/ovmf-x86_64-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-ms-4m-code.bin",
      "/usr/share/qemu/ovmf-x86_64-4m-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-smm-code.bin",
      "/usr/share/qemu/ovmf-x86_64-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-smm-ms-code.bin",
      "/usr/share/qemu/ovmf-x86_64-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-suse-code.bin",
      "/usr/share/qemu/ovmf-x86_64-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-suse-4m-code.bin",
      "/usr/share/qemu/ovmf-x86_64-4m-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-opensuse-code.bin",
      "/usr/share/qemu/ovmf-x86_64-code.bin" },
    { "/usr/share/qemu/ovmf-x86_64-opensuse-4m-code.bin",
      "/usr/share/qemu/ovmf-x86_64-4m-code.bin" },
    { "/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd",
      "/usr/share/edk2/ovmf/OVMF_CODE.fd" },
    { "/usr/share/edk2/ovmf/OVMF_CODE_4M.secboot.qcow2",
      "/usr/share/edk2/ovmf/OVMF_CODE_4M.qcow2" },
    { "/usr/share/edk2/x64/OVMF_CODE.secboot.4m.fd",
      "/usr/share/edk2/x64/OVMF_CODE.4m.fd" },
    { "/usr/share/OVMF/OVMF_CODE.secboot.fd", "/usr/share/OVMF/OVMF_CODE.fd" },
    { "/usr/share/OVMF/OVMF_CODE.ms.fd", "/usr/share/OVMF/OVMF_CODE.fd" },
    { "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd",
      "/usr/share/OVMF/OVMF_CODE_4M.fd" },
    { "/usr/share/OVMF/OVMF_CODE_4M.ms.fd", "/usr/share/OVMF/OVMF_CODE_4M.fd" },
};
#define N_KNOWN (sizeof known / sizeof *known)

const char *host_image_instead(const char *path)
{
    for (size_t i = 0; i < N_KNOWN; i++) {
        if (strcmp(known[i].path, path) == 0) {
            return known[i].instead;
        }
    }
    return NULL;
}

/* What is not in the table goes by how the distributions name such images. */
bool host_image_is_secure(const char *path)
{
    static const char *const parts[] = { "-ms-", "secboot", ".ms.fd", "-smm-",
                                         "snakeoil" };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strstr(path, parts[i]) != NULL) {
            return true;
        }
    }
    return host_image_instead(path) != NULL;
}

/* -- The image. -------------------------------------------------------------- */

static bool read_tail(const char *path, struct buf *ret)
{
    OWN(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    off_t from;

    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    from = st.st_size > (off_t)OVMF_TAIL_MAX ? st.st_size - (off_t)OVMF_TAIL_MAX
                                             : 0;
    return lseek(fd, from, SEEK_SET) == from &&
           file_read_fd(fd, OVMF_TAIL_MAX, path, "firmware", ret, NULL);
}

/* A base of 0 is no place for anything: QEMU refuses it (formats.md 6.1). */
static bool is_real(const struct ovmf_area *area)
{
    return area->present && area->base != 0 && area->size != 0;
}

bool host_image_describe(const char *root, const char *path, struct buf *to,
                         struct sevk_error *err)
{
    OWN(own_free) char *full = NULL;
    OWN(buf_free) struct buf tail = { 0 };
    struct ovmf_table table = { 0 };

    if (asprintf(&full, "%s%s", root, path) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!read_tail(full, &tail)) {
        return access(full, F_OK) != 0 || buf_append_string(to, " exists", err);
    }
    if (!ovmf_table_decode(buf_bytes(&tail), &table, NULL) || !table.present) {
        return buf_append_string(to, " exists", err);
    }
    return buf_printf(to, err, " exists table%s%s%s",
                      table.has_reset_vector && table.reset_vector != 0
                          ? " reset-vector"
                          : "",
                      is_real(&table.secret) ? " secret-area" : "",
                      is_real(&table.hashes) ? " hash-area" : "");
}

/* -- Descriptors. ------------------------------------------------------------- */

static struct json_object *member(struct json_object *in, const char *key)
{
    struct json_object *found = NULL;

    return json_object_object_get_ex(in, key, &found) ? found : NULL;
}

static bool list_has(struct json_object *list, const char *text, bool prefix)
{
    size_t n = json_object_is_type(list, json_type_array)
                   ? json_object_array_length(list)
                   : 0;

    for (size_t i = 0; i < n; i++) {
        struct json_object *at = json_object_array_get_idx(list, i);
        const char *item = json_object_is_type(at, json_type_string)
                               ? json_object_get_string(at)
                               : "";

        if (prefix ? strncmp(item, text, strlen(text)) == 0
                   : strcmp(item, text) == 0) {
            return true;
        }
    }
    return false;
}

/* Of the targets, those of this architecture. */
static bool targets(struct json_object *list, bool *ret_q35)
{
    size_t n = json_object_is_type(list, json_type_array)
                   ? json_object_array_length(list)
                   : 0;
    bool found = false;

    for (size_t i = 0; i < n; i++) {
        struct json_object *at = json_object_array_get_idx(list, i);
        struct json_object *arch = member(at, "architecture");

        if (arch != NULL &&
            strcmp(json_object_get_string(arch), "x86_64") == 0) {
            found = true;
            *ret_q35 =
                *ret_q35 || list_has(member(at, "machines"), "pc-q35", true);
        }
    }
    return found;
}

/* Where the executable stands depends on the kind of mapping. */
static const char *path_of(struct json_object *mapping, const char **ret_mode)
{
    struct json_object *mode = member(mapping, "mode");
    struct json_object *path =
        member(member(mapping, "executable"), "filename");

    *ret_mode = mode == NULL ? "split" : json_object_get_string(mode);
    if (path == NULL) {
        path = member(mapping, "filename");
        *ret_mode = "memory";
    }
    return path != NULL && json_object_is_type(path, json_type_string)
               ? json_object_get_string(path)
               : NULL;
}

/* A path with a space or a control character would break the line. */
static bool is_plain(const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s <= ' ' || *s == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool put_features(struct json_object *list, struct buf *to,
                         struct sevk_error *err)
{
    static const char *const features[] = { "amd-sev", "amd-sev-es",
                                            "amd-sev-snp", "secure-boot" };

    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        if (list_has(list, features[i], false) &&
            !buf_printf(to, err, " %s", features[i])) {
            return false;
        }
    }
    return true;
}

static bool put_descriptor(struct json_object *d, const char *name,
                           const char *root, struct buf *to,
                           struct sevk_error *err)
{
    bool q35 = false;
    const char *mode = "";
    const char *path = path_of(member(d, "mapping"), &mode);

    if (!list_has(member(d, "interface-types"), "uefi", false) ||
        !targets(member(d, "targets"), &q35) || path == NULL ||
        path[0] != '/' || !is_plain(path) || !is_plain(mode) ||
        !is_plain(name)) {
        return true;
    }
    return buf_printf(to, err, "%s descriptor=%s mode=%s%s", path, name, mode,
                      q35 ? " q35" : "") &&
           put_features(member(d, "features"), to, err) &&
           host_image_describe(root, path, to, err) &&
           buf_append_string(to, "\n", err);
}

static void own_json(struct json_object **o)
{
    json_object_put(*o);
    *o = NULL;
}

static bool gather_descriptor(const char *dir, const char *name,
                              const char *root, struct buf *to,
                              struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    OWN(own_json) struct json_object *d = NULL;

    if (!path_join(dir, name, &path, err)) {
        return false;
    }
    if (!file_read(path, DESCRIPTOR_MAX, "descriptor", &text, NULL)) {
        return true;
    }
    d = json_tokener_parse(buf_string(&text));
    return !json_object_is_type(d, json_type_object) ||
           put_descriptor(d, name, root, to, err);
}

static int is_descriptor(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

static bool gather_folder(const char *dir, const char *hidden_by,
                          const char *root, struct buf *to,
                          struct sevk_error *err)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, is_descriptor, alphasort);
    bool ok = true;

    for (int i = 0; i < n; i++) {
        OWN(own_free) char *other = NULL;
        const char *name = entries[i]->d_name;

        if (ok && i < DESCRIPTORS) {
            ok = hidden_by == NULL || path_join(hidden_by, name, &other, err);
            if (ok && (other == NULL || access(other, F_OK) != 0)) {
                ok = gather_descriptor(dir, name, root, to, err);
            }
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* -- Images that no descriptor names. --------------------------------------------- */

static bool is_named(const struct buf *text, const char *path)
{
    const char *at = buf_string(text);
    size_t n = strlen(path);

    while (at != NULL) {
        if (strncmp(at, path, n) == 0 && at[n] == ' ') {
            return true;
        }
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    return false;
}

static bool gather_known(const char *root, struct buf *to,
                         struct sevk_error *err)
{
    for (size_t i = 0; i < N_KNOWN; i++) {
        OWN(own_free) char *full = NULL;

        if (asprintf(&full, "%s%s", root, known[i].path) < 0) {
            return sevk_fail(err, SEVK_HOST, "out of memory");
        }
        if (access(full, F_OK) != 0 || is_named(to, known[i].path)) {
            continue;
        }
        if (!buf_append_string(to, known[i].path, err) ||
            (known[i].instead != NULL &&
             !buf_append_string(to, " secure-boot", err)) ||
            !host_image_describe(root, known[i].path, to, err) ||
            !buf_append_string(to, "\n", err)) {
            return false;
        }
    }
    return true;
}

bool host_images_gather(const char *root, struct buf *to,
                        struct sevk_error *err)
{
    OWN(own_free) char *ours = NULL;
    OWN(own_free) char *theirs = NULL;

    if (asprintf(&ours, "%s/etc/qemu/firmware", root) < 0 ||
        asprintf(&theirs, "%s/usr/share/qemu/firmware", root) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    return gather_folder(ours, NULL, root, to, err) &&
           gather_folder(theirs, ours, root, to, err) &&
           gather_known(root, to, err);
}
