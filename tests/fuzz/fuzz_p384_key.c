/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes private keys: an accepted one is a key pair that can be used. */
#include "base/own.h"
#include "crypto/ec.h"

#include "fuzz.h"

static void check(const struct p384_key *key)
{
    OWN(p384_key_free) struct p384_key *again = NULL;
    struct ec_point p;
    struct ec_point q;
    SECRET(scalar);

    p384_key_point(key, &p);
    must(p384_point_valid(&p));
    must(p384_key_scalar(key, &scalar, NULL));
    must(p384_key_from_scalar(secret_expose(&scalar), &again, NULL));
    p384_key_point(again, &q);
    must(memcmp(&p, &q, sizeof p) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    OWN(p384_key_free) struct p384_key *key = NULL;

    if (p384_key_parse(bytes_make(p, n), "key", &key, NULL)) {
        check(key);
    } else {
        must(key == NULL);
    }
    return 0;
}
