/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's directory: where it is, what lies where, locking and removing. */
#ifndef SEVKIT_LAB_LAYOUT_H
#define SEVKIT_LAB_LAYOUT_H

#include "lab/lab.h"

/*
 * Names in the directory. They are short because of the sockets below them:
 * a path of unix(7) has 107 characters. The longest that libvirt makes is a
 * session's
 *     c/libvirt/qemu/lib/domain-12345-abcdefghijklmnopqrst/monitor.sock
 * (it cuts the domain's name at 20 characters), which leaves 41 for DIR.
 */
#define LAB_DIR_MAX 41

#define LAB_RECORD       "lab"
#define LAB_LOCK         "lock"
#define LAB_BIN          "bin"
#define LAB_WRAPPER      "bin/qemu-system-x86_64"
#define LAB_WRAPPER_CONF "bin/sevkit-qemu.conf"
#define LAB_MODULE       "bin/libvirtd-preload.so"
#define LAB_MODULE_CONF  "bin/host"
#define LAB_TOOLS        "tools"
#define LAB_KVM          "kvm"
#define LAB_PLATFORM     "platform"
#define LAB_RUN          "run"
#define LAB_LOG          "log"
#define LAB_LIBVIRTD_LOG "log/libvirtd.log"
#define LAB_OUTPUT_LOG   "log/supervisor.log"
#define LAB_DRIVERS      "drivers"
#define LAB_FIRMWARE     "firmware"
#define LAB_CONF         "libvirtd.conf"
#define LAB_HOME         "h"

/* A system instance: these lie over libvirt's own places. */
#define LAB_LIBVIRT       "libvirt"
#define LAB_ETC           "libvirt/etc"
#define LAB_VAR_LIB       "libvirt/lib"
#define LAB_VAR_CACHE     "libvirt/cache"
#define LAB_VAR_LOG       "libvirt/log"
#define LAB_VAR_RUN       "libvirt/run"
#define LAB_SYSTEM_SOCKET "libvirt/run/libvirt-sock"
#define LAB_SYSTEM_PIDS   "libvirt/run/qemu"

/* A session instance: XDG_CONFIG_HOME, XDG_RUNTIME_DIR. */
#define LAB_CONFIG         "c"
#define LAB_RUNTIME        "r"
#define LAB_SESSION_SOCKET "r/libvirt/libvirt-sock"
#define LAB_SESSION_PIDS   "r/libvirt/qemu/run"

/* "DIR/NAME". It always fits: DIR is checked, and NAME is one of the above. */
void layout_path(const char *dir, const char *name,
                 char ret[static LAB_PATH_LEN]);

/*
 * The absolute path of the lab in DIR (NULL: the default), with no check of
 * whether there is one. Refused: a path that is too long, has characters that
 * would not survive in a URI, a configuration file or PATH, or lies in one of
 * the places that a system instance covers.
 */
SEVK_MUST_CHECK bool layout_resolve(const char *dir,
                                    char ret[static LAB_PATH_LEN],
                                    struct sevk_error *err);

/*
 * Makes DIR (0700) if need be, and checks that it can be a lab's: ours alone,
 * not a symbolic link, and empty but for what a lab leaves there.
 */
SEVK_MUST_CHECK bool layout_make_dir(const char *dir, struct sevk_error *err);

/*
 * Locks DIR/lock. *ret_fd is the lock's holder (closed on exec; a fork shares
 * it), or -1 when somebody else holds it.
 */
SEVK_MUST_CHECK bool layout_lock(const char *dir, int *ret_fd,
                                 struct sevk_error *err);

/*
 * Whether NAME is what a lab makes in its directory, or what every directory
 * may have (".", "..", "lost+found").
 */
bool layout_is_entry(const char *name);

/*
 * Removes all that a lab makes in DIR, and DIR when nothing is left; what is
 * not a lab's stays. Symbolic links and other file systems are not followed.
 */
SEVK_MUST_CHECK bool layout_remove(const char *dir, bool keep_platform,
                                   struct sevk_error *err);

#endif
