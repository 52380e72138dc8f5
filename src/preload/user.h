/* SPDX-License-Identifier: Apache-2.0 */
/* The program's memory, as a kernel reaches it: a bad pointer is an errno. */
#ifndef SEVKIT_PRELOAD_USER_H
#define SEVKIT_PRELOAD_USER_H

#include <stdint.h>

#include "base/buf.h"

/*
 * Functions of this folder stand in for the kernel's, and answer as those do:
 * 0, or an errno with a minus sign. Addresses are what programs put into the
 * kernel's structures: numbers that may mean nothing.
 */

/* Copies N bytes from or to the program; -EFAULT when they are not there. */
int user_read(void *to, uint64_t from, size_t n);
int user_write(uint64_t to, const void *from, size_t n);

/*
 * A certificate, a session or a packet: -EINVAL when there is no address, no
 * length, or more than 16 KiB; -EFAULT.
 */
#define USER_BLOB_MAX 16384
int user_blob(uint64_t from, uint32_t n, struct buf *ret);

/*
 * Makes sure that the N bytes at AT are memory that can be read, and written
 * when WRITE is set, without a fault: -EINVAL for none or a range that wraps
 * round, -ENOMEM where a kernel could not pin the pages.
 */
int user_pin(uint64_t at, uint64_t n, bool write);

#endif
