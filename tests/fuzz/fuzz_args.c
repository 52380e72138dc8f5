/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes QEMU's command line, an argument a line: reading and rewriting. */
#include "qemu/rewrite.h"

#include "fuzz.h"

#define ARGUMENTS_MAX 200

/* How often WORD stands behind "-object" (or "--object"). */
static int count_objects(const char *const *argv, const char *word)
{
    int n = 0;

    for (size_t i = 1; argv[i] != NULL; i++) {
        n += strcmp(argv[i], word) == 0 &&
             strcmp(argv[i - 1] + strspn(argv[i - 1], "-"), "object") == 0;
    }
    return n;
}

static void rewrite_all(const struct args *a)
{
    const struct rewrite with = { .program = "/qemu",
                                  .host_cpu = "EPYC",
                                  .firmware = 11,
                                  .kernel = 12,
                                  .initrd = 13,
                                  .monitor = 14 };
    struct argv out = { 0 };

    if (!args_rewrite(a, &with, &out, NULL)) {
        return;
    }
    must(out.n > 0 && out.v[out.n] == NULL);
    if (a->mode == ARGS_GUEST) {
        const char *object = a->argv[a->sev.at];

        must(count_objects((const char *const *)out.v, object) <
             count_objects(a->argv, object));
    }
    argv_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    char *rest = text;
    const char *argv[ARGUMENTS_MAX + 1] = { "qemu" };
    struct args a = { 0 };

    for (size_t i = 1; i < ARGUMENTS_MAX && rest != NULL; i++) {
        argv[i] = strsep(&rest, "\n");
    }
    if (args_read(argv, &a, NULL)) {
        must(a.mode != ARGS_GUEST || (a.n_ram > 0 && a.vcpus > 0));
        must(a.mode != ARGS_GUEST || a.firmware != NULL);
        rewrite_all(&a);
        args_free(&a);
    }
    free(text);
    return 0;
}
