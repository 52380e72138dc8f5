/* SPDX-License-Identifier: Apache-2.0 */
/* Published numbers of P-384, and private keys in the forms of PEM. */
#ifndef SEVKIT_TESTS_EC_VECTORS_H
#define SEVKIT_TESTS_EC_VECTORS_H

/* FIPS 186-4, D.1.2.4. */
#define P384_P                                                                 \
    "ffffffffffffffffffffffffffffffffffffffffffffffff"                         \
    "fffffffffffffffeffffffff0000000000000000ffffffff"
#define P384_N                                                                 \
    "ffffffffffffffffffffffffffffffffffffffffffffffff"                         \
    "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
#define P384_GX                                                                \
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"                         \
    "59f741e082542a385502f25dbf55296c3a545e3872760ab7"
#define P384_GY                                                                \
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"                         \
    "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"

/* RFC 5903, 8.2: 384-bit random ECP group. */
#define RFC5903_I                                                              \
    "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f16"                         \
    "0647b67414dce655e35b538041e649ee3faef896783ab194"
#define RFC5903_IX                                                             \
    "667842d7d180ac2cde6f74f37551f55755c7645c20ef73e3"                         \
    "1634fe72b4c55ee6de3ac808acb4bdb4c88732aee95f41aa"
#define RFC5903_IY                                                             \
    "9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ad"                         \
    "a024181535a0f38eeb9fcff3c2c947dae69b4c634573a81c"
#define RFC5903_R                                                              \
    "41cb0779b4bdb85d47846725fbec3c9430fab46cc8dc5060"                         \
    "855cc9bda0aa2942e0308312916b8ed2960e4bd55a7448fc"
#define RFC5903_RX                                                             \
    "e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d"                         \
    "83cfa41732bc509d0d1ac43a0336def96fda41d0774a3571"
#define RFC5903_RY                                                             \
    "dcfbec7aacf3196472169e838430367f66eebe3c6e70c416"                         \
    "dd5f0c68759dd1fff83fa40142209dff5eaad96db9e6386c"
#define RFC5903_Z                                                              \
    "11187331c279962d93d604243fd592cb9d0a926f422e4718"                         \
    "7521287e7156c5c4d603135569b9e9d09cf5d4a270f59746"

/* RFC 6979, A.2.6. */
#define RFC6979_X                                                              \
    "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba"                         \
    "9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5"
#define RFC6979_UX                                                             \
    "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e"                         \
    "06aae5286b300c64def8f0ea9055866064a254515480bc13"
#define RFC6979_UY                                                             \
    "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9"                         \
    "f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720"

/* The key of session/pek_key.der in the forms of PEM, made with openssl(1). */
static const char pem_sec1[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MIGkAgEBBDAWFmaEa17Vhl4DdIjVprk7EmrPDzP72IxEqezIJhQvoSiwqjgzPPkM\n"
    "Fm6HF521p8KgBwYFK4EEACKhZANiAARwud3JtPl5ASxQOBjz9tRD52hG+h2oPkiH\n"
    "4lJ9G/Cy8DMJyJapQa3Z9rt085xLdH0etKigJUucxIy/Ttg76W9GB79peGgRizt/\n"
    "+Hy8P8w9eTMBUJSmU5CGhlE2a4epvmE=\n"
    "-----END EC PRIVATE KEY-----\n";

static const char pem_pkcs8[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAWFmaEa17Vhl4DdIjV\n"
    "prk7EmrPDzP72IxEqezIJhQvoSiwqjgzPPkMFm6HF521p8KhZANiAARwud3JtPl5\n"
    "ASxQOBjz9tRD52hG+h2oPkiH4lJ9G/Cy8DMJyJapQa3Z9rt085xLdH0etKigJUuc\n"
    "xIy/Ttg76W9GB79peGgRizt/+Hy8P8w9eTMBUJSmU5CGhlE2a4epvmE=\n"
    "-----END PRIVATE KEY-----\n";

static const char pem_encrypted[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIIBGzBWBgkqhkiG9w0BBQ0wSTAoBgkqhkiG9w0BBQwwGwQIr+UnQlK7ic4CAQEw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKjwA+wc73ICQvyRWZBv5P4EgcBL\n"
    "9QsAkNsMgGeKUTG+92oBJdHFLC55Uyunwbk0VYKnhk/SIhHQJ5QR/s0ZuRoH76BW\n"
    "IxxDoTQvZ5azdh+mAjyf0If4sgUv2qXAMGCcd9Zqw/lMM4kVBnF6Ad+I9tKAuI9N\n"
    "xmhi4J9UAwX0rWFfxpW1DhcL0nsy624JNisO1AiOirQehEedo+Tjla4vZ/fMf4ZA\n"
    "aT48pK3baNv0HGqavxnz0uoew7o42H72uN4/xiHPdHEeeOEhLoBO3FuL40eY9cM=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* Keys of other kinds, made for this test. */
static const char pem_p256[] =
    "-----BEGIN EC PARAMETERS-----\n"
    "BggqhkjOPQMBBw==\n"
    "-----END EC PARAMETERS-----\n"
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIKSS5PceI3wMUd1dvdSZB0CEvh7xoPfanJ2PcIL65nWnoAoGCCqGSM49\n"
    "AwEHoUQDQgAEtBzb7nI72dxcZS+h4Bw0UgS//H7oXQCw0wutY2lMNwyuzgJYZImH\n"
    "Q+hw3HRibHnReeioSGU79zRCFTQDHBsM0Q==\n"
    "-----END EC PRIVATE KEY-----\n";

static const char pem_ed25519[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEICVTxAstXE4XkZVoCLY9GOQdIZ8OJ71MJYkBOE0ddgNW\n"
    "-----END PRIVATE KEY-----\n";

#endif
