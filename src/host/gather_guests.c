/* SPDX-License-Identifier: Apache-2.0 */
/* Records how a machine runs guests: their user, control group, and end. */
#include "host/gather_guests.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "host/lines.h"

#define ETC_MAX ((size_t)1 << 20) /* of a file in /etc */

static bool read_file(const char *root, const char *path, struct buf *ret)
{
    OWN(own_free) char *full = NULL;

    return asprintf(&full, "%s%s", root, path) >= 0 &&
           file_read(full, ETC_MAX, path, ret, NULL) &&
           (ret->n == 0 || memchr(ret->p, 0, ret->n) == NULL);
}

bool gather_line(const char *root, const char *path, char *ret, size_t n)
{
    OWN(buf_free) struct buf text = { 0 };
    const char *at;

    if (!read_file(root, path, &text)) {
        return false;
    }
    at = buf_string(&text);
    return lines_next(&at, ret, n);
}

bool gather_exists(const char *root, const char *path)
{
    OWN(own_free) char *full = NULL;
    struct stat st;

    return asprintf(&full, "%s%s", root, path) >= 0 && stat(full, &st) == 0;
}

/* -- The user. ----------------------------------------------------------------- */

/* The Nth field of a line of /etc/passwd or group. */
static bool field(const char *line, size_t n, char *ret, size_t size)
{
    size_t len;

    for (; n > 0; n--) {
        line = strchr(line, ':');
        if (line == NULL) {
            return false;
        }
        line++;
    }
    len = strcspn(line, ":");
    if (len >= size) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        ret[i] = line[i];
    }
    ret[len] = '\0';
    return true;
}

/* user = "qemu", as libvirt's qemu.conf has it; a comment is none. */
static bool configured_user(const char *root, char *ret, size_t n)
{
    OWN(buf_free) struct buf text = { 0 };
    const char *at;
    char line[256];

    if (!read_file(root, "/etc/libvirt/qemu.conf", &text)) {
        return false;
    }
    at = buf_string(&text);
    while (lines_next(&at, line, sizeof line)) {
        char name[40];

        if ((sscanf(line, "user = \"%39[^\"]\"", name) == 1 ||
             sscanf(line, "user=\"%39[^\"]\"", name) == 1) &&
            strlen(name) < n) {
            snprintf(ret, n, "%s", name[0] == '+' ? name + 1 : name);
            return true;
        }
    }
    return false;
}

/* The user's line, by name or number. */
static bool find_user(const char *passwd, const char *name, char *ret, size_t n)
{
    char first[64];

    while (lines_next(&passwd, ret, n)) {
        if ((field(ret, 0, first, sizeof first) && strcmp(first, name) == 0) ||
            (field(ret, 2, first, sizeof first) && strcmp(first, name) == 0)) {
            return true;
        }
    }
    return false;
}

/* Is NAME one of the members "a,b,c"? */
static bool is_member(const char *members, const char *name)
{
    size_t n = strlen(name);

    while (*members != '\0') {
        size_t len = strcspn(members, ",");

        if (len == n && strncmp(members, name, n) == 0) {
            return true;
        }
        members += len + (members[len] == ',' ? 1 : 0);
    }
    return false;
}

static bool put_groups(const char *root, const char *name, struct buf *to,
                       struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    const char *at;
    char line[1024];

    if (!read_file(root, "/etc/group", &text)) {
        return true;
    }
    at = buf_string(&text);
    while (lines_next(&at, line, sizeof line)) {
        char members[900];
        char gid[16];

        if (field(line, 3, members, sizeof members) &&
            is_member(members, name) && field(line, 2, gid, sizeof gid) &&
            !buf_printf(to, err, " %s", gid)) {
            return false;
        }
    }
    return true;
}

static bool put_user(const char *root, const char *line, struct buf *to,
                     struct sevk_error *err)
{
    char name[40];
    char uid[16];
    char gid[16];

    if (!field(line, 0, name, sizeof name) ||
        !field(line, 2, uid, sizeof uid) || !field(line, 3, gid, sizeof gid)) {
        return true;
    }
    return buf_printf(to, err, "libvirt-user %s %s %s", name, uid, gid) &&
           put_groups(root, name, to, err) && buf_append_string(to, "\n", err);
}

bool gather_libvirt_user(const char *root, struct buf *to,
                         struct sevk_error *err)
{
    static const char *const usual[] = { "libvirt-qemu", "qemu" };
    OWN(buf_free) struct buf passwd = { 0 };
    char name[40];
    char line[512];

    if (!read_file(root, "/etc/passwd", &passwd)) {
        return true;
    }
    if (configured_user(root, name, sizeof name)) {
        return !find_user(buf_string(&passwd), name, line, sizeof line) ||
               put_user(root, line, to, err);
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (find_user(buf_string(&passwd), usual[i], line, sizeof line)) {
            return put_user(root, line, to, err);
        }
    }
    return true;
}

/* -- The control group, and the host's shutdown. --------------------------------- */

/* Version 2 has the slice of all guests, once one ran. */
static bool gather_slice(const char *root, struct buf *to,
                         struct sevk_error *err)
{
    OWN(buf_free) struct buf misc = { 0 };
    char line[40];

    if (gather_line(root, "/sys/fs/cgroup/machine.slice/memory.max", line,
                    sizeof line) &&
        !buf_printf(to, err, "cgroup-memory %s\n", line)) {
        return false;
    }
    return !read_file(root, "/sys/fs/cgroup/machine.slice/misc.max", &misc) ||
           !lines_value(buf_string(&misc), "sev", line, sizeof line) ||
           buf_printf(to, err, "cgroup-sev %s\n", line);
}

/* The first setting in a file; a line that is a comment is none. */
static void setting_of(const char *text, char *ret, size_t n)
{
    char line[160];

    while (lines_next(&text, line, sizeof line)) {
        char word[16];

        if (sscanf(line, "ON_SHUTDOWN=%*[\"']%15[a-z]", word) == 1 ||
            sscanf(line, "ON_SHUTDOWN=%15[a-z]", word) == 1) {
            snprintf(ret, n, "%s", word);
            return;
        }
    }
}

/*
 * libvirt's own preset is "suspend", Debian's "shutdown"; the program has it,
 * and the files of the machine may set another.
 */
static void shutdown_of(const char *root, char *ret, size_t n)
{
    static const char *const files[] = { "/usr/libexec/libvirt-guests.sh",
                                         "/usr/lib/libvirt/libvirt-guests.sh",
                                         "/etc/sysconfig/libvirt-guests",
                                         "/etc/default/libvirt-guests" };

    snprintf(ret, n, "suspend");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        OWN(buf_free) struct buf text = { 0 };

        if (read_file(root, files[i], &text)) {
            setting_of(buf_string(&text), ret, n);
        }
    }
}

bool gather_guests(const char *root, struct buf *to, struct sevk_error *err)
{
    char how[16] = "off";

    if (!gather_slice(root, to, err)) {
        return false;
    }
    if (!gather_exists(root, "/etc/systemd/system")) {
        return true;
    }
    if (gather_exists(root, "/etc/systemd/system/multi-user.target.wants/"
                            "libvirt-guests.service")) {
        shutdown_of(root, how, sizeof how);
    }
    return buf_printf(to, err, "libvirt-guests %s\n", how);
}
