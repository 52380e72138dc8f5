/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the firmware stand on: a platform, memory, short commands. */
#ifndef SEVKIT_TESTS_FW_RIG_H
#define SEVKIT_TESTS_FW_RIG_H

#include "fw/fw.h"
#include "fw/platform.h"
#include "lib/clock.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "wire/measure_buf.h"
#include "wire/session_buf.h"

/*
 * Manufacturing takes the time of two RSA keys, so a test program does it once
 * (rig_make_template() as its group's setup, with keys of 2048 bits) and each
 * test works on a copy of the directory. The profile is the default one.
 */
int rig_make_template(void **state);
int rig_drop_template(void **state);

/* System memory of the rig: RIG_RAM_LEN bytes from address RIG_RAM on. */
#define RIG_RAM     ((uint64_t)0x100000)
#define RIG_RAM_LEN ((size_t)1 << 20)

struct rig {
    struct temp_dir dir;
    char *platform; /* its directory */
    uint8_t *ram;
    bool read_only; /* RAM can't be mapped for writing */
    bool encrypt;   /* guests' memory: rig_open_encrypted() */
    int64_t now;
    struct fake_rng random;
    struct fw *fw;
};

/* A fresh copy of the platform with a connection, UNINIT; then INIT with ES. */
struct rig *rig_open(void);
struct rig *rig_open_up(void);
/* The same with guests' memory encrypted. */
struct rig *rig_open_encrypted(void);
/* A platform of its own root, with API MAJOR.MINOR; encrypted, and up. It
 * takes the time of two RSA keys. */
struct rig *rig_open_other(uint8_t major, uint8_t minor);
void rig_close(struct rig **rig); /* for OWN() */

/* Another connection to the same platform, with the same memory. */
struct fw *rig_connect(struct rig *rig);
struct fw_options rig_options(struct rig *rig);

/* The rig's memory at PADDR. */
uint8_t *rig_at(struct rig *rig, uint64_t paddr);

/* A file of the platform's directory; the caller frees it. */
char *rig_path(const struct rig *rig, const char *name);

/* Commands on FW, as short as can be; they return the status. */
uint32_t do_init(struct fw *fw); /* with SEV-ES */
uint32_t do_plain(struct fw *fw, uint32_t cmd);
uint32_t do_handle(struct fw *fw, uint32_t cmd, uint32_t handle);
uint32_t do_status(struct fw *fw, struct cmd_platform_status *ret);
uint32_t do_guest_status(struct fw *fw, uint32_t handle,
                         struct cmd_guest_status *ret);
uint32_t do_activate(struct fw *fw, uint32_t handle, uint32_t asid);
uint32_t do_range(struct fw *fw, uint32_t cmd, uint32_t handle, uint64_t paddr,
                  uint32_t len);
/* Without an owner. */
uint32_t do_start(struct fw *fw, uint32_t policy, uint32_t *ret_handle);
uint32_t do_flush(struct fw *fw); /* WBINVD and DF_FLUSH */

uint32_t platform_state_of(struct fw *fw);
uint32_t guest_state_of(struct fw *fw, uint32_t handle);

/*
 * A guest brought to STATE by commands (LUPDATE, LSECRET or RUNNING), bound to
 * an ASID that fits its policy; without an owner. Returns its handle.
 */
uint32_t rig_guest(struct rig *rig, uint32_t policy, uint32_t state,
                   uint32_t asid);

/* The PDH certificate that PDH_CERT_EXPORT gives now. */
void rig_pdh(struct rig *rig, uint8_t ret[static SEV_CERT_LEN]);

#endif
