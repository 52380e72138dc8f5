/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes SEV certificates: what is accepted comes back, and so do its parts. */
#include "wire/sev_cert.h"

#include "fuzz.h"

static void check_pubkey(const struct sev_cert *c)
{
    struct sev_cert copy = *c;
    struct sev_ec_field ec;

    sev_cert_get_ec(c, &ec);
    sev_cert_set_ec(&copy, &ec);
    must(memcmp(copy.pubkey, c->pubkey, 148) == 0);
    must(bytes_all_zero(bytes_make(copy.pubkey + 148, 880)));
}

static void check_slot(const struct sev_cert_slot *slot)
{
    struct sev_cert_slot copy;
    uint8_t r[72];
    uint8_t s[72];

    if (sev_cert_slot_get_ecdsa(slot, r, s)) {
        sev_cert_slot_set_ecdsa(&copy, slot->usage, slot->algo, r, s);
        must(memcmp(&copy, slot, sizeof copy) == 0);
    }
    if (sev_cert_slot_is_empty(slot)) {
        sev_cert_slot_set_empty(&copy);
        must(memcmp(&copy, slot, sizeof copy) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf text = { 0 };
    struct sev_cert c;
    uint8_t again[SEV_CERT_LEN];

    if (!sev_cert_decode(bytes_make(p, n), &c, NULL)) {
        return 0;
    }
    must(n == SEV_CERT_LEN);
    sev_cert_encode(&c, again);
    must(memcmp(again, p, n) == 0);
    sev_cert_encode_body(&c, again);
    must(memcmp(again, p, SEV_CERT_BODY_LEN) == 0);
    check_pubkey(&c);
    check_slot(&c.slots[0]);
    check_slot(&c.slots[1]);
    must(sev_cert_dump(&c, &text, NULL));
    buf_free(&text);
    return 0;
}
