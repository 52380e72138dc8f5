/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test includes: cmocka with what it needs before it. */
#ifndef SEVKIT_TESTS_UNIT_H
#define SEVKIT_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sevkit/error.h>

#include "base/bytes.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The call works; if not, the test fails with what ERR says. */
#define assert_works(call, err)                                                \
    do {                                                                       \
        if (!(call)) {                                                         \
            fail_msg("%s: %s", #call, (err)->message);                         \
        }                                                                      \
    } while (0)

/* The call fails with category CODE and a message that contains PART. */
#define assert_fails(call, err, expected_code, part)                           \
    do {                                                                       \
        *(err) = (struct sevk_error){ 0 };                                     \
        assert_false(call);                                                    \
        if (strstr((err)->message, (part)) == NULL) {                          \
            fail_msg("'%s' does not contain '%s'", (err)->message, (part));    \
        }                                                                      \
        assert_int_equal((err)->code, (expected_code));                        \
    } while (0)

#define assert_bytes_equal(a, b) assert_same_bytes((a), (b), __FILE__, __LINE__)

static inline void assert_same_bytes(struct bytes a, struct bytes b,
                                     const char *file, int line)
{
    _assert_int_equal(a.n, b.n, file, line);
    if (a.n > 0) {
        _assert_memory_equal(a.p, b.p, a.n, file, line);
    }
}

#endif
