/* SPDX-License-Identifier: Apache-2.0 */
/* Forking away from libvirt, and becoming QEMU. */
#ifndef SEVKIT_QEMU_PROCESS_H
#define SEVKIT_QEMU_PROCESS_H

#include <sys/types.h>

#include <sevkit/error.h>

/*
 * The process that libvirt started becomes QEMU itself, so that libvirt's pid
 * is QEMU's. What goes on beside it is a grandchild, which nobody waits for,
 * and which holds nothing of what libvirt handed down but what it names: a
 * pipe of libvirt's that stayed open in it would never come to its end.
 */

/*
 * Forks it. In the grandchild *RET_REPORT is the socket for its one report,
 * standard input, output and error are /dev/null, all descriptors but those of
 * KEEP (negative ones are passed over) are closed, and the result is 0. In the
 * caller the result is 1 and *RET_REPORT the other end. -1: failed.
 */
int process_fork_away(const int *keep, size_t n, int *ret_report,
                      struct sevk_error *err);

/* The grandchild's report: done, or one sentence why not. */
void process_report(int report, bool ok, const struct sevk_error *why);

/* The caller's side: waits for the report. A grandchild that ends without one
 * is an error, too. */
SEVK_MUST_CHECK bool process_hear(int report, struct sevk_error *err);

/* A descriptor that becomes readable when process PID ends. */
SEVK_MUST_CHECK bool process_watch(pid_t pid, int *ret_pidfd,
                                   struct sevk_error *err);

/* Lets a descriptor live on behind exec; -1 is passed over. */
SEVK_MUST_CHECK bool process_hand_down(int fd, struct sevk_error *err);

/*
 * Becomes PROGRAM. The preload library that libvirtd may have been given is
 * for libvirtd alone. Returns only on failure.
 */
bool process_become(const char *program, char *const *argv,
                    struct sevk_error *err);

#endif
