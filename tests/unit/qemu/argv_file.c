/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded arguments: one a line. */
#include "unit/qemu/argv_file.h"

#include "base/file.h"
#include "base/own.h"
#include "lib/unit.h"

void argv_file_load(const char *name, struct argv_file *ret)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;
    char *rest;

    assert_works(path_join(ARGV_DIR, name, &path, &err), &err);
    assert_works(file_read(path, 1 << 20, "arguments", &text, &err), &err);
    *ret = (struct argv_file){ 0 };
    rest = (char *)text.p;
    while (*rest != '\0') {
        char *line = strsep(&rest, "\n");

        assert_in_range(ret->n, 0, ARGV_FILE_MAX - 1);
        ret->argv[ret->n++] = strdup(line);
    }
}

void argv_file_free(struct argv_file *file)
{
    for (size_t i = 0; i < file->n; i++) {
        free((void *)(uintptr_t)file->argv[i]);
    }
    *file = (struct argv_file){ 0 };
}
