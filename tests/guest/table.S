/* SPDX-License-Identifier: Apache-2.0
 *
 * The GUIDed table that the host reads from the image (formats.md 6.1). The
 * macros TABLE, SECRETS_BASE, SECRETS_SIZE, HASHES_BASE and HASHES_SIZE come
 * from meson.build, which makes one image for each set of values. */

        .macro  guid a, b, c, d0, d1, e0, e1, e2, e3, e4, e5
        .long   \a
        .word   \b, \c
        .byte   \d0, \d1, \e0, \e1, \e2, \e3, \e4, \e5
        .endm

        .section .table, "a"
#if TABLE
table:
        /* the area for the kernel hash table */
        .long   HASHES_BASE, HASHES_SIZE
        .word   26
        guid    0x7255371f, 0x3a3b, 0x4b04, 0x92, 0x7b, \
                0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54

        /* the area for injected secrets */
        .long   SECRETS_BASE, SECRETS_SIZE
        .word   26
        guid    0x4c2eb361, 0x7d9b, 0x4cc3, 0x80, 0x81, \
                0x12, 0x7c, 0x90, 0xd3, 0xd2, 0x94

        /* the SEV-ES reset vector of the other processors */
        .long   ap_park
        .word   22
        guid    0x00f771de, 0x1a7e, 0x4fcb, 0x89, 0x0e, \
                0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e

        /* footer: the length of all this, and the table's own GUID */
        .word   table_end - table
        guid    0x96b582de, 0x1fb2, 0x45f7, 0xba, 0xea, \
                0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d
table_end:
#else
        .skip   92, 0xff
#endif

        .section .note.GNU-stack, "", @progbits
