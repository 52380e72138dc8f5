/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/secrets.c: what the emulated platform takes, and what not. */
#include "base/own.h"
#include "unit/lib/stage.h"

#define GUID    "c0ffee00-1111-2222-3333-444455556666"
#define SECRET1 "correct horse"
#define SECRETS 0x810000 /* the area of the stage's image */

/* A guest for which the verdict is yes. */
struct proved {
    struct stage *stage;
    struct sevk_session *session;
    struct sevk_expectation *expectation;
    struct vmm_guest *guest;
    struct sevk_verdict *verdict;
    struct sevk_secrets *secrets;
};

static struct sevk_verdict *reach(struct proved *p)
{
    OWN(sevk_measurement_free)
    struct sevk_measurement *m = stage_measure(p->guest);
    struct sevk_verdict *v = NULL;
    struct sevk_error err;

    assert_works(sevk_verdict_reach(p->expectation, m, p->session, 0, &v, &err),
                 &err);
    return v;
}

static void prove(struct proved *p, uint32_t policy, bool kernel)
{
    struct sevk_error err;

    p->stage = stage_open();
    p->session = stage_session(p->stage, policy);
    if (kernel) {
        stage_boot_kernel(p->stage);
    }
    p->expectation = stage_expectation(p->stage);
    p->guest = stage_start(p->stage, p->session);
    p->verdict = reach(p);
    assert_true(sevk_verdict_yes(p->verdict));
    assert_works(sevk_secrets_new(&p->secrets, &err), &err);
    assert_works(sevk_secrets_add(p->secrets, "luks-key", SECRET1,
                                  strlen(SECRET1), &err),
                 &err);
}

static void drop(struct proved *p)
{
    sevk_secrets_free(&p->secrets);
    sevk_verdict_free(&p->verdict);
    sevk_expectation_free(&p->expectation);
    sevk_session_free(&p->session);
    vmm_guest_end(&p->guest);
    stage_close(&p->stage);
}

static bool seal(const struct proved *p, struct sevk_packet **ret,
                 struct sevk_error *err)
{
    return sevk_secrets_seal(p->secrets, p->expectation, p->verdict, p->session,
                             ret, err);
}

static void test_what_is_no_secret_is_refused(void **state)
{
    OWN(sevk_secrets_free) struct sevk_secrets *list = NULL;
    static const uint8_t large[SEVK_SECRETS_LEN_MAX + 1];
    struct sevk_error err;

    (void)state;
    sevk_secrets_free(&list); /* NULL is fine */
    assert_works(sevk_secrets_new(&list, &err), &err);
    assert_fails(sevk_secrets_add(list, "luks", "x", 1, &err), &err, SEVK_USAGE,
                 "luks-key");
    assert_fails(sevk_secrets_add(list, "luks-key", "", 0, &err), &err,
                 SEVK_INPUT, "0 bytes");
    assert_fails(sevk_secrets_add(list, GUID, large, sizeof large, &err), &err,
                 SEVK_INPUT, "16385");
    assert_fails(sevk_secrets_add_file(list, GUID, "/no/such/file", &err), &err,
                 SEVK_INPUT, "/no/such/file");
    assert_int_equal(sevk_secrets_count(list), 0);
    assert_works(sevk_secrets_add(list, GUID, "x", 1, &err), &err);
    assert_fails(sevk_secrets_add(list, GUID, "y", 1, &err), &err, SEVK_USAGE,
                 GUID);
    assert_int_equal(sevk_secrets_count(list), 1);
}

static void test_the_platform_opens_what_was_sealed(void **state)
{
    OWN(drop) struct proved p = { 0 };
    OWN(sevk_packet_free) struct sevk_packet *packet = NULL;
    const uint8_t *header, *payload;
    size_t n_header = 0, n_payload = 0;
    struct sevk_error err;

    (void)state;
    prove(&p, 0x0b, true);
    assert_works(sevk_secrets_add_file(p.secrets, GUID, p.stage->kernel, &err),
                 &err);
    assert_works(seal(&p, &packet, &err), &err);
    header = sevk_packet_header(packet, &n_header);
    payload = sevk_packet_payload(packet, &n_payload);
    assert_int_equal(n_header, 52);
    assert_int_equal(n_payload % 16, 0);
    assert_works(vmm_guest_inject(p.guest, bytes_make(header, n_header),
                                  bytes_make(payload, n_payload), NULL, &err),
                 &err);
    /* Table and entry begin with 20 bytes each (formats.md 8). */
    assert_memory_equal(p.stage->ram + SECRETS + 40, SECRET1, strlen(SECRET1));
    assert_memory_equal(p.stage->ram + SECRETS + 40 + strlen(SECRET1) + 20,
                        "kernel", 6);
}

