/* SPDX-License-Identifier: Apache-2.0 */
/* virt-qemu-sev-validate: what is checked before anything is judged. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/own.h"
#include "cli/dropin_validate.h"
#include "owner/session.h"
#include "wire/vmsa.h"

/* -- Options that need or exclude each other. ------------------------------ */

static bool check_keys(const struct key_options *keys, struct sevk_error *err)
{
    if (keys->tk != NULL && (keys->tik != NULL || keys->tek != NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "--tk excludes --tik and --tek: it holds both keys");
    }
    if (keys->tk == NULL && (keys->tik == NULL || keys->tek == NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "the keys are missing: give --tk, or both --tik and "
                         "--tek");
    }
    return true;
}

/* What a domain can be asked for has to be given when there is none. */
static bool check_offline(const struct dropin_validate_options *o,
                          struct sevk_error *err)
{
    const struct {
        bool given;
        const char *name;
    } needed[] = {
        { o->offline.measurement != NULL, "--measurement" },
        { o->offline.api_major.given, "--api-major" },
        { o->offline.api_minor.given, "--api-minor" },
        { o->offline.build_id.given, "--build-id" },
        { o->offline.expect.policy.given, "--policy" },
        { o->offline.expect.firmware != NULL, "--firmware" },
        { o->secrets.n == 0 || o->header != NULL, "--secret-header" },
        { o->secrets.n == 0 || o->payload != NULL, "--secret-payload" },
    };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!needed[i].given) {
            return sevk_fail(err, SEVK_USAGE,
                             "Either %s or --domain is required",
                             needed[i].name);
        }
    }
    return true;
}

static bool check_cpu(const struct offline_options *f, struct sevk_error *err)
{
    int numbers =
        f->cpu_family.given + f->cpu_model.given + f->cpu_stepping.given;

    if (numbers == 0) {
        return f->vmsa_cpu1 == NULL || f->vmsa_cpu0 != NULL ||
               sevk_fail(err, SEVK_USAGE, "--vmsa-cpu1 needs --vmsa-cpu0");
    }
    if (f->vmsa_cpu0 != NULL || f->vmsa_cpu1 != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "VMSA files exclude --cpu-family, --cpu-model and "
                         "--cpu-stepping: both say how vCPUs begin");
    }
    return numbers == 3 ||
           sevk_fail(err, SEVK_USAGE,
                     "--cpu-family, --cpu-model and --cpu-stepping go "
                     "together");
}

bool dropin_validate_check(const struct dropin_validate_options *o,
                           struct sevk_error *err)
{
    const struct expect_options *e = &o->offline.expect;

    if (!check_keys(&o->offline.keys, err) ||
        (o->domain == NULL && !check_offline(o, err))) {
        return false;
    }
    if (e->kernel == NULL && (e->initrd != NULL || e->cmdline != NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "--initrd and --cmdline need --kernel");
    }
    if (!check_cpu(&o->offline, err)) {
        return false;
    }
    return (o->header == NULL) == (o->payload == NULL) ||
           sevk_fail(err, SEVK_USAGE,
                     "--secret-header and --secret-payload go together");
}

/* -- Files. ---------------------------------------------------------------- */

struct named {
    const char *what;
    const char *path; /* NULL: not given */
    off_t size;       /* 0: any */
};

static bool look_at(const struct named *file, enum validate_status *ret_status,
                    struct sevk_error *err)
{
    struct stat st;

    if (stat(file->path, &st) != 0 || access(file->path, R_OK) != 0) {
        *ret_status = VALIDATE_INTERNAL;
        return sevk_fail_errno(err, SEVK_INPUT, errno, "can't read the %s '%s'",
                               file->what, file->path);
    }
    if (S_ISDIR(st.st_mode)) {
        *ret_status = VALIDATE_INTERNAL;
        return sevk_fail_errno(err, SEVK_INPUT, EISDIR,
                               "can't read the %s '%s'", file->what,
                               file->path);
    }
    if (S_ISREG(st.st_mode) && file->size != 0 && st.st_size != file->size) {
        *ret_status = VALIDATE_UNSUPPORTED;
        return sevk_fail(err, SEVK_INPUT,
                         "the %s '%s' has %lld bytes, but it should have %lld",
                         file->what, file->path, (long long)st.st_size,
                         (long long)file->size);
    }
    return true;
}

bool dropin_validate_look(const struct dropin_validate_options *o,
                          enum validate_status *ret_status,
                          struct sevk_error *err)
{
    const struct offline_options *f = &o->offline;
    const struct named files[] = {
        { "firmware", f->expect.firmware, 0 },
        { "TEK and TIK", f->keys.tk, 2 * SESSION_KEY_LEN },
        { "TIK", f->keys.tik, SESSION_KEY_LEN },
        { "TEK", f->keys.tek, SESSION_KEY_LEN },
        { "kernel", f->expect.kernel, 0 },
        { "initrd", f->expect.initrd, 0 },
        { "VMSA", f->vmsa_cpu0, VMSA_LEN },
        { "VMSA", f->vmsa_cpu1, VMSA_LEN },
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].path != NULL && !look_at(&files[i], ret_status, err)) {
            return false;
        }
    }
    return true;
}

/* -- What the host said. --------------------------------------------------- */

#define TEXT_MAX 4096

/* Trusts nothing: no MAC is all zeros. */
static const struct measure_buf fits_nothing;

static bool read_measurement(const char *text, struct measure_buf *ret,
                             struct sevk_error *err)
{
    OWN(buf_free) struct buf raw = { 0 };

    if (strlen(text) > TEXT_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "the measurement has %zu characters, but 64 would do",
                         strlen(text));
    }
    if (!base64_decode(&raw, bytes_of_string(text), "measurement", err)) {
        return false;
    }
    if (raw.n != MEASURE_BUF_LEN) {
        *ret = fits_nothing;
        return true;
    }
    return measure_buf_decode(buf_bytes(&raw), ret, err);
}

bool dropin_validate_evidence(const struct dropin_validate_options *o,
                              struct evidence *ret, struct sevk_error *err)
{
    const struct offline_options *f = &o->offline;

    ret->api_major = (uint8_t)f->api_major.value;
    ret->api_minor = (uint8_t)f->api_minor.value;
    ret->build = (uint8_t)f->build_id.value;
    ret->policy = f->expect.policy.value;
    return f->measurement == NULL ||
           read_measurement(f->measurement, &ret->measure, err);
}

/* -- Statuses. ------------------------------------------------------------- */

enum validate_status dropin_validate_status(const struct sevk_error *err,
                                            enum virt_trouble trouble)
{
    switch (trouble) {
    case VIRT_TROUBLE_CONFIG:
        return VALIDATE_BAD_CONFIG;
    case VIRT_TROUBLE_STATE:
        return VALIDATE_BAD_STATE;
    case VIRT_TROUBLE_NONE:
        break;
    }
    switch (err->code) {
    case SEVK_USAGE:
        return VALIDATE_UNSUPPORTED;
    case SEVK_REFUSED:
        return VALIDATE_INSECURE;
    case SEVK_OK:
    case SEVK_INPUT:
    case SEVK_HOST:
        break;
    }
    return VALIDATE_INTERNAL;
}
