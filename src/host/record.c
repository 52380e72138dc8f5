/* SPDX-License-Identifier: Apache-2.0 */
/* A host as it was recorded: named pieces of text, in memory or a directory. */
#include "host/record.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"

static const char format[] = "sevkit-host 1\n";

static const char *const names[RECORD_PIECES] = {
    [RECORD_FORMAT] = "format",
    [RECORD_CPUINFO] = "cpuinfo",
    [RECORD_CPUID] = "cpuid",
    [RECORD_MSR] = "msr",
    [RECORD_OSRELEASE] = "osrelease",
    [RECORD_MODULES] = "modules",
    [RECORD_LOG] = "log",
    [RECORD_DEVICES] = "devices",
    [RECORD_FIRMWARE] = "firmware",
    [RECORD_LIMITS] = "limits",
    [RECORD_IMAGES] = "images",
    [RECORD_LIBVIRT] = "libvirt",
    [RECORD_CAPABILITIES] = "domcapabilities.xml",
    [RECORD_DMI] = "dmi",
};

_Static_assert(RECORD_PIECES <= FILE_SET_MAX, "a recording is one file set");

void host_record_clear(struct host_record *record)
{
    for (size_t i = 0; i < RECORD_PIECES; i++) {
        buf_free(&record->text[i]);
        record->has[i] = false;
    }
}

const char *host_record_name(enum record_piece piece)
{
    return names[piece];
}

const char *host_record_text(const struct host_record *record,
                             enum record_piece piece)
{
    return record->has[piece] ? buf_string(&record->text[piece]) : "";
}

static bool load_piece(const char *dir, enum record_piece piece,
                       struct host_record *record, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    struct buf *text = &record->text[piece];
    struct stat st;

    if (!path_join(dir, names[piece], &path, err)) {
        return false;
    }
    if (stat(path, &st) != 0 && errno == ENOENT) {
        return true;
    }
    if (!file_read(path, RECORD_PIECE_MAX, "recording", text, err)) {
        return false;
    }
    if (text->n > 0 && memchr(text->p, 0, text->n) != NULL) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%s' contains a zero byte: a recording is text",
                         path);
    }
    record->has[piece] = true;
    return true;
}

static bool check_format(const struct host_record *record, const char *dir,
                         struct sevk_error *err)
{
    const char *text = host_record_text(record, RECORD_FORMAT);

    if (strncmp(text, "sevkit-host ", 12) != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%s' is no recording of a host (its file 'format' "
                         "does not begin with 'sevkit-host'); make one with "
                         "'sevkit host capture DIR'",
                         dir);
    }
    if (strcmp(text, format) != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "the recording '%s' is of another format than this "
                         "sevkit reads (1); use the sevkit that made it",
                         dir);
    }
    return true;
}

bool host_record_load(const char *dir, struct host_record *ret,
                      struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };

    if (!load_piece(dir, RECORD_FORMAT, &record, err) ||
        !check_format(&record, dir, err)) {
        return false;
    }
    for (size_t i = RECORD_FORMAT + 1; i < RECORD_PIECES; i++) {
        if (!load_piece(dir, (enum record_piece)i, &record, err)) {
            return false;
        }
    }
    *ret = record;
    record = (struct host_record){ 0 };
    return true;
}

static bool add_piece(struct file_set *set, const char *dir, const char *name,
                      struct bytes content, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return path_join(dir, name, &path, err) &&
           file_set_add(set, path, 0644, content, err);
}

static bool save_pieces(const struct host_record *record, const char *dir,
                        struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };

    if (!add_piece(&set, dir, names[RECORD_FORMAT], bytes_of_string(format),
                   err)) {
        return false;
    }
    for (size_t i = RECORD_FORMAT + 1; i < RECORD_PIECES; i++) {
        if (record->has[i] &&
            !add_piece(&set, dir, names[i], buf_bytes(&record->text[i]), err)) {
            return false;
        }
    }
    return file_set_commit(&set, err);
}

bool host_record_save(const struct host_record *record, const char *dir,
                      struct sevk_error *err)
{
    if (mkdir(dir, 0755) != 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno,
                               "can't make the directory '%s'", dir);
    }
    if (!save_pieces(record, dir, err)) {
        (void)rmdir(dir);
        return false;
    }
    return true;
}
