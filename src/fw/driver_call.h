/* SPDX-License-Identifier: Apache-2.0 */
/* How a driver issues commands and lends buffers for them. */
#ifndef SEVKIT_FW_DRIVER_CALL_H
#define SEVKIT_FW_DRIVER_CALL_H

#include "fw/driver.h"

/*
 * For the driver's own files, and for who stands in for Linux's drivers with
 * all that they can do (preload/): whatever a program asks for reaches the
 * firmware as it is, and its status comes back.
 */
#define LENT_MAX 4 /* the most buffers that one command takes */

struct lent {
    uintptr_t at;
    size_t n;
    bool writable;
};

struct driver {
    struct fw *fw;
    struct fw_memory guest; /* the caller's memory */
    struct lent lent[LENT_MAX];
    size_t n_lent;
};

/*
 * An address at which the firmware reads, or writes, memory of this process
 * during the next command. After the command nothing is lent any more.
 */
uint64_t driver_lend_to_read(struct driver *d, struct bytes b);
uint64_t driver_lend_to_write(struct driver *d, uint8_t *p, size_t n);

/* One command; its status. */
uint32_t driver_issue(struct driver *d, uint32_t cmd, uint8_t *buf, size_t len);

/*
 * ACTIVATE with a free ASID of the kind that POLICY asks for, flushing as
 * needed. RESOURCE_LIMIT when there is none.
 */
uint32_t driver_bind(struct driver *d, uint32_t handle, uint32_t policy,
                     uint32_t *ret_asid);

/* A command whose buffer is a guest's handle alone; its status. */
uint32_t driver_issue_on_guest(struct driver *d, uint32_t cmd, uint32_t handle);

/* Fails with STATUS: "SEV firmware: COMMAND: …". */
bool driver_fail(uint32_t cmd, uint32_t status, struct sevk_error *err);

/* One command that has to succeed. */
SEVK_MUST_CHECK bool driver_call(struct driver *d, uint32_t cmd, uint8_t *buf,
                                 size_t len, struct sevk_error *err);

#endif