static void test_another_guest_can_t_open_it(void **state)
{
    OWN(drop) struct proved p = { 0 };
    OWN(vmm_guest_end) struct vmm_guest *other = NULL;
    OWN(sevk_packet_free) struct sevk_packet *packet = NULL;
    size_t n_header = 0, n_payload = 0;
    const uint8_t *header, *payload;
    struct sevk_error err;

    (void)state;
    prove(&p, 0x0b, true);
    other = stage_start(p.stage, p.session);
    assert_works(seal(&p, &packet, &err), &err);
    header = sevk_packet_header(packet, &n_header);
    payload = sevk_packet_payload(packet, &n_payload);
    assert_false(vmm_guest_inject(other, bytes_make(header, n_header),
                                  bytes_make(payload, n_payload), NULL, &err));
}

static void test_no_secret_without_a_yes_of_this_session(void **state)
{
    OWN(drop) struct proved p = { 0 };
    OWN(drop) struct proved q = { 0 };
    OWN(sevk_verdict_free) struct sevk_verdict *platform = NULL;
    struct sevk_packet *packet = NULL;
    struct sevk_error err;

    (void)state;
    prove(&p, 0x0b, true);
    prove(&q, 0x0b, true);
    platform = stage_verdict(p.stage);
    assert_fails(sevk_secrets_seal(p.secrets, p.expectation, NULL, p.session,
                                   &packet, &err),
                 &err, SEVK_REFUSED, "without a verdict");
    assert_fails(sevk_secrets_seal(p.secrets, p.expectation, platform,
                                   p.session, &packet, &err),
                 &err, SEVK_REFUSED, "without a verdict");
    assert_fails(sevk_secrets_seal(p.secrets, p.expectation, q.verdict,
                                   p.session, &packet, &err),
                 &err, SEVK_REFUSED, "this session");
    assert_null(packet);
}

static void test_unmeasured_boot_has_to_be_allowed(void **state)
{
    OWN(drop) struct proved p = { 0 };
    OWN(sevk_packet_free) struct sevk_packet *packet = NULL;
    struct sevk_error err;

    (void)state;
    prove(&p, 0x0b, false);
    assert_fails(seal(&p, &packet, &err), &err, SEVK_REFUSED, "not measured");
    sevk_expectation_allow_unmeasured_boot(p.expectation, true);
    assert_works(seal(&p, &packet, &err), &err);
    sevk_packet_free(&packet);
    sevk_expectation_allow_unmeasured_boot(p.expectation, false);
    sevk_expectation_set_firmware_measures_boot(p.expectation, true);
    assert_works(seal(&p, &packet, &err), &err);
}

static void test_secrets_fit_into_the_area(void **state)
{
    OWN(drop) struct proved p = { 0 };
    static const uint8_t large[0xc00];
    struct sevk_packet *packet = NULL;
    struct sevk_error err;

    (void)state;
    prove(&p, 0x0b, true);
    assert_works(sevk_secrets_add(p.secrets, GUID, large, sizeof large, &err),
                 &err);
    assert_fails(seal(&p, &packet, &err), &err, SEVK_REFUSED, "3072");
    sevk_secrets_free(&p.secrets);
    assert_works(sevk_secrets_new(&p.secrets, &err), &err);
    assert_fails(seal(&p, &packet, &err), &err, SEVK_USAGE, "no secret");
    assert_null(packet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_secret_is_refused),
        cmocka_unit_test(test_the_platform_opens_what_was_sealed),
        cmocka_unit_test(test_another_guest_can_t_open_it),
        cmocka_unit_test(test_no_secret_without_a_yes_of_this_session),
        cmocka_unit_test(test_unmeasured_boot_has_to_be_allowed),
        cmocka_unit_test(test_secrets_fit_into_the_area),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
