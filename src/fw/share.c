/* SPDX-License-Identifier: Apache-2.0 */
/* One guest's memory key for another guest that another process makes. */
#include "fw/share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/cursor.h"
#include "base/file.h"
#include "wire/policy.h"

#define PREFIX      "key-"
#define REQUEST_LEN 16 /* serial 8, policy 4, zeros 4 */
#define REPLY_LEN   4  /* a status; on success the key follows */
#define KEY_LEN     16
#define PATIENCE    2 /* seconds: the platform waits meanwhile */

/* A socket's name has 107 bytes at most, a directory's may have more. */
static int open_run(const struct fw *fw)
{
    OWN(own_free) char *path = NULL;

    return path_join(fw->dir, "run", &path, NULL)
               ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)
               : -1;
}

static struct sockaddr_un address_of(int run, const char *name)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };

    snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%.40s", run,
             name);
    return a;
}

static void name_of(uint32_t owner, char ret[static 16])
{
    snprintf(ret, 16, PREFIX "%08x", owner);
}

static int make_socket(void)
{
    const struct timeval patience = { .tv_sec = PATIENCE };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    return fd;
}

static int connect_to(int run, const char *name)
{
    OWN(own_close) int fd = make_socket();
    const struct sockaddr_un a = address_of(run, name);

    return fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof a) == 0
               ? take_fd(&fd)
               : -1;
}

/* Only who could read the keys anyway: this user, and root. */
static bool is_trusted(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static bool receive_all(int fd, uint8_t *to, size_t n)
{
    return recv(fd, to, n, MSG_WAITALL) == (ssize_t)n;
}

static bool send_all(int fd, struct bytes b)
{
    return send(fd, b.p, b.n, MSG_NOSIGNAL) == (ssize_t)b.n;
}

/* -- The process that has the key ------------------------------------------ */

/* Sockets that nobody listens at any more: their processes were killed. */
static void remove_dead(int run)
{
    OWN(own_close)
    int fd = openat(run, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    OWN(own_closedir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (dir != NULL) {
        (void)take_fd(&fd); /* it is the DIR's now */
    }
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        OWN(own_close) int peer = -1;

        if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0) {
            continue;
        }
        peer = connect_to(run, entry->d_name);
        if (peer < 0 && errno == ECONNREFUSED) {
            unlinkat(run, entry->d_name, 0);
        }
    }
}

static bool listen_at(int fd, int run, const char *name)
{
    const struct sockaddr_un a = address_of(run, name);

    return fchmod(fd, 0600) == 0 &&
           bind(fd, (const struct sockaddr *)&a, sizeof a) == 0 &&
           listen(fd, 16) == 0;
}

void share_begin(struct fw *fw)
{
    OWN(own_close) int run = -1;
    OWN(own_close) int fd = -1;
    uint8_t drawn[4];
    char name[16];

    if (fw->share.fd >= 0 || !rng_fill(fw->rng, drawn, sizeof drawn, NULL)) {
        return;
    }
    run = open_run(fw);
    fd = make_socket();
    name_of(load_le32(drawn), name);
    if (run < 0 || fd < 0 || load_le32(drawn) == 0) {
        return;
    }
    remove_dead(run);
    if (listen_at(fd, run, name)) {
        fw->share.fd = take_fd(&fd);
        fw->share.owner = load_le32(drawn);
    }
}

void share_remove(const struct fw *fw, uint32_t owner)
{
    OWN(own_close) int run = owner == 0 ? -1 : open_run(fw);
    char name[16];

    if (run >= 0) {
        name_of(owner, name);
        unlinkat(run, name, 0);
    }
}

void share_end(struct fw *fw)
{
    if (fw->share.fd >= 0 && fw->pid == getpid()) {
        share_remove(fw, fw->share.owner);
    }
    own_close(&fw->share.fd);
    fw->share.owner = 0;
}

/* The guest that is asked for, when its key may be given. Locked. */
static uint32_t find_shared(const struct fw *fw, uint64_t serial,
                            uint32_t policy, const struct fw_guest **ret)
{
    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        const struct fw_guest *guest = fw->guests[handle];

        if (guest != NULL && guest->serial == serial &&
            fw_guest_is_alive(fw, handle)) {
            uint32_t own = fw->run.map->slots[handle - 1].policy;

            *ret = guest;
            return own == policy && (own & POLICY_NOKS) == 0
                       ? SEV_STATUS_SUCCESS
                       : SEV_STATUS_POLICY_FAILURE;
        }
    }
    return SEV_STATUS_INVALID_GUEST;
}

static void answer(struct fw *fw, int peer, struct rd request)
{
    const struct fw_guest *guest = NULL;
    uint64_t serial = rd_le64(&request);
    uint32_t policy = rd_le32(&request);
    uint8_t reply[REPLY_LEN];
    uint32_t status;

    pthread_mutex_lock(&fw->share.lock);
    status = find_shared(fw, serial, policy, &guest);
    store_le32(reply, status);
    if (send_all(peer, BYTES_OF(reply)) && status == SEV_STATUS_SUCCESS) {
        (void)send_all(peer, secret_expose(&guest->vek));
    }
    pthread_mutex_unlock(&fw->share.lock);
}

void fw_share_hide(const struct fw *fw)
{
    if (fw->pid == getpid()) {
        share_remove(fw, fw->share.owner);
    }
}

int fw_share_fd(const struct fw *fw)
{
    return fw->share.fd;
}

void fw_share_serve(struct fw *fw)
{
    const struct timeval patience = { .tv_sec = PATIENCE };
    OWN(own_close) int peer = accept4(fw->share.fd, NULL, NULL, SOCK_CLOEXEC);
    uint8_t request[REQUEST_LEN];

    if (peer < 0 || !is_trusted(peer)) {
        return;
    }
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_all(peer, request, sizeof request)) {
        answer(fw, peer, rd_make(BYTES_OF(request)));
    }
}

/* -- The process that wants it --------------------------------------------- */

static bool request_key(int peer, const struct run_slot *slot)
{
    uint8_t request[REQUEST_LEN] = { 0 };
    struct wr w = wr_make(request, sizeof request);

    wr_le64(&w, slot->serial);
    wr_le32(&w, slot->policy);
    return send_all(peer, BYTES_OF(request));
}

uint32_t share_ask(struct fw *fw, const struct run_slot *slot,
                   struct sevk_secret *ret)
{
    OWN(own_close) int run = slot->owner == 0 ? -1 : open_run(fw);
    OWN(own_close) int peer = -1;
    SECRET(key);
    uint8_t reply[REPLY_LEN];
    char name[16];

    if (run < 0 || !secret_alloc(&key, KEY_LEN, NULL)) {
        return SEV_STATUS_INVALID_GUEST;
    }
    name_of(slot->owner, name);
    peer = connect_to(run, name);
    if (peer < 0 || !is_trusted(peer) || !request_key(peer, slot) ||
        !receive_all(peer, reply, sizeof reply)) {
        return SEV_STATUS_INVALID_GUEST;
    }
    if (load_le32(reply) != SEV_STATUS_SUCCESS) {
        return load_le32(reply);
    }
    if (!receive_all(peer, secret_expose_mutable(&key), KEY_LEN)) {
        return SEV_STATUS_INVALID_GUEST;
    }
    secret_move(ret, &key);
    return SEV_STATUS_SUCCESS;
}
