/* SPDX-License-Identifier: Apache-2.0 */
/* A host as it was recorded: named pieces of text, in memory or a directory. */
#ifndef SEVKIT_HOST_RECORD_H
#define SEVKIT_HOST_RECORD_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * All that is known of a host passes through a record: it is gathered from the
 * machine (gather.h) or loaded from a directory, and only then read (facts.h).
 * So what a support engineer was sent is judged as the machine itself would be.
 *
 * Each piece is text of at most RECORD_PIECE_MAX bytes; one that could not be
 * had is not there. What the pieces hold is described in sevkit-host-capture(1).
 * There is nothing secret in them.
 */
#define RECORD_PIECE_MAX ((size_t)1 << 20)

enum record_piece {
    RECORD_FORMAT,       /* "sevkit-host 1" */
    RECORD_CPUINFO,      /* /proc/cpuinfo, the first processor */
    RECORD_CPUID,        /* leaves, as "cpuid -r" writes them */
    RECORD_MSR,          /* "0xc0010010 0x…" */
    RECORD_OSRELEASE,    /* /proc/sys/kernel/osrelease */
    RECORD_MODULES,      /* "kvm_amd yes", "sev Y", "sev_es Y", "ccp yes" */
    RECORD_LOG,          /* the kernel's lines about memory encryption */
    RECORD_DEVICES,      /* "/dev/sev MODE UID GID ACCESS" or "/dev/sev absent";
                       * "libvirt-user NAME UID GID GROUP…" */
    RECORD_FIRMWARE,     /* "api 1.51", "build 3", … */
    RECORD_LIMITS,       /* "memlock BYTES|unlimited", "asids-sev N",
                       * "cgroup-memory BYTES|max", "cgroup-sev N|max",
                       * "libvirt-guests suspend|shutdown|off" */
    RECORD_IMAGES,       /* a line for each firmware image */
    RECORD_LIBVIRT,      /* "libvirt 9.0.0", "qemu 7.2.0" */
    RECORD_CAPABILITIES, /* libvirt's domain capabilities, XML */
    RECORD_DMI,          /* "sys_vendor …", "product_name …" */
    RECORD_PIECES,
};

struct host_record {
    bool has[RECORD_PIECES];
    struct buf text[RECORD_PIECES];
};

void host_record_clear(struct host_record *record); /* also for OWN() */

/* The name of a piece's file. */
const char *host_record_name(enum record_piece piece);

/* "" when the piece is not there. */
const char *host_record_text(const struct host_record *record,
                             enum record_piece piece);

/*
 * Reads DIR. Other files in it are ignored. SEVK_INPUT when it is no recording,
 * is of a newer format, or a piece is too long or holds a zero byte.
 */
SEVK_MUST_CHECK bool host_record_load(const char *dir, struct host_record *ret,
                                      struct sevk_error *err);

/* Makes DIR, which must not exist, and writes the pieces into it. */
SEVK_MUST_CHECK bool host_record_save(const struct host_record *record,
                                      const char *dir, struct sevk_error *err);

#endif
