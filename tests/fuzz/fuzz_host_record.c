/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes a recorded host: whatever its pieces hold, all checks answer. */
#include "base/own.h"
#include "fuzz.h"
#include "host/check.h"

/* The pieces follow one another, each after a line "==N", its number. */
static void split(char *text, struct host_record *record)
{
    char *at = strstr(text, "==");

    while (at != NULL && at[2] != '\0') {
        unsigned int piece = (uint8_t)(at[2] - 'a') % RECORD_PIECES;
        char *next = strstr(at + 3, "==");

        if (next != NULL) {
            *next = '\0';
        }
        if (!record->has[piece]) {
            record->has[piece] = true;
            must(buf_append_string(&record->text[piece], at + 3, NULL));
        }
        at = next;
        if (next != NULL) {
            *next = '=';
        }
    }
}

static void judge(const struct host_facts *facts, enum check_want want)
{
    OWN(own_free)
    struct check_result *results = calloc(CHECKS_MAX, sizeof *results);
    size_t n = 0;
    bool errors = false;
    bool ready;

    must(results != NULL);
    ready = check_host(facts, want, results);
    must(check_rows(&n) != NULL && n <= CHECKS_MAX);
    for (size_t i = 0; i < n; i++) {
        must(results[i].message[0] != '\0');
        must(strpbrk(results[i].message, "\n\x1b") == NULL);
        errors = errors || results[i].verdict == CHECK_ERROR;
    }
    must(ready == !errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    OWN(own_free) char *text = fuzz_string(p, n);
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    OWN(host_record_clear) struct host_record record = { 0 };

    must(facts != NULL);
    split(text, &record);
    host_facts_read(&record, facts);
    must(facts->n_images <= HOST_IMAGES_MAX);
    judge(facts, CHECK_BOTH);
    judge(facts, CHECK_SEV);
    judge(facts, CHECK_ES);
    return 0;
}
