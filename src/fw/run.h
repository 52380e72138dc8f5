/* SPDX-License-Identifier: Apache-2.0 */
/* What lives while the platform is up, shared by all its processes. */
#ifndef SEVKIT_FW_RUN_H
#define SEVKIT_FW_RUN_H

#include <stdatomic.h>

#include <sevkit/error.h>

#include "fw/profile.h"
#include "wire/status.h"

/*
 * DIR/run/state, mapped by every process. No keys are in it. It is written
 * under the main lock only; a process that dies in the middle of a change
 * leaves a state that makes sense, because each fact stands in one place and
 * each change ends with one store that makes it count:
 *
 *  - a slot is a guest exactly when its "state" is not SEV_GUEST_UNINIT;
 *  - an ASID is in use exactly when a guest's "asid" names it;
 *  - the platform is WORKING exactly when it is up and has a guest.
 *
 * Locks are open file description locks on the file: byte 0 is the main lock,
 * and each guest has a byte of its own that its process holds as long as it
 * lives. Guests are told apart by a serial number that is never given twice,
 * so a process notices when its guest was ended by another.
 */
#define RUN_HANDLES 1024u /* handles are 1 to this (formats.md 4.3) */

struct run_slot {
    _Atomic uint64_t serial;
    _Atomic uint32_t state; /* enum sev_guest_state */
    _Atomic uint32_t asid;  /* 0: not activated */
    uint32_t policy;
    uint32_t owner; /* the socket of its process (share.h), or 0 */
};

struct run_state {
    uint8_t magic[8];
    uint32_t version;
    uint32_t len;        /* of this struct */
    uint8_t boot_id[40]; /* of the machine's boot in which it was begun */
    _Atomic uint32_t up; /* INIT was done */
    uint32_t es;         /* INIT was done with SEV-ES */
    uint32_t external;   /* the platform has an owner of its own choice */
    uint32_t wbinvd;     /* caches were written back since it last mattered */
    uint64_t last_serial;
    uint64_t identity_serial; /* counts the changes of DIR/state */
    uint64_t dirty[(FW_PROFILE_MAX_ASID + 1) / 64]; /* ASIDs to be flushed */
    uint8_t boot[16]; /* drawn at each INIT: tells one from the next */
    uint32_t nv;      /* the identity is that of an INIT_EX area */
    uint32_t reserved;
    struct run_slot slots[RUN_HANDLES];
};

struct run {
    int fd;
    struct run_state *map;
};

/* Makes the file when there is none. Release with run_close(). */
SEVK_MUST_CHECK bool run_open(const char *dir, struct run *ret,
                              struct sevk_error *err);
void run_close(struct run *run); /* also for OWN(); { -1, NULL } is empty */

/* The main lock. It waits, for milliseconds. */
bool run_lock(struct run *run);
void run_unlock(struct run *run);

/* A guest's byte: taken by the process that makes it, and given back. */
bool run_hold(struct run *run, uint64_t serial);
void run_release(struct run *run, uint64_t serial);
/* Whether another process holds it. */
bool run_held_elsewhere(struct run *run, uint64_t serial);

/* The slot of HANDLE when it is a guest, else NULL. */
struct run_slot *run_guest(struct run *run, uint32_t handle);

uint32_t run_guest_count(const struct run *run);
uint32_t run_platform_state(const struct run *run);

/* The lowest handle that is free; 0 when there is none. */
uint32_t run_free_handle(const struct run *run);

/* Whether a guest is bound to ASID. */
bool run_asid_used(const struct run *run, uint32_t asid);
bool run_asid_dirty(const struct run *run, uint32_t asid);
/*
 * An ASID of the N from FIRST on to which no guest is bound, one that needs no
 * flushing if there is one; 0 when all are in use. What comes back may be in
 * use a moment later.
 */
uint32_t run_free_asid(const struct run *run, uint32_t first, uint32_t n);
void run_asids_all_dirty(struct run *run);
void run_asids_flushed(struct run *run);

/* DEACTIVATE: the ASID needs flushing before it is used again. */
void run_unbind(struct run *run, struct run_slot *slot);

/* Ends a guest, bound or not. */
void run_end(struct run *run, struct run_slot *slot);

#endif
