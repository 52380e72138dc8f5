/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes HMP's "x" and "xp": what is asked for is bounded, and is shown. */
#include "qemu/memory_text.h"

#include "fuzz.h"

static bool read_memory(void *ctx, uint64_t address, uint8_t *ret, size_t n,
                        bool *ret_there, struct sevk_error *err)
{
    (void)err;
    must(n > 0 && n <= 16);
    *(size_t *)ctx += n;
    memset(ret, (int)(address & 0xff), n);
    *ret_there = true;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    struct memory_request r;

    if (memory_request_parse(text, &r, NULL)) {
        struct buf lines = { 0 };
        size_t seen = 0;

        must(strchr("oduxc", r.format) != NULL);
        must(r.size == 1 || r.size == 2 || r.size == 4 || r.size == 8);
        must((uint64_t)r.count * r.size <= MEMORY_TEXT_MAX);
        r.count %= 1000; /* long texts tell nothing new */
        must(memory_text_append(
            &lines, &r, (struct memory_reader){ read_memory, &seen }, NULL));
        must(seen == (size_t)r.count * r.size);
        buf_free(&lines);
    }
    free(text);
    return 0;
}
