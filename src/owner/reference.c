/* SPDX-License-Identifier: Apache-2.0 */
/* A reference: everything that a verdict is reached from, in one JSON file. */
#include "owner/reference.h"

#include <stdio.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "owner/owner_json.h"
#include "owner/policy.h"

#define SCHEMA "sevkit.reference/1"

static const char *const names[] = {
    "schema",
    "type",
    "firmware",
    "kernel_hashes",
    "firmware_measures_boot",
    "vcpus",
    "cpu_signature",
    "vm_type",
    "sev_features",
    "policy",
    "min_api",
    "platform_ids_hex",
    "launch_digests_hex",
};
static const char *const firmware_names[] = { "sha256_hex", "size" };
static const char *const hash_names[] = { "kernel_hex", "initrd_hex",
                                          "cmdline_hex" };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool read_type(struct json_object *object, struct reference *r,
                      struct sevk_error *err)
{
    char text[16];

    if (!owner_json_text(object, "type", NULL, text, sizeof text, err)) {
        return false;
    }
    if (strcmp(text, "sev") == 0) {
        r->type = REFERENCE_SEV;
    } else if (strcmp(text, "sev-es") == 0) {
        r->type = REFERENCE_SEV_ES;
    } else {
        return sevk_fail(err, SEVK_INPUT,
                         "the type '%s' is neither 'sev' nor 'sev-es'", text);
    }
    return true;
}

static bool read_firmware(struct json_object *object, struct reference *r,
                          struct sevk_error *err)
{
    struct json_object *fw;

    if (!owner_json_object(object, "firmware", &r->has_firmware, &fw, err)) {
        return false;
    }
    return fw == NULL ||
           (owner_json_only(fw, firmware_names, COUNT(firmware_names), err) &&
            owner_json_hex(fw, "sha256_hex", NULL, r->firmware_digest,
                           sizeof r->firmware_digest, err) &&
            owner_json_number(fw, "size", NULL, FIRMWARE_MAX_LEN,
                              &r->firmware_size, err));
}

static bool read_hashes(struct json_object *object, struct reference *r,
                        struct sevk_error *err)
{
    struct kernel_hash_table *t = &r->kernel_hashes;
    struct json_object *hashes;

    if (!owner_json_object(object, "kernel_hashes", &r->has_kernel_hashes,
                           &hashes, err)) {
        return false;
    }
    return hashes == NULL ||
           (owner_json_only(hashes, hash_names, COUNT(hash_names), err) &&
            owner_json_hex(hashes, "kernel_hex", NULL, t->kernel,
                           sizeof t->kernel, err) &&
            owner_json_hex(hashes, "initrd_hex", NULL, t->initrd,
                           sizeof t->initrd, err) &&
            owner_json_hex(hashes, "cmdline_hex", NULL, t->cmdline,
                           sizeof t->cmdline, err));
}

/* A number in JSON, or in text, into 32 bits. */
static bool read_u32(struct json_object *object, const char *name, bool text,
                     uint32_t max, bool *ret_has, uint32_t *ret,
                     struct sevk_error *err)
{
    uint64_t v = 0;

    if (text ? !owner_json_number_text(object, name, ret_has, max, &v, err)
             : !owner_json_number(object, name, ret_has, max, &v, err)) {
        return false;
    }
    *ret = (uint32_t)v;
    return true;
}

static bool read_vm(struct json_object *object, struct reference *r,
                    struct sevk_error *err)
{
    char type[16] = "";

    if (!read_u32(object, "vcpus", false, DIGEST_VCPUS_MAX, &r->has_vcpus,
                  &r->vcpus, err) ||
        !read_u32(object, "cpu_signature", true, UINT32_MAX,
                  &r->has_cpu_signature, &r->cpu_signature, err) ||
        !owner_json_number_text(object, "sev_features", &r->has_sev_features,
                                UINT64_MAX, &r->sev_features, err) ||
        !owner_json_text(object, "vm_type", &r->has_vm_type, type, sizeof type,
                         err)) {
        return false;
    }
    if (r->has_vm_type && !vmsa_vm_type_parse(type, &r->vm_type, err)) {
        if (err != NULL) {
            err->code = SEVK_INPUT;
        }
        return false;
    }
    return true;
}

/* "1.51", by way of the policy's own notation for it. */
static bool read_min_api(struct json_object *object, struct reference *r,
                         struct sevk_error *err)
{
    char text[16] = "", name[24];
    uint32_t policy = 0;

    if (!owner_json_text(object, "min_api", &r->has_min_api, text, sizeof text,
                         err)) {
        return false;
    }
    if (!r->has_min_api) {
        return true;
    }
    snprintf(name, sizeof name, "api=%s", text);
    if (strchr(text, ',') != NULL || !policy_parse(name, &policy, NULL)) {
        return sevk_fail(err, SEVK_INPUT,
                         "'min_api' is not MAJOR.MINOR, as 1.51");
    }
    r->min_api_major = policy_api_major(policy);
    r->min_api_minor = policy_api_minor(policy);
    return true;
}

