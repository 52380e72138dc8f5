/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the platform for a process, and dispatches commands. */
#include "fw/fw.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

#include "base/cursor.h"
#include "fw/firmware.h"

/* Whether the guest of this process still is the one in the slot. */
static bool is_alive(const struct fw *fw, uint32_t handle)
{
    const struct fw_guest *guest = fw->guests[handle];
    const struct run_slot *slot = &fw->run.map->slots[handle - 1];

    return guest != NULL && slot->state != SEV_GUEST_UNINIT &&
           slot->serial == guest->serial;
}

void fw_guest_free(struct fw_guest **guest)
{
    if (*guest != NULL) {
        secret_clear(&(*guest)->vek);
        channel_clear(&(*guest)->channel);
        wipe(*guest, sizeof **guest);
        free(*guest);
    }
    *guest = NULL;
}

void fw_forget_guest(struct fw *fw, uint32_t handle)
{
    if (fw->guests[handle] != NULL) {
        run_release(&fw->run, fw->guests[handle]->serial);
        fw_guest_free(&fw->guests[handle]);
    }
}

/* Takes back what dead processes held, and lets go of guests that others
 * ended. */
static void sweep(struct fw *fw)
{
    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        struct run_slot *slot = run_guest(&fw->run, handle);

        if (is_alive(fw, handle)) {
            continue;
        }
        fw_forget_guest(fw, handle);
        if (slot != NULL && !run_held_elsewhere(&fw->run, slot->serial)) {
            run_end(&fw->run, slot);
        }
    }
}

bool fw_open(const struct fw_options *options, struct fw **ret,
             struct sevk_error *err)
{
    OWN(fw_close) struct fw *fw = calloc(1, sizeof *fw);

    if (fw == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a platform");
    }
    fw->run.fd = -1;
    fw->pid = getpid();
    fw->memory = options->memory;
    fw->rng = options->rng;
    fw->clock = options->clock;
    fw->trace = options->trace;
    fw->dir = strdup(options->dir);
    if (fw->dir == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a platform");
    }
    if (!chip_load(fw->dir, &fw->chip, err) ||
        !run_open(fw->dir, &fw->run, err)) {
        return false;
    }
    *ret = TAKE(fw);
    return true;
}

/* Ends the guests of this process as DEACTIVATE and DECOMMISSION do. */
static void end_guests(struct fw *fw)
{
    bool locked = run_lock(&fw->run);

    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        if (locked && is_alive(fw, handle)) {
            run_end(&fw->run, &fw->run.map->slots[handle - 1]);
        }
        fw_forget_guest(fw, handle);
    }
    if (locked) {
        run_unlock(&fw->run);
    }
}

void fw_close(struct fw **pfw)
{
    struct fw *fw = *pfw;

    if (fw == NULL) {
        return;
    }
    /* A forked copy shares the parent's locks: they are not its to release. */
    if (fw->pid == getpid() && fw->run.map != NULL) {
        end_guests(fw);
    }
    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        fw_guest_free(&fw->guests[handle]);
    }
    identity_clear(&fw->identity);
    chip_clear(&fw->chip);
    run_close(&fw->run);
    free(fw->dir);
    free(fw);
    *pfw = NULL;
}

const struct fw_profile *fw_profile(const struct fw *fw)
{
    return &fw->chip.profile;
}

void fw_wbinvd(struct fw *fw)
{
    if (fw->pid == getpid() && run_lock(&fw->run)) {
        fw->run.map->wbinvd = 1;
        run_unlock(&fw->run);
    }
}

bool fw_read_identity(struct fw *fw, struct sevk_error *err)
{
    fw->identity_loaded = false;
    identity_clear(&fw->identity);
    if (!identity_load(fw->dir, &fw->identity, err)) {
        return false;
    }
    fw->identity_loaded = true;
    fw->identity_serial = fw->run.map->identity_serial;
    return true;
}

uint32_t fw_load_identity(struct fw *fw)
{
    struct sevk_error err = { 0 };

    if ((fw->identity_loaded &&
         fw->identity_serial == fw->run.map->identity_serial) ||
        fw_read_identity(fw, &err)) {
        return SEV_STATUS_SUCCESS;
    }
    return err.fw_status != 0 || err.sys_errno == ENOENT
               ? SEV_STATUS_SECURE_DATA_INVALID
               : SEV_STATUS_HWERROR_PLATFORM;
}

