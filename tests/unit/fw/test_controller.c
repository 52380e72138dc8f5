/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/controller.c: what a key, a place and the C-bit make of memory. */
#include "fw/controller.h"

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "wire/status.h"

#define BASE ((uint64_t)0x40000)
#define LEN  (4 * (size_t)CONTROLLER_PAGE)

struct ram {
    uint8_t bytes[LEN];
    bool read_only;
};

static uint8_t *map_ram(void *ctx, uint64_t paddr, size_t n, bool write)
{
    struct ram *ram = ctx;

    if ((write && ram->read_only) || n > LEN || paddr < BASE ||
        paddr - BASE > LEN - n) {
        return NULL;
    }
    return ram->bytes + (paddr - BASE);
}

struct bench {
    struct ram ram;
    struct fw_memory memory;
    struct aes128_xts *key;   /* a guest's */
    struct aes128_xts *other; /* another guest's */
    struct aes128_xts *later; /* the first guest's, after another boot */
};

static struct aes128_xts *key_of(uint8_t data, uint8_t tweak)
{
    struct aes128_xts *key = NULL;
    SECRET(data_key);
    SECRET(tweak_key);

    assert_true(secret_alloc(&data_key, 16, NULL));
    assert_true(secret_alloc(&tweak_key, 16, NULL));
    memset(secret_expose_mutable(&data_key), data, 16);
    memset(secret_expose_mutable(&tweak_key), tweak, 16);
    assert_true(controller_key(&data_key, &tweak_key, &key, NULL));
    return key;
}

static void drop(struct bench **b)
{
    aes128_xts_free(&(*b)->key);
    aes128_xts_free(&(*b)->other);
    aes128_xts_free(&(*b)->later);
    free(*b);
}

static struct bench *make(void)
{
    struct bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    b->memory = (struct fw_memory){ map_ram, &b->ram };
    b->key = key_of(1, 0x77);
    b->other = key_of(2, 0x77);
    b->later = key_of(1, 0x78);
    return b;
}

