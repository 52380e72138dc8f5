/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl measurement build: what a platform would measure a guest as. */
#include "owner/measurement.h"
#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/own.h"
#include "cli/loaded.h"
#include "cli/sevctl/sevctl.h"

struct options {
    const char *api_major;
    const char *api_minor;
    const char *build_id;
    const char *policy;
    const char *tik;
    const char *nonce;
    const char *blob;
    const char *digest;
    const char *firmware;
    const char *kernel;
    const char *initrd;
    const char *cmdline;
    struct opt_u32 num_cpus;
    const char *vmsa_cpu0;
    const char *vmsa_cpu1;
    const char *outfile;
};

#define ROW(name_, field, arg_, set_, help_)                                   \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = set_,                \
        .at = offsetof(struct options, field)                                  \
    }
#define NEEDED(name_, field, arg_, help_)                                      \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = opt_set_text,        \
        .at = offsetof(struct options, field), .required = true                \
    }

static const struct opt rows[] = {
    NEEDED("api-major", api_major, "N", "firmware API"),
    NEEDED("api-minor", api_minor, "N", "firmware API"),
    NEEDED("build-id", build_id, "N", "firmware build"),
    NEEDED("policy", policy, "N", "guest policy"),
    NEEDED("tik", tik, "FILE|BASE64", "transport integrity key"),
    ROW("nonce", nonce, "FILE|BASE64", opt_set_string, "the firmware's nonce"),
    ROW("launch-measure-blob", blob, "FILE|BASE64", opt_set_string,
        "a measurement whose nonce is taken"),
    ROW("launch-digest", digest, "BASE64", opt_set_string,
        "the digest itself, instead of what it is made from"),
    ROW("firmware", firmware, "FILE", opt_set_string, "firmware image"),
    ROW("kernel", kernel, "FILE", opt_set_string,
        "kernel that is booted directly"),
    ROW("initrd", initrd, "FILE", opt_set_string,
        "initial RAM disk of that kernel"),
    ROW("cmdline", cmdline, "TEXT", opt_set_text,
        "command line of that kernel"),
    { .name = "num-cpus",
      .arg = "N",
      .help = "number of vCPUs, which SEV-ES measures",
      .set = opt_set_u32,
      .at = offsetof(struct options, num_cpus),
      .min = 1,
      .max = 4096 },
    ROW("vmsa-cpu0", vmsa_cpu0, "FILE", opt_set_string,
        "initial state of the first vCPU"),
    ROW("vmsa-cpu1", vmsa_cpu1, "FILE", opt_set_string,
        "initial state of all other vCPUs"),
    ROW("outfile", outfile, "FILE", opt_set_string,
        "write the 48 bytes there, not base64 to standard output"),
};

static bool read_numbers(const struct options *o, struct measure_input *ret,
                         struct sevk_error *err)
{
    uint32_t major;
    uint32_t minor;
    uint32_t build;

    if (!number_parse_u32(o->api_major, 0, 255, "--api-major", &major, err) ||
        !number_parse_u32(o->api_minor, 0, 255, "--api-minor", &minor, err) ||
        !number_parse_u32(o->build_id, 0, 255, "--build-id", &build, err) ||
        !number_parse_u32(o->policy, 0, UINT32_MAX, "--policy", &ret->policy,
                          err)) {
        return false;
    }
    ret->api_major = (uint8_t)major;
    ret->api_minor = (uint8_t)minor;
    ret->build = (uint8_t)build;
    return true;
}

static bool read_nonce(const struct options *o, uint8_t ret[static 16],
                       struct sevk_error *err)
{
    uint8_t blob[MEASURE_BUF_LEN];

    if (o->nonce != NULL) {
        return sevctl_read_bytes(o->nonce, "nonce", ret, 16, err);
    }
    if (o->blob == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "one of --nonce and --launch-measure-blob is needed");
    }
    if (!sevctl_read_bytes(o->blob, "launch measurement", blob, sizeof blob,
                           err)) {
        return false;
    }
    memcpy(ret, blob + sizeof blob - 16, 16);
    return true;
}

static bool read_digest(const struct options *o, uint32_t policy,
                        uint8_t ret[static 32], struct sevk_error *err)
{
    OWN(expectation_free) struct expectation *e = NULL;
    struct loaded_options loaded = {
        .expect = { .firmware = o->firmware,
                    .kernel = o->kernel,
                    .initrd = o->initrd,
                    .cmdline = o->cmdline,
                    .policy = { true, policy } },
        .vcpus = o->num_cpus,
        .vmsa_cpu0 = o->vmsa_cpu0,
        .vmsa_cpu1 = o->vmsa_cpu1,
    };

    if (o->digest != NULL) {
        return base64_decode_exact(ret, 32, bytes_of_string(o->digest),
                                   "launch digest", err);
    }
    if (o->firmware == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "one of --firmware and --launch-digest is needed");
    }
    if (!loaded_read(&loaded, &e, err)) {
        return false;
    }
    memcpy(ret, e->digests[0], 32);
    return true;
}

static bool write_measurement(const struct options *o, struct bytes raw,
                              struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (o->outfile == NULL) {
        return base64_append(&text, raw, err) && puts(buf_string(&text)) >= 0;
    }
    return file_replace(o->outfile, 0644, raw, err) &&
           printf("Wrote outfile: %s\n", o->outfile) >= 0;
}

static bool run(const struct sevctl_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct measure_input in = { 0 };
    struct measure_buf m = { 0 };
    uint8_t raw[MEASURE_BUF_LEN];
    SECRET(tik);

    if (!read_numbers(o, &in, err) || !read_nonce(o, in.mnonce, err) ||
        !read_digest(o, in.policy, in.digest, err) ||
        !sevctl_read_key(call, o->tik, "TIK", &tik, err) ||
        !measurement_compute(&in, &tik, m.measure, err)) {
        return false;
    }
    memcpy(m.mnonce, in.mnonce, sizeof m.mnonce);
    measure_buf_encode(&m, raw);
    return write_measurement(o, BYTES_OF(raw), err);
}

const struct sevctl_command sevctl_measurement_build = {
    .group = "measurement",
    .name = "build",
    .summary = "compute what a platform would measure a guest as",
    SEVCTL_OPTIONS(struct options),
    .run = run,
};
