/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl: what it asks of a platform and does to it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/cache.h"
#include "cli/owner_key.h"
#include "cli/sevctl/sevctl.h"
#include "owner/chain.h"
#include "owner/oca.h"

const char *sevctl_virtual_platform(void)
{
    const char *directory = getenv("SEVKIT_PLATFORM");

    return directory == NULL || directory[0] == '\0' ? NULL : directory;
}

/* What the library says names an option that sevctl does not have. */
static bool fail_open(struct sevk_error *err)
{
    if (err->sys_errno != ENOENT) {
        return false;
    }
    return sevk_fail(err, SEVK_HOST,
                     "this machine offers no SEV firmware (%s is not there); "
                     "SEVKIT_PLATFORM=DIR names a virtual platform",
                     DEVICE_LINUX_PATH);
}

bool sevctl_open(const struct sevctl_call *call, bool writable,
                 struct device **ret, struct sevk_error *err)
{
    const char *directory = sevctl_virtual_platform();

    if (directory == NULL) {
        return device_open_linux(DEVICE_LINUX_PATH, writable, ret, err) ||
               fail_open(err);
    }
    if (!device_open_virtual(directory, rng_system(), clock_system(), ret,
                             err)) {
        return sevk_fail_in(err, "SEVKIT_PLATFORM");
    }
    /* Also when quiet: it must never pass for a real one. */
    out_warn(call->out, "the platform is VIRTUAL (SEVKIT_PLATFORM): emulated "
                        "in software, it protects nothing");
    return true;
}

/* -- export ---------------------------------------------------------------- */

struct export_options {
    bool full;
};

static const struct opt export_rows[] = {
    { .name = "full",
      .letter = 'f',
      .help = "also ASK and ARK",
      .set = opt_set_flag,
      .at = offsetof(struct export_options, full) },
};

struct exported {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t chain[DEVICE_CHAIN_LEN];
    uint8_t cek[SEV_CERT_LEN]; /* with its vendor's signature */
    bool has_vendor;
    struct buf ask_ark;
};

static void own_exported(struct exported **x)
{
    if (*x != NULL) {
        buf_free(&(*x)->ask_ark);
        free(*x);
    }
    *x = NULL;
}

/* ASK and ARK of the root that the verdict found. */
static bool add_root(const struct trust *trust, const char *name,
                     struct buf *to, struct sevk_error *err)
{
    for (size_t i = 0; i < trust->n; i++) {
        const struct trust_root *root = &trust->roots[i];

        if (strcmp(root->name, name) == 0) {
            return buf_append(to, bytes_make(root->ask, root->ask_len), err) &&
                   buf_append(to, bytes_make(root->ark, root->ark_len), err);
        }
    }
    return true;
}

/*
 * A real chip's CEK with AMD's signature is what 'chain fetch' left behind, if
 * it did; ASK and ARK are those that signed it.
 */
static bool from_cache(const struct sevctl_call *call, struct exported *x,
                       struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    OWN(trust_free) struct trust trust = { 0 };
    OWN(own_free) struct chain_verdict *v = calloc(1, sizeof *v);
    struct out out = { .quiet = call->quiet };

    if (v == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!chain_new(&chain, err) ||
        !chain_add(chain, BYTES_OF(x->pdh), "the platform", err) ||
        !chain_add(chain, BYTES_OF(x->chain), "the platform", err) ||
        !chain_from_cache(chain, &out, err) || !trust_add_amd(&trust, err) ||
        !chain_verify(chain, &trust, v, err)) {
        return false;
    }
    x->has_vendor = v->links[CHAIN_LINK_CEK_ASK].state == CHAIN_LINK_OK;
    if (!x->has_vendor) {
        return true;
    }
    memcpy(x->cek, chain_cert(chain, CHAIN_CEK).p, SEV_CERT_LEN);
    return add_root(&trust, v->root, &x->ask_ark, err);
}

/* Without the vendor's certificates there still is what the firmware gave. */
static bool ask_vendor(const struct sevctl_call *call, struct device *device,
                       bool needed, struct exported *x, struct sevk_error *err)
{
    static const char none[] =
        "the CEK has no signature of AMD's: firmware exports it so, and "
        "'sevkit chain fetch' gets the signed one from AMD's key server";

    if (device_is_virtual(device)) {
        x->has_vendor = true;
        return device_vendor_certs(device, x->cek, &x->ask_ark, err);
    }
    if (!from_cache(call, x, err)) {
        return false;
    }
    if (x->has_vendor) {
        return true;
    }
    if (needed) {
        return sevk_fail(err, SEVK_REFUSED, "%s", none);
    }
    if (!call->quiet) {
        out_warn(call->out, "%s", none);
    }
    return true;
}

static bool run_export(const struct sevctl_call *call, struct sevk_error *err)
{
    const struct export_options *o = call->options;
    OWN(device_close) struct device *device = NULL;
    OWN(own_exported) struct exported *x = calloc(1, sizeof *x);
    OWN(buf_free) struct buf file = { 0 };

    if (x == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!sevctl_open(call, false, &device, err) ||
        !device_export(device, x->pdh, x->chain, err) ||
        !ask_vendor(call, device, o->full, x, err)) {
        return false;
    }
    if (x->has_vendor) {
        memcpy(x->chain + 2 * SEV_CERT_LEN, x->cek, SEV_CERT_LEN);
    }
    return buf_append(&file, BYTES_OF(x->pdh), err) &&
           buf_append(&file, BYTES_OF(x->chain), err) &&
           (!o->full || buf_append(&file, buf_bytes(&x->ask_ark), err)) &&
           file_replace(call->args[0], 0644, buf_bytes(&file), err);
}

