/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatches commands: checks, the handler, what is written back, the trace. */
#include <assert.h>
#include <time.h>

#include "base/cursor.h"
#include "fw/firmware.h"

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
    if (fw_guest_is_alive(fw, c->handle)) {
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
    if (c->row->early != NULL) {
        status = c->row->early(c);
    }
    if (status == SEV_STATUS_SUCCESS && c->row->guests != 0) {
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
    fw_sweep(fw);
    status = check_and_run(fw, c);
    fw_update_nv(fw);
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
           fw_guest_is_alive(fw, c->handle);
}

static uint32_t run_unlocked(struct fw *fw, struct command *c)
{
    uint32_t status = check_guest(fw, c);

    return status != SEV_STATUS_SUCCESS ? status : c->row->run(fw, c);
}

static uint32_t run_command(struct fw *fw, struct command *c)
{
    if (c->row->guests != 0) {
        c->handle = load_le32(c->buf + c->row->handle_at);
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
