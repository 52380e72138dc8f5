/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit digest compute: the launch digest of a guest, and its reference. */
#include "base/own.h"
#include "cli/loaded.h"
#include "cli/verb.h"
#include "owner/reference.h"

struct options {
    struct loaded_options loaded;
    const char *reference_out;
};

static const struct opt rows[] = {
    LOADED_ROWS(struct options, loaded),
    { .name = "platform-id",
      .arg = "ID",
      .help = "platform to enter into the reference",
      .set = opt_set_list,
      .at = offsetof(struct options, loaded.platform_ids),
      .many = true },
    { .name = "reference-out",
      .arg = "FILE",
      .help = "write all these values as a reference",
      .set = opt_set_string,
      .at = offsetof(struct options, reference_out) },
};

/* Everything that was given, and what was computed from it. */
static struct reference reference_of(const struct options *o,
                                     const struct expectation *e)
{
    struct reference r = e->reference;
    const struct opt_api *api = &o->loaded.expect.min_api;

    if (e->has_image) {
        r.has_firmware = true;
        r.firmware_size = e->firmware.size;
        memcpy(r.firmware_digest, e->firmware.digest, SHA256_LEN);
    }
    if (api->given) {
        r.has_min_api = true;
        r.min_api_major = api->major;
        r.min_api_minor = api->minor;
    }
    r.n_platform_ids = e->rules.n_platforms;
    memcpy(r.platform_ids, e->rules.platforms, sizeof e->rules.platforms);
    r.n_launch_digests = e->n_digests;
    memcpy(r.launch_digests, e->digests, sizeof e->digests);
    return r;
}

static bool write_reference(const struct options *o,
                            const struct expectation *e, struct sevk_error *err)
{
    struct reference *r;
    bool ok;

    if (o->reference_out == NULL) {
        return true;
    }
    r = malloc(sizeof *r);
    if (r == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    *r = reference_of(o, e);
    ok = reference_write(o->reference_out, r, err);
    free(r);
    return ok;
}

static void show_vcpus(struct out *out, const struct expectation *e)
{
    if (e->vcpus != 0) {
        out_number(out, out->tree, "vcpus", e->vcpus);
    }
    if (e->vcpus != 0 && e->vmsa_bsp == NULL) {
        out_bits(out, out->tree, "cpu_signature", e->reference.cpu_signature);
        out_text(out, out->tree, "vm_type",
                 vmsa_vm_type_name(e->reference.vm_type));
    }
}

static void show(const struct options *o, struct out *out,
                 const struct expectation *e)
{
    const struct reference *r = &e->reference;

    out_hex(out, out->tree, "launch_digest_hex", BYTES_OF(e->digests[0]));
    out_number(out, out->tree, "launch_digests", e->n_digests);
    out_text(out, out->tree, "type",
             r->type == REFERENCE_SEV_ES ? "sev-es" : "sev");
    if (e->has_image) {
        out_hex(out, out->tree, "firmware_sha256_hex",
                BYTES_OF(e->firmware.digest));
    }
    if (r->has_kernel_hashes) {
        out_hex(out, out->tree, "kernel_sha256_hex",
                BYTES_OF(r->kernel_hashes.kernel));
        out_hex(out, out->tree, "initrd_sha256_hex",
                BYTES_OF(r->kernel_hashes.initrd));
        out_hex(out, out->tree, "cmdline_sha256_hex",
                BYTES_OF(r->kernel_hashes.cmdline));
    }
    show_vcpus(out, e);
    if (o->reference_out != NULL) {
        out_text(out, out->tree, "reference", o->reference_out);
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(expectation_free) struct expectation *e = NULL;

    if (!loaded_read(&o->loaded, &e, err) || !write_reference(o, e, err)) {
        return false;
    }
    show(o, call->out, e);
    return true;
}

const struct verb verb_digest_compute = {
    .noun = "digest",
    .verb = "compute",
    .summary = "compute a guest's launch digest, or write its reference",
    VERB_OPTIONS(struct options),
    .plain = "launch_digest_hex",
    .run = run,
};
