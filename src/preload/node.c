/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors that stand for /dev/sev, /dev/kvm, a VM or a vCPU. */
#include "preload/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/own.h"

#define PATH_LEN 4096

/* An object's number: the process in the upper bits, a count in the lower. (A
 * file of 2^44 bytes is what any file system can have.) */
#define COUNT_BITS 22
#define COUNT_MAX  ((uint64_t)1 << COUNT_BITS)

/* What is known for as long as the process lives; written once. */
static struct {
    char dir[PATH_LEN];
    struct {
        dev_t dev;
        ino_t ino;
    } files[NODE_INSIDE + 1];
    uint64_t objects; /* made so far: a number is not given again soon */
} nodes;

static const char *const names[] = {
    [NODE_SEV] = "dev-sev",
    [NODE_KVM] = "dev-kvm",
    [NODE_OBJECT] = "kvm-objects",
    [NODE_INSIDE] = "state",
};

static bool path_of(enum node node, char ret[static PATH_LEN + 32])
{
    return snprintf(ret, PATH_LEN + 32, "%s/%s", nodes.dir, names[node]) > 0;
}

static int open_file(enum node node, int flags)
{
    char path[PATH_LEN + 32];

    return path_of(node, path) ? open(path, flags | O_NOFOLLOW | O_NOCTTY, 0600)
                               : -1;
}

static bool learn_file(enum node node)
{
    OWN(own_close)
    int fd = open_file(node, O_RDONLY | O_CREAT | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        return false;
    }
    nodes.files[node].dev = st.st_dev;
    nodes.files[node].ino = st.st_ino;
    return true;
}

bool node_learn(const char *dir)
{
    if (snprintf(nodes.dir, sizeof nodes.dir, "%s/run", dir) >=
        (int)sizeof nodes.dir) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (mkdir(nodes.dir, 0700) != 0 && errno != EEXIST) {
        return false;
    }
    return learn_file(NODE_SEV) && learn_file(NODE_KVM) &&
           learn_file(NODE_OBJECT) && learn_file(NODE_INSIDE);
}

enum node node_of(int fd)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        for (enum node node = NODE_SEV; node <= NODE_INSIDE; node++) {
            if (st.st_ino == nodes.files[node].ino &&
                st.st_dev == nodes.files[node].dev) {
                return node;
            }
        }
    }
    return NODE_NONE;
}

int node_open(enum node node, int flags)
{
    return open_file(node, flags & (O_ACCMODE | O_CLOEXEC | O_NONBLOCK));
}

/* Numbers of Linux: misc devices; KVM has a fixed one, ccp's is dynamic. */
bool node_stat(enum node node, struct stat *ret)
{
    char path[PATH_LEN + 32];

    if (!path_of(node, path) || stat(path, ret) != 0) {
        return false;
    }
    ret->st_mode = S_IFCHR | (ret->st_mode & 07777);
    ret->st_rdev = makedev(10, node == NODE_KVM ? 232 : 124);
    return true;
}

static struct flock lock_of(short type, uint64_t id)
{
    return (struct flock){
        .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)id, .l_len = 1
    };
}

/* Takes the number ID for the description behind FD. */
static bool claim(int fd, uint64_t id)
{
    struct flock lock = lock_of(F_RDLCK, id);

    return fcntl(fd, F_OFD_SETLK, &lock) == 0 &&
           lseek(fd, (off_t)id, SEEK_SET) >= 0;
}

int object_open(uint64_t *ret_id)
{
    OWN(own_close) int fd = open_file(NODE_OBJECT, O_RDONLY | O_CLOEXEC);
    uint64_t first = (uint64_t)getpid() << COUNT_BITS;

    for (uint64_t i = 0; fd >= 0 && i < COUNT_MAX; i++) {
        uint64_t n = nodes.objects++;
        uint64_t id = first + n % COUNT_MAX;

        /* The first time round nobody can have it. */
        if (n < COUNT_MAX || !object_is_open(id)) {
            *ret_id = id;
            return claim(fd, id) ? take_fd(&fd) : -1;
        }
    }
    errno = fd < 0 ? errno : EMFILE;
    return -1;
}

uint64_t object_of(int fd)
{
    return (uint64_t)lseek(fd, 0, SEEK_CUR);
}

/* Asked through a description of its own: locks of one's own don't show. */
bool object_is_open(uint64_t id)
{
    OWN(own_close) int fd = open_file(NODE_OBJECT, O_RDWR | O_CLOEXEC);
    struct flock lock = lock_of(F_WRLCK, id);

    /* What can't be found out counts as open. */
    return fd < 0 || fcntl(fd, F_OFD_GETLK, &lock) != 0 ||
           lock.l_type != F_UNLCK;
}
