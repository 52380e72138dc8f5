/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors that stand for /dev/sev, /dev/kvm, a VM or a vCPU. */
#ifndef SEVKIT_PRELOAD_NODE_H
#define SEVKIT_PRELOAD_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * A descriptor of ours is one of a plain, empty file in the platform's run
 * directory, and known by that file's inode. So it stays what it is however it
 * travels (dup, fork, exec, another process), without any record of ours that
 * could become wrong, and its access mode is the one it was opened with.
 *
 * A VM or a vCPU ("object") is an open file description of its own: its file
 * offset is its number, and it holds a lock on that byte. The kernel gives the
 * lock back when the last descriptor of it is closed, in whatever process: then
 * nobody has the object any more.
 */
enum node {
    NODE_NONE, /* not ours */
    NODE_SEV,
    NODE_KVM,
    NODE_OBJECT,
    NODE_INSIDE, /* the platform's own state, which no program may close */
};

/* Learns the files in DIR, the platform's directory; makes what is missing.
 * False when that can't be done; errno says why. */
bool node_learn(const char *dir);

enum node node_of(int fd);

/* A new descriptor; -1 with errno. FLAGS as of open(). */
int node_open(enum node node, int flags);

/* What stat() says of the device. */
bool node_stat(enum node node, struct stat *ret);

/* A new object's descriptor; -1 with errno. */
int object_open(uint64_t *ret_id);

/* Which object a descriptor of the kind NODE_OBJECT is. */
uint64_t object_of(int fd);

/* Whether there is still a descriptor of it anywhere. */
bool object_is_open(uint64_t id);

#endif
