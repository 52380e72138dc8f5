/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a lab: read and written. */
#include "lab/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "base/own.h"

#define RECORD_MAX 4096
#define HEADER     "sevkit-lab 1"

bool record_boot_id(char ret[static BOOT_ID_LEN], struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!file_read("/proc/sys/kernel/random/boot_id", BOOT_ID_LEN - 1,
                   "boot id", &text, err)) {
        return false;
    }
    snprintf(ret, BOOT_ID_LEN, "%s", buf_string(&text));
    ret[strcspn(ret, "\n")] = '\0';
    return true;
}

/* "1234 567890" */
static bool parse_process(char *value, struct process *ret,
                          struct sevk_error *err)
{
    char *space = strchr(value, ' ');
    uint64_t start;
    uint64_t pid;

    if (space == NULL) {
        return sevk_fail(err, SEVK_INPUT, "no start time beside '%s'", value);
    }
    *space = '\0';
    if (!number_parse(value, 0, INT32_MAX, "process id", &pid, NULL) ||
        !number_parse(space + 1, 0, UINT64_MAX, "start time", &start, NULL)) {
        return sevk_fail(err, SEVK_INPUT, "'%s %s' names no process", value,
                         space + 1);
    }
    *ret = (struct process){ (pid_t)pid, start };
    return true;
}

static bool parse_line(char *line, const char *boot_id, struct record *r,
                       struct sevk_error *err)
{
    char *space = strchr(line, ' ');
    char *value = space == NULL ? line + strlen(line) : space + 1;

    if (space != NULL) {
        *space = '\0';
    }
    if (strcmp(line, "boot") == 0) {
        r->this_boot = strcmp(value, boot_id) == 0;
    } else if (strcmp(line, "mode") == 0) {
        r->system = strcmp(value, "system") == 0;
    } else if (strcmp(line, "platform") == 0) {
        if (strlen(value) >= sizeof(r->platform)) {
            return sevk_fail(err, SEVK_INPUT,
                             "the platform's path is too long");
        }
        memcpy(r->platform, value, strlen(value) + 1);
    } else if (strcmp(line, "supervisor") == 0) {
        return parse_process(value, &r->supervisor, err);
    } else if (strcmp(line, "libvirtd") == 0) {
        return parse_process(value, &r->libvirtd, err);
    } else {
        return sevk_fail(err, SEVK_INPUT, "unknown line '%s'", line);
    }
    return true;
}

bool record_parse(const char *text, const char *boot_id, struct record *ret,
                  struct sevk_error *err)
{
    struct record r = { 0 };
    char copy[RECORD_MAX];
    char *rest = NULL;

    if (strlen(text) >= sizeof(copy)) {
        return sevk_fail(err, SEVK_INPUT, "the record is too long");
    }
    memcpy(copy, text, strlen(text) + 1);
    char *line = strtok_r(copy, "\n", &rest);
    if (line == NULL || strcmp(line, HEADER) != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "it does not begin with '" HEADER "'");
    }
    while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
        if (!parse_line(line, boot_id, &r, err)) {
            return false;
        }
    }
    if (!r.this_boot) {
        r.supervisor = (struct process){ 0 };
        r.libvirtd = (struct process){ 0 };
    }
    *ret = r;
    return true;
}

/*
 * Processes are ended on the word of this file. In a place like /tmp somebody
 * else may have made the directory, and the file.
 */
static bool check_owner(int fd, const char *path, struct sevk_error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", path);
    }
    return (S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
            (st.st_mode & 022) == 0) ||
           sevk_fail(err, SEVK_REFUSED,
                     "'%s' is not yours, or others may write to it: it is not "
                     "believed; name another directory for the lab, or be the "
                     "user who started this one",
                     path);
}

bool record_read(const char *dir, bool *ret_there, struct record *ret,
                 struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(own_close) int fd = -1;
    OWN(buf_free) struct buf text = { 0 };
    char boot_id[BOOT_ID_LEN];

    if (!path_join(dir, "lab", &path, err)) {
        return false;
    }
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *ret = (struct record){ 0 };
        *ret_there = false;
        return true;
    }
    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "record of a lab '%s'",
                               path);
    }
    if (!check_owner(fd, path, err) || !record_boot_id(boot_id, err) ||
        !file_read_fd(fd, RECORD_MAX - 1, path, "record of a lab", &text,
                      err)) {
        return false;
    }
    if (!record_parse(buf_string(&text), boot_id, ret, err)) {
        return sevk_fail_in(err, "'%s' is no record of a lab", path);
    }
    *ret_there = true;
    return true;
}

bool record_write(const char *dir, const struct record *record,
                  struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    char boot_id[BOOT_ID_LEN];

    return path_join(dir, "lab", &path, err) && record_boot_id(boot_id, err) &&
           buf_printf(
               &text, err,
               HEADER "\nboot %s\nmode %s\nplatform %s\n"
                      "supervisor %d %ju\nlibvirtd %d %ju\n",
               boot_id, record->system ? "system" : "session", record->platform,
               (int)record->supervisor.pid, (uintmax_t)record->supervisor.start,
               (int)record->libvirtd.pid, (uintmax_t)record->libvirtd.start) &&
           file_replace(path, 0600, buf_bytes(&text), err);
}