const struct sevctl_command sevctl_export = {
    .name = "export",
    .args = "DESTINATION",
    .min_args = 1,
    .max_args = 1,
    .summary = "write the platform's certificate chain to a file",
    .options = export_rows,
    .n_options = sizeof export_rows / sizeof export_rows[0],
    .options_size = sizeof(struct export_options),
    .run = run_export,
};

/* -- provision, reset, rotate ---------------------------------------------- */

static bool run_provision(const struct sevctl_call *call,
                          struct sevk_error *err)
{
    OWN(device_close) struct device *device = NULL;
    OWN(p384_key_free) struct p384_key *key = NULL;
    OWN(buf_free) struct buf oca = { 0 };
    uint8_t csr[SEV_CERT_LEN];
    uint8_t pek[SEV_CERT_LEN];

    return owner_cert_read(call->args[0], SEV_USAGE_OCA, "OCA", &oca, err) &&
           owner_key_read(call->args[1], NULL, &key, err) &&
           sevctl_open(call, true, &device, err) &&
           device_pek_csr(device, csr, err) &&
           oca_sign_csr(key, buf_bytes(&oca), BYTES_OF(csr), pek, err) &&
           device_pek_cert_import(device, pek, oca.p, err);
}

const struct sevctl_command sevctl_provision = {
    .name = "provision",
    .args = "CERT KEY",
    .min_args = 2,
    .max_args = 2,
    .summary = "take the platform with an OCA",
    .run = run_provision,
};

static bool run_reset(const struct sevctl_call *call, struct sevk_error *err)
{
    OWN(device_close) struct device *device = NULL;

    return sevctl_open(call, true, &device, err) && device_reset(device, err);
}

const struct sevctl_command sevctl_reset = {
    .name = "reset",
    .summary = "forget the platform's keys and owner",
    .run = run_reset,
};

static bool run_rotate(const struct sevctl_call *call, struct sevk_error *err)
{
    OWN(device_close) struct device *device = NULL;

    return sevctl_open(call, true, &device, err) && device_pdh_gen(device, err);
}

const struct sevctl_command sevctl_rotate = {
    .name = "rotate",
    .summary = "make a new PDH key",
    .run = run_rotate,
};

/* -- show ------------------------------------------------------------------ */

static bool ask_status(const struct sevctl_call *call,
                       struct cmd_platform_status *ret, struct sevk_error *err)
{
    OWN(device_close) struct device *device = NULL;

    return sevctl_open(call, false, &device, err) &&
           device_platform_status(device, ret, err);
}

static bool run_flags(const struct sevctl_call *call, struct sevk_error *err)
{
    struct cmd_platform_status status;

    if (!ask_status(call, &status, err)) {
        return false;
    }
    if ((status.owner & 1) != 0) {
        puts("owned");
    }
    if ((status.config & 1) != 0) {
        puts("es");
    }
    return true;
}

const struct sevctl_command sevctl_show_flags = {
    .group = "show",
    .name = "flags",
    .summary = "\"owned\", \"es\": a line for each that is so",
    .run = run_flags,
};

static bool run_guests(const struct sevctl_call *call, struct sevk_error *err)
{
    struct cmd_platform_status status;

    if (!ask_status(call, &status, err)) {
        return false;
    }
    printf("%u\n", status.guest_count);
    return true;
}

const struct sevctl_command sevctl_show_guests = {
    .group = "show",
    .name = "guests",
    .summary = "the number of guests",
    .run = run_guests,
};

static bool run_identifier(const struct sevctl_call *call,
                           struct sevk_error *err)
{
    OWN(device_close) struct device *device = NULL;
    uint8_t id[DEVICE_ID_LEN];

    if (!sevctl_open(call, false, &device, err) ||
        !device_get_id(device, id, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof id; i++) {
        printf("%02X", id[i]);
    }
    puts("");
    return true;
}

const struct sevctl_command sevctl_show_identifier = {
    .group = "show",
    .name = "identifier",
    .summary = "the chip's unique id",
    .run = run_identifier,
};

static bool run_version(const struct sevctl_call *call, struct sevk_error *err)
{
    struct cmd_platform_status status;

    if (!ask_status(call, &status, err)) {
        return false;
    }
    printf("%u.%u.%u\n", status.api_major, status.api_minor, status.build);
    return true;
}

const struct sevctl_command sevctl_show_version = {
    .group = "show",
    .name = "version",
    .summary = "the firmware's API and build",
    .run = run_version,
};

static bool run_snp(const struct sevctl_call *call, struct sevk_error *err)
{
    (void)call;
    return sevk_fail(err, SEVK_REFUSED,
                     "this is a matter of SEV-SNP, and sevkit is about SEV and "
                     "SEV-ES; the program for it is snphost");
}

const struct sevctl_command sevctl_show_snp_status = {
    .group = "show",
    .name = "snp-status",
    .summary = "not for SEV and SEV-ES",
    .run = run_snp,
};

const struct sevctl_command sevctl_show_vcek_url = {
    .group = "show",
    .name = "vcek-url",
    .summary = "not for SEV and SEV-ES",
    .run = run_snp,
};
