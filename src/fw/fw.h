/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated SEV firmware: commands in, status codes out. */
#ifndef SEVKIT_FW_FW_H
#define SEVKIT_FW_FW_H

#include <sevkit/error.h>

#include "base/clock.h"
#include "base/random.h"
#include "fw/profile.h"
#include "wire/cmd_buf.h"
#include "wire/status.h"

/*
 * What a processor has one of, several processes share here: the platform in
 * DIR (platform.h). Each opens it for itself; there is no daemon. What they
 * share is a mapping of DIR/run/state under a lock: whether the platform is
 * initialised, which handles and ASIDs are taken, in which state each guest
 * is. Keys are not in it: a guest's VEK, TEK and TIK stay in the process that
 * made the guest. So from another process a guest can be asked about
 * (GUEST_STATUS), bound and unbound (ACTIVATE, DEACTIVATE) and ended
 * (DECOMMISSION), but a command that needs its keys finds INVALID_GUEST there.
 *
 * Each guest holds a lock that dies with its process: the next command of any
 * process finds a guest whose lock is gone, and takes its handle and ASID
 * back. SHUTDOWN ends all guests, whoever made them; their processes see it at
 * their next command (INVALID_PLATFORM_STATE, or INVALID_GUEST when the
 * platform came up again). After a reboot of the machine the platform is
 * UNINIT, as a processor is.
 *
 * Rules for the caller:
 *  - one thread at a time per struct fw;
 *  - the process that calls fw_open() is the one that uses it. A child may
 *    fork and exec. A child that goes on as a copy gets INVALID_PLATFORM_STATE
 *    from every command (keys are wiped in it), and keeps the parent's guests'
 *    locks alive as long as it lives: fw_close() there, which leaves the
 *    parent's guests alone, or exec.
 *
 * The firmware accepts a session that it has seen before, as hardware does:
 * that keys serve one start only is the guest owner's care.
 */
struct fw;

/*
 * System-physical memory, as far as the caller has any. MAP returns where the
 * N bytes at PADDR are, readable, and writable when WRITE is set; NULL when
 * there is no such memory (the command then fails with INVALID_ADDRESS). The
 * pointer is used until fw_command() returns. N is not 0. Guest memory may be
 * written by others meanwhile: the firmware reads each byte that it decides on
 * once.
 */
struct fw_memory {
    uint8_t *(*map)(void *ctx, uint64_t paddr, size_t n, bool write);
    void *ctx;
};

/* One command that was carried out or refused. Never any key material. */
struct fw_trace_entry {
    int64_t time; /* when it began: seconds of the clock in fw_options */
    uint64_t ns;  /* how long it took */
    uint32_t cmd;
    const char *name; /* "LAUNCH_START"; "?" for an unknown id; constant */
    uint32_t handle;  /* of the guest it was about, 0 for none */
    uint32_t status;  /* enum sev_status */
};

struct fw_trace {
    void (*command)(void *ctx, const struct fw_trace_entry *entry);
    void *ctx;
};

/*
 * ENCRYPT says whether guests' memory is encrypted (controller.h). Without it,
 * which is the default, it stays as it is laid there: for callers whose guests
 * are executed by something that must read it. Then LAUNCH_UPDATE writes
 * nothing, and there is no check over VMSAs. All connections to one platform
 * that share memory choose the same.
 */
struct fw_options {
    const char *dir;         /* of the platform */
    struct fw_memory memory; /* map may be NULL: no memory at all */
    bool encrypt;
    struct rng rng;
    struct clock clock;
    struct fw_trace trace; /* command may be NULL */
};

/*
 * Connects to the platform. Nothing is sent to it: INIT is a command. Fails
 * with SEVK_INPUT when DIR holds no platform, with status SECURE_DATA_INVALID
 * when what the factory burnt in is damaged. (Damage to what the firmware
 * keeps shows at INIT, with the same status.)
 */
SEVK_MUST_CHECK bool fw_open(const struct fw_options *options, struct fw **ret,
                             struct sevk_error *err);

/* Ends this process's guests and wipes their keys. For OWN(), too. */
void fw_close(struct fw **fw);

/*
 * Carries out one command on the buffer BUF of LEN bytes (NULL and 0 for a
 * command that has none) and returns its enum sev_status. Layouts: cmd_buf.h;
 * checks, their order and what is written back: formats.md 4.3 and 4.5. LEN
 * may exceed the command's own length, which BUF is read and written by; a
 * shorter one is INVALID_LENGTH, and nothing is touched.
 */
uint32_t fw_command(struct fw *fw, uint32_t cmd, uint8_t *buf, size_t len);

/*
 * The processor instruction that writes caches back, on every core: DF_FLUSH
 * wants it after INIT and after each DEACTIVATE, else says WBINVD_REQUIRED.
 */
void fw_wbinvd(struct fw *fw);

/*
 * What a core that runs ASID (0: the host) reads and writes with the C-bit
 * set; without the C-bit it sees what fw_memory.map shows. N and PADDR are of
 * any alignment. An ASID of no guest of this process has some other key:
 * garbage is read, as through another ASID's. Returns an enum sev_status:
 * INVALID_ADDRESS when there is no such memory.
 */
uint32_t fw_memory_read(struct fw *fw, uint32_t asid, uint64_t paddr,
                        uint8_t *ret, size_t n);
uint32_t fw_memory_write(struct fw *fw, uint32_t asid, uint64_t paddr,
                         struct bytes data);

/*
 * What memory at PADDR holds when the guest HANDLE of this process wrote PLAIN
 * there: what a host without the C-bit reads. For callers that opened the
 * platform without encryption and show a guest's memory to a host all the same.
 * PADDR and plain.n are multiples of 16; RET has room for as many bytes, and
 * may be where PLAIN is. The same bytes under the same address look the same
 * each time, until the next INIT. INVALID_GUEST when it was ended.
 */
uint32_t fw_guest_ciphertext(struct fw *fw, uint32_t handle, uint64_t paddr,
                             struct bytes plain, uint8_t *ret);

/*
 * An ASID of the N from FIRST on that no guest has just now, for ACTIVATE; 0
 * when there is none. Linux has one list of them for the whole machine; this
 * stands in for it.
 */
uint32_t fw_free_asid(const struct fw *fw, uint32_t first, uint32_t n);

/*
 * Another process may start a guest with the key of one of this process's, if
 * the policy of both allows it: LAUNCH_START names its handle. It asks for the
 * key over a socket, which is fw_share_fd() from the first guest on that may
 * share, and -1 before. Who wants that to work waits for it to become readable
 * and calls fw_share_serve(), which answers one request. Of all functions here
 * this one alone may be called in a thread of its own while others run; it has
 * returned before fw_close() is called.
 */
int fw_share_fd(const struct fw *fw);
void fw_share_serve(struct fw *fw);
/* For a process that ends without fw_close(): nobody finds the socket any more. */
void fw_share_hide(const struct fw *fw);

/* What the platform is. Valid until fw_close(). */
const struct fw_profile *fw_profile(const struct fw *fw);

/*
 * Row INDEX of the command table, for those who print it or test it; false
 * behind the last row. Rows are in the order of the ids.
 */
struct fw_command_info {
    uint32_t id;
    const char *name;
    size_t len; /* of the command buffer */
};
bool fw_command_info(size_t index, struct fw_command_info *ret);

#endif
