/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that must not leak: keys, launch secrets. */
#ifndef SEVKIT_BASE_SECRET_H
#define SEVKIT_BASE_SECRET_H

#include "base/error.h"

#include "base/bytes.h"
#include "base/own.h"
#include "base/random.h"

/*
 * A struct sevk_secret holds its bytes in pages of their own, which are locked
 * into memory where the limit allows it, left out of core dumps, not inherited
 * by a child after fork, and wiped before they are given back. The functions
 * for hex, base64, JSON, text and buffers do not accept it: the compiler finds
 * a leak. Declare it with SECRET(name): it is wiped when the scope ends.
 *
 * What this does not do: hide anything from the machine's own root, or from
 * the time in which a key sits in a library's working memory.
 */
struct sevk_secret {
    uint8_t *p_; /* only secret.c touches it; others call secret_expose() */
    size_t n;
    size_t mapped_;
    bool locked; /* false: mlock() was refused, the pages could be swapped */
};

#define SECRET(name) OWN(secret_clear) struct sevk_secret name = { 0 }

/* Wipes and releases; the empty value stays. */
void secret_clear(struct sevk_secret *s);

/* N zero bytes, 1 to 1 MiB. What S held before is cleared. */
SEVK_MUST_CHECK bool secret_alloc(struct sevk_secret *s, size_t n,
                                  struct sevk_error *err);

/* N bytes from RNG. */
SEVK_MUST_CHECK bool secret_random(struct sevk_secret *s, size_t n,
                                   struct rng rng, struct sevk_error *err);

/* A copy of FROM; the caller wipes its own. */
SEVK_MUST_CHECK bool secret_copy(struct sevk_secret *s, struct bytes from,
                                 struct sevk_error *err);

/* Moves: FROM is empty afterwards, TO's old content is cleared. */
void secret_move(struct sevk_secret *to, struct sevk_secret *from);

/*
 * The bytes themselves, for the functions of crypto/ and for the code that
 * lays a secret out for encryption. Each caller is a place that reviewers look
 * at. Valid until S is cleared.
 */
struct bytes secret_expose(const struct sevk_secret *s);
uint8_t *secret_expose_mutable(struct sevk_secret *s);

/*
 * Reads a whole file of MIN to MAX bytes (MAX is less than 1 MiB) straight into
 * locked pages; an empty one is refused also when MIN is 0. WHAT names the
 * content in messages ("TIK"). Regular files and pipes are read; the file's
 * mode is the caller's matter.
 */
SEVK_MUST_CHECK bool secret_read_file(struct sevk_secret *s, const char *path,
                                      size_t min, size_t max, const char *what,
                                      struct sevk_error *err);

/*
 * The comparison for MACs, measurements, digests that decide, and tokens: its
 * time depends on N alone.
 */
bool secret_equal(const void *a, const void *b, size_t n);

/* Overwrites with zeros; the compiler does not remove it. */
void wipe(void *p, size_t n);

/* For OWN() on arrays: a scope that wipes; see WIPED(). */
struct wiped {
    void *p;
    size_t n;
};
void wiped_clear(struct wiped *w);

/* Wipes the array ARRAY when the scope ends. */
#define WIPED(array)                                                           \
    OWN(wiped_clear)                                                           \
    __attribute__((unused)) struct wiped wiped_##array = { (array),            \
                                                           sizeof(array) }

/*
 * Called once by a program that handles keys, before anything else: no core
 * dumps, no ptrace by other processes of the same user.
 */
void secret_harden_process(void);

#endif
