/* SPDX-License-Identifier: Apache-2.0 */
/* The rules' table, and the page that lists it. */
#include "kube/rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/unit.h"

static void every_rule_is_whole_and_has_an_id_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_RULES; i++) {
        assert_non_null(kube_rules[i].id);
        assert_non_null(kube_rules[i].fix);
        assert_non_null(kube_rules[i].summary);
        assert_true(strncmp(kube_rules[i].id, "kubevirt.", 9) == 0);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(kube_rules[i].id, kube_rules[j].id);
        }
    }
}

static void the_page_lists_every_rule_and_no_other(void **state)
{
    static const char *const severities[] = { "note", "warning", "error" };
    OWN(buf_free) struct buf page = { 0 };
    struct sevk_error err;
    size_t listed = 0;

    (void)state;
    assert_works(file_read(KUBE_PAGE, 1 << 20, "page", &page, &err), &err);
    for (size_t i = 0; i < N_RULES; i++) {
        char line[120];

        snprintf(line, sizeof line, "\n.It Cm %s Pq %s\n", kube_rules[i].id,
                 severities[kube_rules[i].severity]);
        if (strstr(buf_string(&page), line) == NULL) {
            fail_msg("%s lacks%s", KUBE_PAGE, line);
        }
    }
    for (const char *at = buf_string(&page);
         (at = strstr(at, ".It Cm kubevirt.")) != NULL; at++) {
        listed++;
    }
    assert_int_equal(listed, N_RULES + 1); /* "more" is nobody's rule */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_whole_and_has_an_id_of_its_own),
        cmocka_unit_test(the_page_lists_every_rule_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
