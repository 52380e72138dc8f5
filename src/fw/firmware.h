/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's inside: its state, the guests' keys, the command table. */
#ifndef SEVKIT_FW_FIRMWARE_H
#define SEVKIT_FW_FIRMWARE_H

#include <pthread.h>

#include "crypto/aes_xts.h"
#include "crypto/hash.h"
#include "fw/channel.h"
#include "fw/chip.h"
#include "fw/fw.h"
#include "fw/identity.h"
#include "fw/run.h"

/*
 * A guest of this process: what only the process that made it knows. The rest
 * (state, policy, ASID) stands in its slot (run.h). "serial" ties the two: when
 * the slot's is another, the guest was ended.
 */
struct fw_guest {
    uint64_t serial;
    struct sevk_secret vek; /* memory encryption key, 16 bytes */
    struct aes128_xts
        *memory_key;        /* the same, ready for use, or NULL (mem.c) */
    struct channel channel; /* TEK, TIK; empty after LAUNCH_FINISH */
    struct sha256 launch;   /* over what was loaded so far */
    uint8_t
        digest[SHA256_LEN]; /* of the whole launch, from LAUNCH_MEASURE on */
    uint8_t measure[32];    /* what LAUNCH_MEASURE returned */
};

void fw_guest_free(struct fw_guest **guest); /* wipes; also for OWN() */

/*
 * The area of an INIT_EX that this process did: it follows what becomes of the
 * platform's identity, at the end of this process's next command at the latest.
 */
struct fw_nv {
    bool held;
    uint64_t paddr;
    uint8_t boot[16];         /* of the INIT_EX (run.h) */
    uint64_t identity_serial; /* of what was written there last */
};

/* How other processes get a key that may be shared (share.h). */
struct fw_share {
    int fd; /* listens; -1: none */
    uint32_t owner;
    pthread_mutex_t lock; /* held while "guests" changes */
};

struct fw {
    pid_t pid; /* of the process that may use it */
    char *dir;
    struct fw_memory memory;
    bool encrypt; /* guests' memory */
    struct rng rng;
    struct clock clock;
    struct fw_trace trace;
    struct run run;
    struct chip chip;
    struct identity identity; /* as of identity_serial */
    bool identity_loaded;
    uint64_t identity_serial;
    struct fw_nv nv;
    struct fw_guest *guests[RUN_HANDLES + 1]; /* this process's, by handle */
    struct fw_share share;
};

/*
 * One call of a command. A handler decodes "buf" with the command's codec, does
 * its work, and encodes its answer back into it; whether that reaches the
 * caller is the row's rule.
 */
#define COMMAND_BUF_MAX 80

struct command {
    const struct command_row *row;
    uint8_t buf[COMMAND_BUF_MAX];
    uint32_t handle;        /* of the guest; 0 for platform commands */
    struct run_slot *slot;  /* of the guest, or NULL */
    struct fw_guest *guest; /* its keys, for rows that need them, or NULL */
};

/* When the buffer is written back (formats.md 4.3, "Dispatch rule"). */
enum command_reply {
    REPLY_NEVER,
    REPLY_ON_SUCCESS,
    REPLY_ALSO_LENGTH, /* on success and with INVALID_LENGTH */
};

/*
 * The order of checks (formats.md 4.5): "first"; the platform's state; "early",
 * which may answer in the buffer; the guest's handle; the guest's state; the
 * handler. A command whose sheet has
 * another order sets STATE_LATER and calls command_check_guest_state() where
 * its place is.
 */
enum command_flags {
    GUEST_KEYS = 1,  /* the guest must be this process's */
    STATE_LATER = 2, /* the handler checks the guest's state itself */
    UNLOCKED = 4,    /* works on this process's guest alone: no main lock */
};

struct command_row {
    uint32_t id;
    const char *name;
    uint32_t (*run)(struct fw *fw, struct command *c);
    size_t len;
    enum command_reply reply;
    uint32_t platforms; /* set of platform states: 1 << state */
    uint32_t guests;    /* set of guest states; 0: not about a guest */
    uint32_t flags;     /* enum command_flags */
    uint32_t (*first)(const uint8_t *buf);
    uint32_t (*early)(struct command *c);
    size_t handle_at; /* in the buffer */
};

const struct command_row *command_find(uint32_t id);
const struct command_row *command_at(size_t index);

/* INVALID_GUEST_STATE unless the guest is in one of the row's states. */
uint32_t command_check_guest_state(const struct command *c);

/* INACTIVE unless the guest is bound to an ASID. */
uint32_t command_check_active(const struct command *c);

