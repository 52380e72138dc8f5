/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl verify: the certificate chain as a tree. */
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "cli/cache.h"
#include "cli/sevctl/sevctl.h"
#include "crypto/hash.h"
#include "owner/cert_file.h"
#include "owner/chain.h"
#include "wire/amd_cert.h"

struct options {
    const char *sev;
    const char *oca;
    const char *ca;
};

static const struct opt rows[] = {
    { .name = "sev",
      .arg = "FILE",
      .help = "PDH, PEK, OCA and CEK (default: from the platform)",
      .set = opt_set_string,
      .at = offsetof(struct options, sev) },
    { .name = "oca",
      .arg = "FILE",
      .help = "the owner's OCA, instead of the chain's",
      .set = opt_set_string,
      .at = offsetof(struct options, oca) },
    { .name = "ca",
      .arg = "FILE",
      .help = "ASK and ARK to trust (default: AMD's)",
      .set = opt_set_string,
      .at = offsetof(struct options, ca) },
};

/* -- What is to be judged. ------------------------------------------------- */

/* What --oca and --ca bring is not taken from elsewhere. */
static bool is_replaced(const struct options *o, enum chain_role role)
{
    return (role == CHAIN_OCA && o->oca != NULL) ||
           ((role == CHAIN_ASK || role == CHAIN_ARK) && o->ca != NULL);
}

static bool add_items(const struct options *o, struct chain *chain,
                      struct bytes content, const char *what,
                      struct sevk_error *err)
{
    OWN(buf_free) struct buf decoded = { 0 };
    struct cert_item item;
    struct bytes certs;
    size_t at = 0;

    if (!cert_file_content(content, what, &decoded, &certs, err)) {
        return false;
    }
    while (at < certs.n) {
        if (!cert_file_next(certs, &at, &item, err)) {
            return sevk_fail_in(err, "'%s'", what);
        }
        if (!is_replaced(o, item.role) &&
            !chain_add(chain, item.bytes, what, err)) {
            return false;
        }
    }
    return true;
}

static bool add_file(const struct options *o, struct chain *chain,
                     const char *path, struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    return file_read(path, CHAIN_FILE_MAX, "certificates", &content, err) &&
           add_items(o, chain, buf_bytes(&content), path, err);
}

/*
 * The platform's own. A virtual one has been named by its user, and brings the
 * root that it is to be judged by.
 */
static bool add_platform(const struct sevctl_call *call, struct chain *chain,
                         struct trust *trust, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(device_close) struct device *device = NULL;
    OWN(own_free) uint8_t *certs = malloc(SEV_CERT_LEN + DEVICE_CHAIN_LEN);
    OWN(buf_free) struct buf ask_ark = { 0 };

    if (certs == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!sevctl_open(call, false, &device, err) ||
        !device_export(device, certs, certs + SEV_CERT_LEN, err) ||
        (device_is_virtual(device) &&
         !device_vendor_certs(device, certs + 3 * SEV_CERT_LEN, &ask_ark,
                              err)) ||
        !add_items(o, chain, bytes_make(certs, SEV_CERT_LEN + DEVICE_CHAIN_LEN),
                   "the platform", err)) {
        return false;
    }
    return o->ca != NULL || !device_is_virtual(device) ||
           trust_add(trust, buf_bytes(&ask_ark), "the virtual platform", err);
}

static bool collect(const struct sevctl_call *call, struct chain *chain,
                    struct trust *trust, struct sevk_error *err)
{
    const struct options *o = call->options;

    if (o->ca == NULL ? !trust_add_amd(trust, err)
                      : !trust_add_file(trust, o->ca, err) ||
                            !chain_add_file(chain, o->ca, err)) {
        return false;
    }
    return (o->oca == NULL || chain_add_file(chain, o->oca, err)) &&
           (o->sev == NULL ? add_platform(call, chain, trust, err)
                           : add_file(o, chain, o->sev, err));
}

/* -- The tree. ------------------------------------------------------------- */

/* Kind and size of the key, how it is used, and the hash of what is signed. */
static void describe_sev(struct bytes bytes, char ret[static 128])
{
    char hex[2 * SHA256_LEN + 1];
    uint8_t digest[SHA256_LEN];
    struct sev_cert cert;
    bool ecdh;

    if (!sev_cert_decode(bytes, &cert, NULL)) {
        snprintf(ret, 128, "?");
        return;
    }
    ecdh = cert.pubkey_algo == SEV_ALGO_ECDH_SHA256 ||
           cert.pubkey_algo == SEV_ALGO_ECDH_SHA384;
    sha256(bytes_make(bytes.p, SEV_CERT_BODY_LEN), digest);
    hex_format(BYTES_OF(digest), hex);
    snprintf(ret, 128, "EP384 %c%s %s", ecdh ? 'D' : 'E',
             (cert.pubkey_algo & 0x100) != 0 ? "384" : "256", hex);
}

