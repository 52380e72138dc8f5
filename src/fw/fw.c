/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the platform for a process, and knows whose guests live. */
#include "fw/fw.h"

#include <errno.h>

#include "fw/firmware.h"
#include "fw/mem.h"
#include "fw/nv.h"
#include "fw/share.h"

bool fw_guest_is_alive(const struct fw *fw, uint32_t handle)
{
    const struct fw_guest *guest = fw->guests[handle];
    const struct run_slot *slot = &fw->run.map->slots[handle - 1];

    return guest != NULL && slot->state != SEV_GUEST_UNINIT &&
           slot->serial == guest->serial;
}

void fw_guest_free(struct fw_guest **guest)
{
    if (*guest != NULL) {
        aes128_xts_free(&(*guest)->memory_key);
        secret_clear(&(*guest)->vek);
        channel_clear(&(*guest)->channel);
        wipe(*guest, sizeof **guest);
        free(*guest);
    }
    *guest = NULL;
}

void fw_forget_guest(struct fw *fw, uint32_t handle)
{
    struct fw_guest *guest = fw->guests[handle];

    if (guest != NULL) {
        pthread_mutex_lock(&fw->share.lock);
        fw->guests[handle] = NULL;
        pthread_mutex_unlock(&fw->share.lock);
        run_release(&fw->run, guest->serial);
        fw_guest_free(&guest);
    }
}

void fw_sweep(struct fw *fw)
{
    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        struct run_slot *slot = run_guest(&fw->run, handle);

        if (fw_guest_is_alive(fw, handle)) {
            continue;
        }
        fw_forget_guest(fw, handle);
        if (slot != NULL && !run_held_elsewhere(&fw->run, slot->serial)) {
            share_remove(fw, slot->owner);
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
    fw->share.fd = -1;
    pthread_mutex_init(&fw->share.lock, NULL);
    fw->pid = getpid();
    fw->memory = options->memory;
    fw->encrypt = options->encrypt;
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
        if (locked && fw_guest_is_alive(fw, handle)) {
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
    share_end(fw);
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

uint32_t fw_free_asid(const struct fw *fw, uint32_t first, uint32_t n)
{
    return run_free_asid(&fw->run, first, n);
}

/* Whose identity the platform has: its own, or that of an INIT_EX area. */
static const char *identity_file(const struct fw *fw)
{
    return fw->run.map->nv != 0 ? IDENTITY_NV_FILE : IDENTITY_FILE;
}

bool fw_read_identity(struct fw *fw, struct sevk_error *err)
{
    fw->identity_loaded = false;
    identity_clear(&fw->identity);
    if (!identity_load_file(fw->dir, identity_file(fw), &fw->identity, err)) {
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
    if (!identity_save_file(identity, fw->dir, identity_file(fw), &set, NULL)) {
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

uint32_t fw_generate_identity(struct fw *fw)
{
    OWN(identity_clear) struct identity fresh = { 0 };

    if (!identity_generate(&fw->chip, fw->rng, &fresh, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return fw_replace_identity(fw, &fresh);
}

void fw_update_nv(struct fw *fw)
{
    const struct run_state *run = fw->run.map;
    struct fw_nv *nv = &fw->nv;
    OWN(own_free) uint8_t *area = NULL;

    if (!nv->held || nv->identity_serial == run->identity_serial) {
        return;
    }
    if (run->up == 0 || memcmp(nv->boot, run->boot, sizeof nv->boot) != 0) {
        nv->held = false;
        return;
    }
    area = malloc(NV_LEN);
    if (area != NULL && fw_load_identity(fw) == SEV_STATUS_SUCCESS &&
        nv_seal(&fw->chip, fw->rng, &fw->identity, area, NULL) &&
        mem_write(fw, nv->paddr, bytes_make(area, NV_LEN)) ==
            SEV_STATUS_SUCCESS) {
        nv->identity_serial = run->identity_serial;
    }
}
