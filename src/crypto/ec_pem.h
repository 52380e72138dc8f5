/* SPDX-License-Identifier: Apache-2.0 */
/* A P-384 private key as a file: PEM, encrypted or not. */
#ifndef SEVKIT_CRYPTO_EC_PEM_H
#define SEVKIT_CRYPTO_EC_PEM_H

#include "crypto/ec.h"

/*
 * Written as PKCS #8 (RFC 5958) in PEM (RFC 7468). With a passphrase it is
 * encrypted by PBES2 (RFC 8018): PBKDF2 with HMAC-SHA256 and 600,000 rounds,
 * AES-256-CBC, so that openssl(1) reads it too. A passphrase is 1 to 1024
 * bytes, of any value; it is not ended by a NUL.
 */
#define EC_PASSPHRASE_MAX 1024
#define EC_PEM_MAX        ((size_t)64 * 1024)

/* PASSPHRASE NULL: not encrypted. RET is the file's content. */
SEVK_MUST_CHECK bool p384_key_write_pem(const struct p384_key *key,
                                        const struct sevk_secret *passphrase,
                                        struct sevk_secret *ret,
                                        struct sevk_error *err);

/* The other form that programs take: SEC 1 (RFC 5915) in DER, not encrypted. */
SEVK_MUST_CHECK bool p384_key_write_der(const struct p384_key *key,
                                        struct sevk_secret *ret,
                                        struct sevk_error *err);

/* True when TEXT says of itself that it is encrypted. */
bool p384_key_is_encrypted(struct bytes text);

/*
 * Reads PEM that may be encrypted; what is not is read as p384_key_parse()
 * does, whatever PASSPHRASE is. A wrong passphrase is SEVK_INPUT, as is an
 * encrypted key when PASSPHRASE is NULL.
 */
SEVK_MUST_CHECK bool p384_key_read_pem(struct bytes text,
                                       const struct sevk_secret *passphrase,
                                       const char *what, struct p384_key **ret,
                                       struct sevk_error *err);

#endif