/* What can't be true together. */
static bool check(const struct reference *r, struct sevk_error *err)
{
    bool es = r->type == REFERENCE_SEV_ES;

    if (r->has_policy && !policy_check_reserved(r->policy, err)) {
        if (err != NULL) {
            err->code = SEVK_INPUT;
        }
        return false;
    }
    if (r->has_policy && ((r->policy & POLICY_ES) != 0) != es) {
        return sevk_fail(err, SEVK_INPUT,
                         "the type is '%s', but the policy says otherwise",
                         es ? "sev-es" : "sev");
    }
    if (r->has_vcpus && r->vcpus == 0) {
        return sevk_fail(err, SEVK_INPUT, "'vcpus' is 0");
    }
    return true;
}

static bool decode(struct json_object *object, struct reference *r,
                   struct sevk_error *err)
{
    return owner_json_only(object, names, COUNT(names), err) &&
           owner_json_schema(object, SCHEMA, err) &&
           read_type(object, r, err) && read_firmware(object, r, err) &&
           read_hashes(object, r, err) &&
           owner_json_bool(object, "firmware_measures_boot",
                           &r->has_firmware_measures_boot,
                           &r->firmware_measures_boot, err) &&
           read_vm(object, r, err) &&
           read_u32(object, "policy", true, UINT32_MAX, &r->has_policy,
                    &r->policy, err) &&
           read_min_api(object, r, err) &&
           owner_json_digests(object, "platform_ids_hex", r->platform_ids,
                              REFERENCE_LIST_MAX, &r->n_platform_ids, err) &&
           owner_json_digests(object, "launch_digests_hex", r->launch_digests,
                              REFERENCE_LIST_MAX, &r->n_launch_digests, err) &&
           check(r, err);
}

bool reference_decode(struct bytes text, const char *what,
                      struct reference *ret, struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *object = NULL;
    struct reference r = { 0 };

    if (!owner_json_parse(text, &object, err) || !decode(object, &r, err)) {
        return sevk_fail_in(err, "reference '%s'", what);
    }
    *ret = r;
    return true;
}

static bool add_firmware(struct json_object *object, const struct reference *r,
                         struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *fw = NULL;

    if (!r->has_firmware) {
        return true;
    }
    fw = json_object_new_object();
    return owner_json_add_hex(fw, "sha256_hex", BYTES_OF(r->firmware_digest),
                              err) &&
           owner_json_add(fw, "size",
                          json_object_new_int64((int64_t)r->firmware_size),
                          err) &&
           owner_json_add(object, "firmware", TAKE(fw), err);
}

static bool add_hashes(struct json_object *object, const struct reference *r,
                       struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *hashes = NULL;

    if (!r->has_kernel_hashes) {
        return true;
    }
    hashes = json_object_new_object();
    return owner_json_add_hex(hashes, "kernel_hex",
                              BYTES_OF(r->kernel_hashes.kernel), err) &&
           owner_json_add_hex(hashes, "initrd_hex",
                              BYTES_OF(r->kernel_hashes.initrd), err) &&
           owner_json_add_hex(hashes, "cmdline_hex",
                              BYTES_OF(r->kernel_hashes.cmdline), err) &&
           owner_json_add(object, "kernel_hashes", TAKE(hashes), err);
}

static bool add_vm(struct json_object *object, const struct reference *r,
                   struct sevk_error *err)
{
    return (!r->has_firmware_measures_boot ||
            owner_json_add(object, "firmware_measures_boot",
                           json_object_new_boolean(r->firmware_measures_boot),
                           err)) &&
           (!r->has_vcpus ||
            owner_json_add(object, "vcpus", json_object_new_int64(r->vcpus),
                           err)) &&
           (!r->has_cpu_signature ||
            owner_json_add_hex_number(object, "cpu_signature", r->cpu_signature,
                                      8, err)) &&
           (!r->has_vm_type ||
            owner_json_add_text(object, "vm_type",
                                vmsa_vm_type_name(r->vm_type), err)) &&
           (!r->has_sev_features ||
            owner_json_add_hex_number(object, "sev_features", r->sev_features,
                                      1, err));
}

static bool add_policy(struct json_object *object, const struct reference *r,
                       struct sevk_error *err)
{
    char api[16];

    snprintf(api, sizeof api, "%u.%u", r->min_api_major, r->min_api_minor);
    return (!r->has_policy ||
            owner_json_add_hex_number(object, "policy", r->policy, 2, err)) &&
           (!r->has_min_api ||
            owner_json_add_text(object, "min_api", api, err));
}

static bool add_digests(struct json_object *object, const char *name,
                        const uint8_t (*digests)[SHA256_LEN], size_t n,
                        struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *array = json_object_new_array();

    for (size_t i = 0; array != NULL && i < n; i++) {
        char text[2 * SHA256_LEN + 1];
        struct json_object *value;

        hex_format(BYTES_OF(digests[i]), text);
        value = json_object_new_string(text);
        if (value == NULL || json_object_array_add(array, value) != 0) {
            json_object_put(value);
            return sevk_fail(err, SEVK_HOST, "out of memory for JSON");
        }
    }
    return n == 0 || owner_json_add(object, name, TAKE(array), err);
}

