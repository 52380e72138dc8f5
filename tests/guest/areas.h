/* SPDX-License-Identifier: Apache-2.0
 *
 * What the image says of itself: it reads its own GUIDed table (formats.md
 * 6.1) out of the flash it runs from, as the host reads it from the file. */
#ifndef GUEST_AREAS_H
#define GUEST_AREAS_H

#include "bytes.h"

struct areas {
    struct area secrets;
    struct area hashes;
};

/* An area that the table does not name has size 0. */
struct areas areas_find(void);

#endif