uint32_t fw_replace_identity(struct fw *fw, struct identity *identity)
{
    OWN(file_set_drop) struct file_set set = { .replace = true };

    identity_remove_leftovers(fw->dir);
    if (!identity_save(identity, fw->dir, &set, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    /* Before the files change: whatever comes of it, all read them anew. */
    fw->run.map->identity_serial++;
    fw->identity_loaded = false;
    if (!file_set_commit(&set, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    identity_move(&fw->identity, identity);
    fw->run.map->external = fw->identity.external;
    fw->identity_loaded = true;
    fw->identity_serial = fw->run.map->identity_serial;
    return SEV_STATUS_SUCCESS;
}

uint32_t command_check_guest_state(const struct command *c)
{
    return (c->row->guests >> c->slot->state & 1) != 0
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_GUEST_STATE;
}

uint32_t command_check_active(const struct command *c)
{
    return c->slot->asid != 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INACTIVE;
}

/* Finds the guest that the command names, and checks its state. */
static uint32_t check_guest(struct fw *fw, struct command *c)
{
    c->slot = run_guest(&fw->run, c->handle);
    if (c->slot == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    if (is_alive(fw, c->handle)) {
        c->guest = fw->guests[c->handle];
    }
    if ((c->row->flags & GUEST_KEYS) != 0 && c->guest == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    return (c->row->flags & STATE_LATER) != 0 ? SEV_STATUS_SUCCESS
                                              : command_check_guest_state(c);
}

static uint32_t check_and_run(struct fw *fw, struct command *c)
{
    uint32_t status = SEV_STATUS_SUCCESS;

    if ((c->row->platforms >> run_platform_state(&fw->run) & 1) == 0) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    if (c->row->guests != 0) {
        status = check_guest(fw, c);
    }
    return status != SEV_STATUS_SUCCESS ? status : c->row->run(fw, c);
}

static uint32_t run_locked(struct fw *fw, struct command *c)
{
    uint32_t status;

    if (!run_lock(&fw->run)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    sweep(fw);
    status = check_and_run(fw, c);
    run_unlock(&fw->run);
    return status;
}

/*
 * LAUNCH_UPDATE touches nothing but this process's own guest, and comes
 * thousands of times: it takes no lock. That the guest is alive means that the
 * platform is WORKING. When it is not, the locked way finds the right status.
 */
static bool can_run_unlocked(const struct fw *fw, const struct command *c)
{
    return (c->row->flags & UNLOCKED) != 0 && c->handle >= 1 &&
           c->handle <= RUN_HANDLES && fw->run.map->up != 0 &&
           is_alive(fw, c->handle);
}

static uint32_t run_unlocked(struct fw *fw, struct command *c)
{
    uint32_t status = check_guest(fw, c);

    return status != SEV_STATUS_SUCCESS ? status : c->row->run(fw, c);
}

static uint32_t run_command(struct fw *fw, struct command *c)
{
    if (c->row->guests != 0) {
        c->handle = load_le32(c->buf);
    }
    if (c->row->first != NULL) {
        uint32_t status = c->row->first(c->buf);

        if (status != SEV_STATUS_SUCCESS) {
            return status;
        }
    }
    return can_run_unlocked(fw, c) ? run_unlocked(fw, c) : run_locked(fw, c);
}

static bool is_written_back(enum command_reply reply, uint32_t status)
{
    return (reply != REPLY_NEVER && status == SEV_STATUS_SUCCESS) ||
           (reply == REPLY_ALSO_LENGTH && status == SEV_STATUS_INVALID_LENGTH);
}

static uint32_t dispatch(struct fw *fw, struct command *c, uint8_t *buf,
                         size_t len)
{
    uint32_t status;

    if (fw->pid != getpid()) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    if (c->row == NULL) {
        return SEV_STATUS_INVALID_COMMAND;
    }
    if (c->row->len > 0 && (buf == NULL || len < c->row->len)) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    assert(c->row->len <= sizeof c->buf);
    if (c->row->len > 0) {
        memcpy(c->buf, buf, c->row->len);
    }
    status = run_command(fw, c);
    if (is_written_back(c->row->reply, status)) {
        memcpy(buf, c->buf, c->row->len);
    }
    return status;
}

static uint64_t monotonic_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint32_t fw_command(struct fw *fw, uint32_t cmd, uint8_t *buf, size_t len)
{
    struct command c = { .row = command_find(cmd) };
    struct fw_trace_entry entry = { .cmd = cmd,
                                    .name = c.row == NULL ? sev_cmd_name(cmd)
                                                          : c.row->name };
    uint64_t begin;

    if (fw->trace.command == NULL) {
        return dispatch(fw, &c, buf, len);
    }
    entry.time = clock_now(fw->clock);
    begin = monotonic_ns();
    entry.status = dispatch(fw, &c, buf, len);
    entry.ns = monotonic_ns() - begin;
    entry.handle = c.handle;
    fw->trace.command(fw->trace.ctx, &entry);
    return entry.status;
}

bool fw_command_info(size_t index, struct fw_command_info *ret)
{
    const struct command_row *row = command_at(index);

    if (row == NULL) {
        return false;
    }
    *ret = (struct fw_command_info){ row->id, row->name, row->len };
    return true;
}