bool reference_encode(const struct reference *r, struct buf *to,
                      struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *object = json_object_new_object();

    return owner_json_add_text(object, "schema", SCHEMA, err) &&
           owner_json_add_text(object, "type",
                               r->type == REFERENCE_SEV_ES ? "sev-es" : "sev",
                               err) &&
           add_firmware(object, r, err) && add_hashes(object, r, err) &&
           add_vm(object, r, err) && add_policy(object, r, err) &&
           add_digests(object, "platform_ids_hex", r->platform_ids,
                       r->n_platform_ids, err) &&
           add_digests(object, "launch_digests_hex", r->launch_digests,
                       r->n_launch_digests, err) &&
           owner_json_print(object, to, err);
}

bool reference_read(const char *path, struct reference *ret,
                    struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return file_read(path, REFERENCE_FILE_MAX, "reference", &text, err) &&
           reference_decode(buf_bytes(&text), path, ret, err);
}

bool reference_write(const char *path, const struct reference *reference,
                     struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return reference_encode(reference, &text, err) &&
           file_replace(path, 0644, buf_bytes(&text), err);
}

bool reference_check_firmware(const struct reference *reference,
                              const struct firmware *firmware,
                              struct sevk_error *err)
{
    char mine[2 * SHA256_LEN + 1], theirs[2 * SHA256_LEN + 1];

    if (!reference->has_firmware ||
        (secret_equal(reference->firmware_digest, firmware->digest,
                      SHA256_LEN) &&
         reference->firmware_size == firmware->size)) {
        return true;
    }
    hex_format(BYTES_OF(reference->firmware_digest), mine);
    hex_format(BYTES_OF(firmware->digest), theirs);
    return sevk_fail(err, SEVK_REFUSED,
                     "the firmware image is not the reference's: it has %llu "
                     "bytes and SHA-256 %s, the reference %llu bytes and %s",
                     (unsigned long long)firmware->size, theirs,
                     (unsigned long long)reference->firmware_size, mine);
}

/* One VMSA for each vCPU, as the reference describes them. */
static bool add_vmsas(struct digest *d, const struct reference *r,
                      const struct firmware *firmware, struct sevk_error *err)
{
    struct vmsa_init init = { .type = r->vm_type,
                              .cpu_signature = r->cpu_signature,
                              .sev_features = r->sev_features };
    uint8_t page[VMSA_LEN];

    if (!r->has_vcpus || !r->has_cpu_signature) {
        return sevk_fail(err, SEVK_USAGE,
                         "the reference lacks the number of vCPUs or their CPU "
                         "signature, which SEV-ES measures");
    }
    if (r->vcpus > 1 &&
        !firmware_reset_vector(firmware, &init.reset_vector, err)) {
        return false;
    }
    vmsa_init_bsp(&init, page);
    digest_add_vmsa(d, page);
    vmsa_init_ap(&init, page);
    for (uint32_t i = 1; i < r->vcpus; i++) {
        digest_add_vmsa(d, page);
    }
    return true;
}

/* The digest that follows from the reference and the image itself. */
static bool compute(const struct reference *r, const struct firmware *firmware,
                    uint8_t ret[static SHA256_LEN], struct sevk_error *err)
{
    struct digest d = digest_begin(firmware);

    if (!reference_check_firmware(r, firmware, err)) {
        return false;
    }
    if (r->has_kernel_hashes) {
        digest_add_kernel_hashes(&d, &r->kernel_hashes);
    }
    if (r->type == REFERENCE_SEV_ES && !add_vmsas(&d, r, firmware, err)) {
        return false;
    }
    digest_end(&d, ret);
    return true;
}

bool reference_launch_digests(const struct reference *reference,
                              const struct firmware *firmware,
                              uint8_t (*ret)[SHA256_LEN], size_t max,
                              size_t *ret_n, struct sevk_error *err)
{
    size_t n = reference->n_launch_digests;

    if (n > max || max == 0) {
        return sevk_fail(err, SEVK_USAGE, "the reference lists %zu digests", n);
    }
    if (n > 0) {
        memcpy(ret, reference->launch_digests, n * SHA256_LEN);
        *ret_n = n;
        return true;
    }
    if (firmware != NULL) {
        if (!compute(reference, firmware, ret[0], err)) {
            return false;
        }
    } else if (reference->has_firmware && reference->type == REFERENCE_SEV &&
               !reference->has_kernel_hashes) {
        /* Nothing follows the image: then the two digests are one. */
        memcpy(ret[0], reference->firmware_digest, SHA256_LEN);
    } else {
        return sevk_fail(err, SEVK_USAGE,
                         "the reference lists no launch digests, and to make "
                         "one the firmware image itself is needed "
                         "(--firmware)");
    }
    *ret_n = 1;
    return true;
}
