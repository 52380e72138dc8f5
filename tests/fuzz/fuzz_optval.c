/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes option values: what is parsed is written back in a form that stays. */
#include "qemu/optval.h"

#include "fuzz.h"

static void read_all(const struct optval *v)
{
    json_object_object_foreach(v->o, key, value)
    {
        uint64_t n = 0;

        (void)value;
        (void)optval_string(v, key);
        (void)optval_true(v, key);
        (void)!optval_number(v, key, "fuzz", UINT32_MAX, &n, NULL);
        must(n <= UINT32_MAX);
        (void)!optval_size(v, key, "fuzz", 1 << 20, &n, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    struct optval v = { 0 };

    if (optval_parse(text, "type", &v)) {
        struct buf once = { 0 };
        struct buf twice = { 0 };
        struct optval again = { 0 };

        read_all(&v);
        must(optval_format(&v, &once, NULL));
        must(optval_parse(buf_string(&once), "type", &again));
        must(again.json == v.json);
        must(optval_format(&again, &twice, NULL));
        must(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
        optval_free(&again);
        buf_free(&once);
        buf_free(&twice);
    }
    optval_free(&v);
    free(text);
    return 0;
}