/*
 * The platform's identity as DIR/state has it now, read anew when another
 * process changed it. Called under the main lock. SECURE_DATA_INVALID when the
 * file is damaged or missing.
 */
uint32_t fw_load_identity(struct fw *fw);

/* Reads it in any case, for INIT; errors as identity_load(). */
SEVK_MUST_CHECK bool fw_read_identity(struct fw *fw, struct sevk_error *err);

/* Makes IDENTITY the platform's: on disk first, then here. */
uint32_t fw_replace_identity(struct fw *fw, struct identity *identity);

/* Makes a new identity the platform's, as PEK_GEN does. */
uint32_t fw_generate_identity(struct fw *fw);

/*
 * Writes the identity to the INIT_EX area of this process, if it has one that
 * is behind. What can't be written now is tried again after the next command.
 */
void fw_update_nv(struct fw *fw);

/* Whether this process has a guest HANDLE that nobody ended meanwhile. */
bool fw_guest_is_alive(const struct fw *fw, uint32_t handle);

/*
 * Takes back what dead processes held, and forgets this process's guests that
 * others ended. Called under the main lock, before a command looks.
 */
void fw_sweep(struct fw *fw);

/* Forgets the guest HANDLE of this process: wipes its keys, frees its lock. */
void fw_forget_guest(struct fw *fw, uint32_t handle);

/* Handlers, by file. */
uint32_t cmd_init(struct fw *fw, struct command *c); /* cmd_init.c */
uint32_t cmd_init_ex(struct fw *fw, struct command *c);
uint32_t cmd_init_ex_early(struct command *c);

uint32_t cmd_shutdown(struct fw *fw, struct command *c); /* cmd_platform.c */
uint32_t cmd_platform_reset(struct fw *fw, struct command *c);
uint32_t cmd_download_firmware(struct fw *fw, struct command *c);
uint32_t cmd_nop(struct fw *fw, struct command *c);
uint32_t cmd_platform_status(struct fw *fw, struct command *c);
uint32_t cmd_df_flush(struct fw *fw, struct command *c);
uint32_t cmd_get_id(struct fw *fw, struct command *c);

uint32_t cmd_pek_gen(struct fw *fw, struct command *c); /* cmd_cert.c */
uint32_t cmd_pdh_gen(struct fw *fw, struct command *c);
uint32_t cmd_pdh_cert_export(struct fw *fw, struct command *c);

uint32_t cmd_pek_csr(struct fw *fw, struct command *c); /* cmd_owner.c */
uint32_t cmd_pek_cert_import(struct fw *fw, struct command *c);

uint32_t cmd_activate(struct fw *fw, struct command *c); /* cmd_guest.c */
uint32_t cmd_activate_ex(struct fw *fw, struct command *c);
uint32_t cmd_activate_ex_early(struct command *c);
uint32_t cmd_deactivate(struct fw *fw, struct command *c);
uint32_t cmd_decommission(struct fw *fw, struct command *c);
uint32_t cmd_guest_status(struct fw *fw, struct command *c);

uint32_t cmd_launch_start(struct fw *fw, struct command *c); /* cmd_launch.c */
uint32_t cmd_launch_update(struct fw *fw, struct command *c);
uint32_t cmd_launch_update_vmsa(struct fw *fw, struct command *c);
uint32_t cmd_launch_update_vmsa_first(const uint8_t *buf);
uint32_t cmd_launch_finish(struct fw *fw, struct command *c);

uint32_t cmd_launch_measure(struct fw *fw,
                            struct command *c); /* cmd_measure.c */
uint32_t cmd_attestation(struct fw *fw, struct command *c);

uint32_t cmd_dbg(struct fw *fw, struct command *c); /* cmd_dbg.c */
uint32_t cmd_dbg_early(struct command *c);
uint32_t cmd_copy(struct fw *fw, struct command *c);

uint32_t cmd_receive_start(struct fw *fw,
                           struct command *c); /* cmd_launch.c, too */

uint32_t cmd_send_start(struct fw *fw, struct command *c); /* cmd_send.c */
uint32_t cmd_send_finish(struct fw *fw, struct command *c);
uint32_t cmd_send_cancel(struct fw *fw, struct command *c);
uint32_t cmd_receive_finish(struct fw *fw, struct command *c);

uint32_t cmd_send_update(struct fw *fw, struct command *c); /* cmd_packet.c */
uint32_t cmd_send_update_early(struct command *c);
uint32_t cmd_receive_update(struct fw *fw, struct command *c);

uint32_t cmd_launch_secret(struct fw *fw, struct command *c); /* cmd_secret.c */

#endif
