/* SPDX-License-Identifier: Apache-2.0 */
/* Gives a fuzz target the files of a corpus, whole, cut and mangled. */

/*
 * replay DIR: an ordinary test where there is no libFuzzer. Each file is given
 * to the target as it is, cut at every length of the first few hundred, and
 * with single bits and bytes changed in a repeatable way.
 */
#include <dirent.h>

#include "base/file.h"
#include "base/own.h"
#include "fuzz.h"

#define FILE_MAX ((size_t)1 << 20)
#define CUTS_MAX ((size_t)300)
#define MANGLES  400

static uint64_t random_state = 1;

/* Numerical Recipes' generator: repeatable is all it needs to be. */
static size_t below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

/* In memory of exactly this size, so that a sanitizer sees a step beyond. */
static void give(const uint8_t *p, size_t n)
{
    uint8_t *copy = malloc(n == 0 ? 1 : n);

    must(copy != NULL);
    if (n > 0) {
        memcpy(copy, p, n);
    }
    LLVMFuzzerTestOneInput(n == 0 ? NULL : copy, n);
    free(copy);
}

static void give_mangled(struct buf *b)
{
    static const uint8_t bad[] = { 0x00, 0x01, 0x7f, 0x80, 0xff, '"', '=' };

    for (int i = 0; b->n > 0 && i < MANGLES; i++) {
        size_t at = below(b->n);
        uint8_t was = b->p[at];

        b->p[at] = i % 2 == 0 ? (uint8_t)(was ^ 1u << below(8))
                              : bad[below(sizeof bad)];
        give(b->p, b->n);
        /* Some faults stay, so that they come together. */
        if (i % 8 != 7) {
            b->p[at] = was;
        }
    }
}

static void give_all(struct buf *b)
{
    give(b->p, b->n);
    for (size_t n = 0; n < b->n && n < CUTS_MAX; n++) {
        give(b->p, n);
        give(b->p, b->n - n);
    }
    give_mangled(b);
}

static bool replay_file(const char *dir, const char *name)
{
    OWN(buf_free) struct buf content = { 0 };
    OWN(own_free) char *path = NULL;
    struct sevk_error err;

    if (!path_join(dir, name, &path, &err) ||
        !file_read(path, FILE_MAX, "corpus", &content, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return false;
    }
    give_all(&content);
    return true;
}

/* Returns how many files there were; 0 when one could not be read. */
static size_t replay_dir(const char *dir)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, NULL, alphasort);
    size_t files = 0;
    bool ok = true;

    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.') {
            ok = replay_file(dir, names[i]->d_name) && ok;
            files++;
        }
        free(names[i]);
    }
    free(names);
    return ok ? files : 0;
}

int main(int argc, char **argv)
{
    size_t files = 0;

    give(NULL, 0);
    for (int i = 1; i < argc; i++) {
        size_t more = replay_dir(argv[i]);

        if (more == 0) {
            fprintf(stderr, "%s: no corpus\n", argv[i]);
            return 1;
        }
        files += more;
    }
    printf("%zu files\n", files);
    return files > 0 ? 0 : 1;
}
