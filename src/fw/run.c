/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping that the processes of one platform share, and its locks. */
#include "fw/run.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/file.h"

#define MAGIC      "SEVKITRN"
#define VERSION    2u
#define MAIN_LOCK  0
#define GUEST_LOCK ((off_t)1 << 32) /* plus the guest's serial number */

static struct flock byte_lock(short type, off_t at)
{
    return (struct flock){
        .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1
    };
}

static off_t guest_byte(uint64_t serial)
{
    return GUEST_LOCK + (off_t)serial;
}

static bool set_lock(int fd, int how, short type, off_t at)
{
    struct flock lock = byte_lock(type, at);
    int r;

    do {
        r = fcntl(fd, how, &lock);
    } while (r != 0 && errno == EINTR);
    return r == 0;
}

bool run_lock(struct run *run)
{
    return set_lock(run->fd, F_OFD_SETLKW, F_WRLCK, MAIN_LOCK);
}

void run_unlock(struct run *run)
{
    (void)set_lock(run->fd, F_OFD_SETLK, F_UNLCK, MAIN_LOCK);
}

bool run_hold(struct run *run, uint64_t serial)
{
    return set_lock(run->fd, F_OFD_SETLK, F_WRLCK, guest_byte(serial));
}

void run_release(struct run *run, uint64_t serial)
{
    (void)set_lock(run->fd, F_OFD_SETLK, F_UNLCK, guest_byte(serial));
}

bool run_held_elsewhere(struct run *run, uint64_t serial)
{
    struct flock lock = byte_lock(F_WRLCK, guest_byte(serial));

    /* What can't be found out counts as alive: an ASID is kept, not shared. */
    return fcntl(run->fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

/* Which boot of the machine this is; empty where the kernel does not say. */
static void read_boot_id(uint8_t ret[static 40])
{
    OWN(buf_free) struct buf b = { 0 };

    memset(ret, 0, 40);
    if (file_read("/proc/sys/kernel/random/boot_id", 64, "boot id", &b, NULL)) {
        memcpy(ret, b.p, b.n < 40 ? b.n : 40);
    }
}

/* The magic comes last: a file without it was never finished. */
static void begin(struct run_state *map, const uint8_t boot_id[static 40])
{
    memset(map, 0, sizeof *map);
    memcpy(map->boot_id, boot_id, sizeof map->boot_id);
    map->version = VERSION;
    map->len = sizeof *map;
    atomic_signal_fence(memory_order_seq_cst);
    memcpy(map->magic, MAGIC, sizeof map->magic);
}

/* Whether the machine was started anew since. A process that can't tell (its
 * /proc is hidden) must not end a platform that others have up. */
static bool other_boot(const struct run_state *map,
                       const uint8_t boot_id[static 40])
{
    return map->boot_id[0] != 0 && boot_id[0] != 0 &&
           memcmp(map->boot_id, boot_id, sizeof map->boot_id) != 0;
}

static bool check_or_begin(struct run_state *map, const char *path,
                           struct sevk_error *err)
{
    uint8_t boot_id[40];

    read_boot_id(boot_id);
    if (memcmp(map->magic, MAGIC, sizeof map->magic) != 0 ||
        other_boot(map, boot_id)) {
        begin(map, boot_id);
        return true;
    }
    if (map->version != VERSION || map->len != sizeof *map) {
        return sevk_fail(err, SEVK_HOST,
                         "'%s' belongs to another version of sevkit; end its "
                         "guests and remove it",
                         path);
    }
    return true;
}

/* Reserves the space, so that a full disk can't fault a write to the map. */
static bool map_file(int fd, const char *path, struct run_state **ret,
                     struct sevk_error *err)
{
    int r = posix_fallocate(fd, 0, sizeof(struct run_state));
    void *p;

    if (r != 0) {
        return sevk_fail_errno(err, SEVK_HOST, r, "making '%s'", path);
    }
    p = mmap(NULL, sizeof(struct run_state), PROT_READ | PROT_WRITE, MAP_SHARED,
             fd, 0);
    if (p == MAP_FAILED) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "mapping '%s'", path);
    }
    *ret = p;
    return true;
}

static bool open_file(const char *dir, char **ret_path, int *ret_fd,
                      struct sevk_error *err)
{
    OWN(own_free) char *run_dir = NULL;
    OWN(own_free) char *path = NULL;
    int fd;

