/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that looks like the places in which a guest finds its secrets. */
#ifndef SEVKIT_TESTS_FAKE_ROOT_H
#define SEVKIT_TESTS_FAKE_ROOT_H

#include "base/bytes.h"
#include "lib/temp_dir.h"
#include "wire/secret_table.h"

/* Where the fake memory map has its one reserved page below 16 MiB. */
#define FAKE_ADDRESS 0x810000

/* The GUID with 16 times the byte B. */
struct guid fake_guid(uint8_t b);

/* DIR/PATH with this content; folders are made. */
void fake_file(const struct temp_dir *dir, const char *path,
               struct bytes content);

/* proc/iomem with the page, and dev/mem with PAGE (at most 4096 bytes) there. */
void fake_memory(const struct temp_dir *dir, struct bytes page);

/* A page with two secrets ("first" under fake_guid(1), "second" under the GUID
 * for a LUKS key) and, if HASHES, a table of hashes at C00h whose command line
 * is "quiet". */
void fake_page(uint8_t out[static 4096], bool hashes);

/* sys/kernel/security/secrets/coco/GUID */
void fake_coco(const struct temp_dir *dir, const struct guid *guid,
               struct bytes content);

#endif
