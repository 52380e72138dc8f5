/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret table that the host injects into the secret area (formats.md 8).
 * What is printed of a secret is its hash, never the secret itself. */
#ifndef GUEST_SECRETS_H
#define GUEST_SECRETS_H

#include "bytes.h"

/* One line an entry, or "secret: none", or "secret: malformed". Nothing of a
 * malformed table is printed. */
void secrets_print(struct area area);

#endif
