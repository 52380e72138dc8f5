/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's libvirtd as a process: its environment, start and first answer. */
#ifndef SEVKIT_LAB_DAEMON_H
#define SEVKIT_LAB_DAEMON_H

#include "lab/plan.h"

/*
 * Starts libvirtd as a child of the caller, with an environment that leads it
 * to the lab: PATH with DIR/bin in front, the module preloaded, directories of
 * the lab, and no message bus.
 */
SEVK_MUST_CHECK bool daemon_start(const struct plan *plan, pid_t *ret_pid,
                                  struct sevk_error *err);

/* Whether something accepts connections on the lab's socket. */
bool daemon_answers(const struct plan *plan);

/* Fails with the last line that libvirtd logged. */
bool daemon_why(const struct plan *plan, struct sevk_error *err);

/* The lab's socket and the URI for it, from its directory. */
void daemon_socket(const char *dir, bool system,
                   char ret_socket[static LAB_PATH_LEN]);
void daemon_uri(const char *dir, bool system, char ret_uri[static LAB_URI_LEN]);

/* Whether something accepts connections on SOCKET. */
bool daemon_socket_answers(const char *socket);

#endif
