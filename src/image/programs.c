/* SPDX-License-Identifier: Apache-2.0 */
/* Programs for an initrd, with the shared libraries that they need. */
#include "image/programs.h"

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "image/elf.h"
#include "image/tool.h"

#define PROGRAM_LEN_MAX ((size_t)128 << 20)

static bool add_here(struct cpio *cpio, const char *path,
                     struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    return path[0] != '/' || cpio_has(cpio, path + 1) ||
           (file_read(path, PROGRAM_LEN_MAX, "library", &content, err) &&
            cpio_add_file(cpio, path + 1, 0755, buf_bytes(&content), err));
}

/* "\tlibc.so.6 => /lib/x/libc.so.6 (0x…)", "\t/lib64/ld.so (0x…)", or what has
 * no file. "not found" stands where a path should. */
static bool add_line(struct cpio *cpio, const char *line, size_t n,
                     struct sevk_error *err)
{
    OWN(own_free) char *text = strndup(line, n);
    char *at = text;
    char *arrow;

    if (text == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for libraries");
    }
    arrow = strstr(text, " => ");
    at = arrow != NULL ? arrow + 4 : text + strspn(text, "\t ");
    if (strncmp(at, "not found", 9) == 0) {
        return sevk_fail(err, SEVK_HOST, "a library is missing: %s",
                         text + strspn(text, "\t "));
    }
    at[strcspn(at, " ")] = '\0';
    return at[0] != '/' || add_here(cpio, at, err);
}

static bool add_libraries(struct cpio *cpio, const char *interpreter,
                          const char *path, struct sevk_error *err)
{
    OWN(buf_free) struct buf list = { 0 };
    const struct tool tool = {
        .path = interpreter,
        .argv = (const char *const[]){ interpreter, "--list", path, NULL },
    };

    if (!tool_run(&tool, &list, err) || !add_here(cpio, interpreter, err)) {
        return false;
    }
    for (const char *at = buf_string(&list); *at != '\0';) {
        const size_t n = strcspn(at, "\n");

        if (!add_line(cpio, at, n, err)) {
            return false;
        }
        at += n + (at[n] == '\n');
    }
    return true;
}

bool programs_add(struct cpio *cpio, const char *name, const char *path,
                  struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };
    OWN(buf_free) struct buf place = { 0 };
    const char *interpreter = NULL;

    return file_read(path, PROGRAM_LEN_MAX, "program", &content, err) &&
           elf_interpreter(buf_bytes(&content), path, &interpreter, err) &&
           buf_printf(&place, err, "bin/%s", name) &&
           cpio_add_file(cpio, buf_string(&place), 0755, buf_bytes(&content),
                         err) &&
           (interpreter == NULL || add_libraries(cpio, interpreter, path, err));
}

bool programs_add_library(struct cpio *cpio, const char *file,
                          struct sevk_error *err)
{
    for (size_t i = 0; i < cpio->n; i++) {
        const char *entry = cpio->entries[i].path;
        const char *slash = strrchr(entry, '/');
        OWN(own_free) char *path = NULL;

        if (slash == NULL || strstr(slash, ".so") == NULL) {
            continue;
        }
        if (asprintf(&path, "/%.*s/%s", (int)(slash - entry), entry, file) <
            0) {
            path = NULL;
            return sevk_fail(err, SEVK_HOST, "out of memory for a path");
        }
        if (access(path, R_OK) == 0) {
            return add_here(cpio, path, err);
        }
    }
    return sevk_fail(err, SEVK_HOST, "no library '%s' beside the others", file);
}
