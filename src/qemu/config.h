/* SPDX-License-Identifier: Apache-2.0 */
/* Where sevkit-qemu finds its platform and the real QEMU. */
#ifndef SEVKIT_QEMU_CONFIG_H
#define SEVKIT_QEMU_CONFIG_H

#include <sevkit/error.h>

/*
 * libvirt passes no environment to QEMU, so the program finds what it needs in
 * a file beside the path that it was started as (a link, usually, named
 * qemu-system-x86_64):
 *
 *   sevkit-qemu.conf   {"platform": DIR, "run": DIR, "qemu": FILE, "log": DIR,
 *                       "log-format": "text" or "json"}
 *
 * "log" may be missing: then the proxy says nothing; its lines are text if
 * nothing else is said. "qemu" is the real QEMU,
 * /usr/bin/qemu-system-x86_64 by default.
 */
#define CONFIG_NAME "sevkit-qemu.conf"

struct config {
    char *platform;
    char *run;
    char *qemu;
    char *log; /* NULL: none */
    bool log_json;
};

/* STARTED_AS is the path of the program as exec had it. */
SEVK_MUST_CHECK bool config_read(const char *started_as, struct config *ret,
                                 struct sevk_error *err);
void config_free(struct config *config); /* also for OWN() */

#endif
