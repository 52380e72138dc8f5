/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel's command line as programs are known to spoil it. */
#ifndef SEVKIT_ATTEST_EXPLAIN_CMDLINE_H
#define SEVKIT_ATTEST_EXPLAIN_CMDLINE_H

#include <sevkit/error.h>

#include <stddef.h>
#include <stdint.h>

/*
 * QEMU hashes the text with its NUL (formats.md 6.2). On its way the text may
 * get a newline (a file that was read), lose or gain a space (XML), or an
 * "initrd=initrd" (a boot loader); and tools hash it without the NUL.
 *
 * The I-th way to spoil TEXT: its hash, and what it is in words. False when
 * there is no I-th. TEXT may be NULL: not known; then only those that do not
 * need it.
 */
bool explain_cmdline(const char *text, size_t i, const char **ret_words,
                     uint8_t ret_digest[static 32]);

#endif