    if (!path_join(dir, "run", &run_dir, err) ||
        !path_join(run_dir, "state", &path, err)) {
        return false;
    }
    if (mkdir(run_dir, 0700) != 0 && errno != EEXIST) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "making '%s'", run_dir);
    }
    fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "opening '%s'", path);
    }
    *ret_path = TAKE(path);
    *ret_fd = fd;
    return true;
}

bool run_open(const char *dir, struct run *ret, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(run_close) struct run run = { .fd = -1 };
    bool ok;

    if (!open_file(dir, &path, &run.fd, err)) {
        return false;
    }
    if (!run_lock(&run)) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "locking '%s'", path);
    }
    ok = map_file(run.fd, path, &run.map, err) &&
         check_or_begin(run.map, path, err);
    run_unlock(&run);
    if (!ok) {
        return false;
    }
    *ret = run;
    run = (struct run){ .fd = -1 };
    return true;
}

void run_close(struct run *run)
{
    if (run->map != NULL) {
        munmap(run->map, sizeof *run->map);
    }
    run->map = NULL;
    own_close(&run->fd);
}

struct run_slot *run_guest(struct run *run, uint32_t handle)
{
    struct run_slot *slot;

    if (handle == 0 || handle > RUN_HANDLES) {
        return NULL;
    }
    slot = &run->map->slots[handle - 1];
    return slot->state == SEV_GUEST_UNINIT ? NULL : slot;
}

uint32_t run_guest_count(const struct run *run)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < RUN_HANDLES; i++) {
        n += run->map->slots[i].state != SEV_GUEST_UNINIT;
    }
    return n;
}

uint32_t run_platform_state(const struct run *run)
{
    if (run->map->up == 0) {
        return SEV_PLATFORM_UNINIT;
    }
    return run_guest_count(run) == 0 ? SEV_PLATFORM_INIT : SEV_PLATFORM_WORKING;
}

uint32_t run_free_handle(const struct run *run)
{
    for (uint32_t i = 0; i < RUN_HANDLES; i++) {
        if (run->map->slots[i].state == SEV_GUEST_UNINIT) {
            return i + 1;
        }
    }
    return 0;
}

bool run_asid_used(const struct run *run, uint32_t asid)
{
    for (uint32_t i = 0; i < RUN_HANDLES; i++) {
        const struct run_slot *slot = &run->map->slots[i];

        if (slot->state != SEV_GUEST_UNINIT && slot->asid == asid) {
            return true;
        }
    }
    return false;
}

uint32_t run_free_asid(const struct run *run, uint32_t first, uint32_t n)
{
    bool used[FW_PROFILE_MAX_ASID + 1] = { false };
    uint32_t dirty = 0;

    for (uint32_t i = 0; i < RUN_HANDLES; i++) {
        const struct run_slot *slot = &run->map->slots[i];
        uint32_t asid = slot->asid;

        if (slot->state != SEV_GUEST_UNINIT && asid <= FW_PROFILE_MAX_ASID) {
            used[asid] = true;
        }
    }
    for (uint32_t asid = first; asid < first + n; asid++) {
        if (!used[asid] && !run_asid_dirty(run, asid)) {
            return asid;
        }
        dirty = !used[asid] && dirty == 0 ? asid : dirty;
    }
    return dirty;
}

bool run_asid_dirty(const struct run *run, uint32_t asid)
{
    return (run->map->dirty[asid / 64] >> (asid % 64) & 1) != 0;
}

void run_asids_all_dirty(struct run *run)
{
    run->map->wbinvd = 0;
    memset(run->map->dirty, 0xff, sizeof run->map->dirty);
}

void run_asids_flushed(struct run *run)
{
    memset(run->map->dirty, 0, sizeof run->map->dirty);
}

void run_unbind(struct run *run, struct run_slot *slot)
{
    uint32_t asid = slot->asid;

    /* In this order: whoever dies in between leaves it dirty and bound. */
    run->map->wbinvd = 0;
    run->map->dirty[asid / 64] |= (uint64_t)1 << (asid % 64);
    slot->asid = 0;
}

void run_end(struct run *run, struct run_slot *slot)
{
    if (slot->asid != 0) {
        run_unbind(run, slot);
    }
    slot->state = SEV_GUEST_UNINIT;
}
