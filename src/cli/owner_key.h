/* SPDX-License-Identifier: Apache-2.0 */
/* The private key of an owner's OCA, and its certificate, from files. */
#ifndef SEVKIT_CLI_OWNER_KEY_H
#define SEVKIT_CLI_OWNER_KEY_H

#include "base/buf.h"
#include "crypto/ec.h"

/*
 * A P-384 private key, PEM or DER. An encrypted one takes the passphrase in
 * PASSPHRASE_FILE; without that (NULL) the terminal is asked.
 */
SEVK_MUST_CHECK bool owner_key_read(const char *path,
                                    const char *passphrase_file,
                                    struct p384_key **ret,
                                    struct sevk_error *err);

/*
 * One SEV certificate of the kind USAGE (enum sev_usage), called NAME ("PEK")
 * in messages. SEVK_INPUT for anything else, with what it is instead.
 */
SEVK_MUST_CHECK bool owner_cert_read(const char *path, uint32_t usage,
                                     const char *name, struct buf *ret,
                                     struct sevk_error *err);

#endif