static void memory_that_is_not_there_is_an_invalid_address(void **state)
{
    static const struct {
        uint64_t paddr;
        size_t n;
    } rows[] = {
        { 0, 16 },          { BASE - 16, 32 },         { BASE - 1, 1 },
        { BASE + LEN, 1 },  { BASE + LEN - 15, 16 },   { BASE, LEN + 1 },
        { UINT64_MAX, 1 },  { UINT64_MAX - 15, 16 },   { BASE, 0 },
        { BASE, SIZE_MAX }, { BASE + 5, SIZE_MAX - 9 }
    };
    OWN(drop) struct bench *b = make();
    static uint8_t out[LEN + 1];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(
            controller_read(&b->memory, b->key, rows[i].paddr, out, rows[i].n),
            SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(
            controller_read(&b->memory, NULL, rows[i].paddr, out, rows[i].n),
            SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(controller_write(&b->memory, b->key, rows[i].paddr,
                                          bytes_make(out, rows[i].n)),
                         SEV_STATUS_INVALID_ADDRESS);
    }
    b->ram.read_only = true;
    assert_int_equal(
        controller_write(&b->memory, b->key, BASE, bytes_make(out, 16)),
        SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(controller_read(&b->memory, b->key, BASE, out, 16),
                     SEV_STATUS_SUCCESS);
}

/* Whatever the place and the length, against a copy in plain. */
static void what_is_written_with_a_key_is_read_with_it(void **state)
{
    OWN(drop) struct bench *b = make();
    struct fake_rng random = { 9 };
    static uint8_t model[LEN];
    static uint8_t out[LEN];

    (void)state;
    fake_rng_bytes(&random, model, sizeof model);
    assert_int_equal(
        controller_write(&b->memory, b->key, BASE, BYTES_OF(model)),
        SEV_STATUS_SUCCESS);
    for (int round = 0; round < 400; round++) {
        size_t at = fake_rng_below(&random, LEN);
        size_t n = 1 + fake_rng_below(&random, (uint32_t)(LEN - at));

        if (round % 2 == 0) {
            n = n < 40 ? n : 1 + n % 40;
        }
        fake_rng_bytes(&random, model + at, n);
        assert_int_equal(controller_write(&b->memory, b->key, BASE + at,
                                          bytes_make(model + at, n)),
                         SEV_STATUS_SUCCESS);
        at = fake_rng_below(&random, LEN);
        n = 1 + fake_rng_below(&random, (uint32_t)(LEN - at));
        assert_int_equal(controller_read(&b->memory, b->key, BASE + at, out, n),
                         SEV_STATUS_SUCCESS);
        assert_memory_equal(out, model + at, n);
    }
    assert_memory_not_equal(b->ram.bytes, model, 16);
}

static const char secret[32] = "a secret that the host looks for";

/* Two whole blocks at BASE + 0x110. */
static void put_secret(struct bench *b)
{
    assert_int_equal(controller_write(&b->memory, b->key, BASE + 0x110,
                                      bytes_make(secret, 32)),
                     SEV_STATUS_SUCCESS);
}

/* What READER reads at BASE + AT is not the secret, nor a part of it. */
static void assert_garbage(struct bench *b, struct aes128_xts *reader,
                           uint64_t at)
{
    uint8_t out[32];

    assert_int_equal(
        controller_read(&b->memory, reader, BASE + at, out, sizeof out),
        SEV_STATUS_SUCCESS);
    for (size_t i = 0; i + 4 <= sizeof out; i++) {
        assert_null(memmem(out, sizeof out, secret + i, 4));
    }
}

static void others_read_no_plaintext(void **state)
{
    OWN(drop) struct bench *b = make();

    (void)state;
    put_secret(b);
    assert_null(memmem(b->ram.bytes, LEN, secret, 4));
    assert_garbage(b, NULL, 0x110);
    assert_garbage(b, b->other, 0x110);
    assert_garbage(b, b->later, 0x110);
}

/* To the next block, and to the same place in another page. */
static void moved_ciphertext_is_garbage_and_put_back_it_is_plain(void **state)
{
    static const size_t places[] = { 0x100, 0x120, 0x1110, 0x3110 };
    OWN(drop) struct bench *b = make();
    uint8_t kept[32];
    uint8_t out[32];

    (void)state;
    put_secret(b);
    memcpy(kept, b->ram.bytes + 0x110, sizeof kept);
    for (size_t i = 0; i < N_OF(places); i++) {
        memcpy(b->ram.bytes + places[i], kept, sizeof kept);
        assert_garbage(b, b->key, places[i]);
    }
    memset(b->ram.bytes, 0, LEN);
    memcpy(b->ram.bytes + 0x110, kept, sizeof kept);
    assert_int_equal(
        controller_read(&b->memory, b->key, BASE + 0x110, out, sizeof out),
        SEV_STATUS_SUCCESS);
    assert_memory_equal(out, secret, sizeof out);
}

static void a_changed_bit_spoils_its_block_and_no_other(void **state)
{
    OWN(drop) struct bench *b = make();
    uint8_t out[32];

    (void)state;
    put_secret(b);
    b->ram.bytes[0x113] ^= 4;
    assert_int_equal(
        controller_read(&b->memory, b->key, BASE + 0x110, out, sizeof out),
        SEV_STATUS_SUCCESS);
    assert_memory_not_equal(out, secret, 16);
    assert_memory_equal(out + 16, secret + 16, 16);
}

static void loading_encrypts_in_place_and_hashes_the_plaintext(void **state)
{
    static const size_t rows[][2] = { { 0, LEN },          { 16, 16 },
                                      { 0x20, 4096 },      { 0, 16 },
                                      { 4080, 32 },        { 4096, 4096 },
                                      { 0x30, LEN - 0x30 } };
    struct fake_rng random = { 4 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(drop) struct bench *b = make();
        static uint8_t plain[LEN];
        static uint8_t out[LEN];
        uint8_t digest[SHA256_LEN];
        uint8_t expected[SHA256_LEN];
        size_t at = rows[i][0];
        size_t n = rows[i][1];
        struct sha256 hash;

        fake_rng_bytes(&random, plain, sizeof plain);
        memcpy(b->ram.bytes, plain, sizeof plain);
        sha256_init(&hash);
        assert_int_equal(
            controller_load(&b->memory, b->key, BASE + at, n, &hash),
            SEV_STATUS_SUCCESS);
        sha256_final(&hash, digest);
        sha256(bytes_make(plain + at, n), expected);
        assert_memory_equal(digest, expected, sizeof digest);
        assert_int_equal(controller_read(&b->memory, b->key, BASE + at, out, n),
                         SEV_STATUS_SUCCESS);
        assert_memory_equal(out, plain + at, n);
        /* Only there. */
        assert_memory_not_equal(b->ram.bytes + at, plain + at, n);
        assert_memory_equal(b->ram.bytes, plain, at);
        assert_memory_equal(b->ram.bytes + at + n, plain + at + n,
                            LEN - at - n);
    }
}

static void loading_without_a_key_reads_only(void **state)
{
    OWN(drop) struct bench *b = make();
    struct sha256 hash;

    (void)state;
    b->ram.read_only = true;
    sha256_init(&hash);
    assert_int_equal(controller_load(&b->memory, NULL, BASE, LEN, &hash),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(controller_load(&b->memory, b->key, BASE, LEN, &hash),
                     SEV_STATUS_INVALID_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_is_not_there_is_an_invalid_address),
        cmocka_unit_test(what_is_written_with_a_key_is_read_with_it),
        cmocka_unit_test(others_read_no_plaintext),
        cmocka_unit_test(moved_ciphertext_is_garbage_and_put_back_it_is_plain),
        cmocka_unit_test(a_changed_bit_spoils_its_block_and_no_other),
        cmocka_unit_test(loading_encrypts_in_place_and_hashes_the_plaintext),
        cmocka_unit_test(loading_without_a_key_reads_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
