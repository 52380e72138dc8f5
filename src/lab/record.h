/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a lab: the file DIR/lab, which tells who runs there. */
#ifndef SEVKIT_LAB_RECORD_H
#define SEVKIT_LAB_RECORD_H

#include "lab/lab.h"
#include "lab/process.h"

/*
 * Lines of "key value", replaced as a whole:
 *
 *     sevkit-lab 1
 *     boot 0f8fad5b-d9cb-469f-a165-70867728950e
 *     mode system
 *     platform /run/sevkit-lab/platform
 *     supervisor 1234 567890
 *     libvirtd 1236 567893
 *
 * After a reboot (another boot id) its processes are nobody. The processes are
 * pid 0 where none is recorded.
 */
struct record {
    bool system;
    bool this_boot;
    char platform[LAB_PATH_LEN];
    struct process supervisor;
    struct process libvirtd;
};

#define BOOT_ID_LEN 64

SEVK_MUST_CHECK bool record_boot_id(char ret[static BOOT_ID_LEN],
                                    struct sevk_error *err);

/* As the text of the file. Processes of another boot come out as nobody. */
SEVK_MUST_CHECK bool record_parse(const char *text, const char *boot_id,
                                  struct record *ret, struct sevk_error *err);

/*
 * Reads DIR/lab. *ret_there is false, and the record all zeros, when there is
 * no such file. One that another user owns or may write is SEVK_REFUSED.
 */
SEVK_MUST_CHECK bool record_read(const char *dir, bool *ret_there,
                                 struct record *ret, struct sevk_error *err);

SEVK_MUST_CHECK bool record_write(const char *dir, const struct record *record,
                                  struct sevk_error *err);

#endif