static void describe_amd(struct bytes bytes, char ret[static 128])
{
    char hex[2 * SHA384_LEN + 1];
    uint8_t digest[SHA384_LEN];
    struct amd_cert cert;
    size_t len;

    if (!amd_cert_decode(bytes, &cert, &len, NULL)) {
        snprintf(ret, 128, "?");
        return;
    }
    bytes.n = amd_cert_signed_len(cert.modulus_bits);
    if (cert.modulus_bits == 4096) {
        sha384(bytes, digest);
        hex_format(BYTES_OF(digest), hex);
    } else {
        sha256(bytes, digest);
        hex_format(bytes_make(digest, SHA256_LEN), hex);
    }
    snprintf(ret, 128, "R%u R%s %s", cert.modulus_bits,
             cert.modulus_bits == 4096 ? "384" : "256", hex);
}

static struct bytes ark_of(const struct chain *chain, const struct trust *trust,
                           enum chain_role role)
{
    struct bytes cert = chain_cert(chain, role);

    /* Those that were not in the files are the root's that was found. */
    if (cert.n == 0 && trust->n == 1) {
        const struct trust_root *root = &trust->roots[0];

        return role == CHAIN_ARK ? bytes_make(root->ark, root->ark_len)
                                 : bytes_make(root->ask, root->ask_len);
    }
    return cert;
}

struct tree {
    const struct chain_verdict *verdict;
    bool colour;
};

static void mark(const struct tree *t, enum chain_link_id link,
                 const char *good, const char *bad)
{
    bool ok = t->verdict->links[link].state == CHAIN_LINK_OK;

    printf(t->colour ? "\033[38;5;%sm%s\033[0m" : "%.0s%s", ok ? "2" : "1",
           ok ? good : bad);
}

#define SIGNS     "\xe2\xac\x91"
#define SIGNS_NOT "\xe2\xac\x91\xcc\xb8"
#define SELF      "\xe2\x80\xa2"
#define SELF_NOT  "\xe2\x80\xa2\xcc\xb7"
#define NO_LINK   CHAIN_LINKS

static const struct {
    enum chain_role role;
    int indent;
    enum chain_link_id self; /* NO_LINK: it does not sign itself */
    enum chain_link_id signs;
} lines[] = {
    { CHAIN_PDH, 0, NO_LINK, NO_LINK },
    { CHAIN_PEK, 1, NO_LINK, CHAIN_LINK_PDH_PEK },
    { CHAIN_OCA, 3, CHAIN_LINK_OCA_SELF, CHAIN_LINK_PEK_OCA },
    { CHAIN_CEK, 4, NO_LINK, CHAIN_LINK_PEK_CEK },
    { CHAIN_ASK, 7, NO_LINK, CHAIN_LINK_CEK_ASK },
    { CHAIN_ARK, 9, CHAIN_LINK_ARK_SELF, CHAIN_LINK_ASK_ARK },
};

static void draw(const struct tree *t, const struct chain *chain,
                 const struct trust *trust)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        bool amd = lines[i].role >= CHAIN_ASK;
        struct bytes cert = ark_of(chain, trust, lines[i].role);
        char text[128] = "missing";

        if (cert.n != 0) {
            (amd ? describe_amd : describe_sev)(cert, text);
        }
        printf("%*s", lines[i].indent, "");
        if (lines[i].self != NO_LINK) {
            mark(t, lines[i].self, SELF, SELF_NOT);
        }
        if (lines[i].signs != NO_LINK) {
            mark(t, lines[i].signs, SIGNS, SIGNS_NOT);
            putchar(' ');
        }
        printf("%s %s\n", chain_role_name(lines[i].role), text);
    }
    puts("\n " SELF " = self signed, " SIGNS " = signs, " SELF_NOT
         " = invalid self sign, " SIGNS_NOT " = invalid signs");
}

/* AMD's own roots: the one that the verdict found, alone. */
static bool keep_root(const struct chain_verdict *v, struct trust *trust)
{
    for (size_t i = 0; i < trust->n; i++) {
        if (strcmp(trust->roots[i].name, v->root) == 0) {
            trust->roots[0] = trust->roots[i];
            trust->n = 1;
            return true;
        }
    }
    return false;
}

static bool run(const struct sevctl_call *call, struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    OWN(trust_free) struct trust trust = { 0 };
    OWN(own_free) struct chain_verdict *v = calloc(1, sizeof *v);
    struct out out = { .quiet = call->quiet };

    if (v == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!chain_new(&chain, err) || !collect(call, chain, &trust, err) ||
        !chain_from_cache(chain, &out, err) ||
        !chain_verify(chain, &trust, v, err)) {
        return false;
    }
    if (!call->quiet) {
        (void)keep_root(v, &trust);
        draw(&(struct tree){ v, call->out->colour }, chain, &trust);
    }
    return v->yes || sevk_fail(err, SEVK_REFUSED,
                               "SEV/CA certificate verification failed: %s",
                               chain_verdict_reason(v));
}

const struct sevctl_command sevctl_verify = {
    .name = "verify",
    .summary = "check the certificate chain, and draw it as a tree",
    SEVCTL_OPTIONS(struct options),
    .run = run,
};
