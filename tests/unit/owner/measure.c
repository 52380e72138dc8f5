/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner's library computes, for scripts that compare it with others. */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/number.h"
#include "base/own.h"
#include "owner/cpu_model.h"
#include "owner/digest.h"
#include "owner/kernel_hashes.h"
#include "owner/launch_secret.h"
#include "owner/measurement.h"
#include "owner/vmsa_init.h"
#include "wire/policy.h"

/*
 * measure TIK FIRMWARE POLICY VCPUS CPU KERNEL INITRD CMDLINE
 *     prints the measurement in base64, with API 1.51, build 3 and a fixed
 *     mnonce; "-" for a KERNEL, INITRD or CMDLINE that there is not.
 * measure open TEK TIK MEASUREMENT HEADER PAYLOAD OUT
 *     checks and decrypts a packet in base64; OUT gets the table. Test keys.
 * measure seal TEK TIK MEASUREMENT HEADER NAME FILE...
 *     seals the secrets with the IV of HEADER and prints header and payload.
 * measure cpus
 *     prints every CPU model with its family, model and stepping.
 */

static const char *or_null(const char *arg)
{
    return strcmp(arg, "-") == 0 ? NULL : arg;
}

static bool add_kernel(struct digest *d, char **argv, struct sevk_error *err)
{
    struct kernel_hash_table table;

    if (or_null(argv[6]) == NULL) {
        return true;
    }
    if (!kernel_hashes_read(argv[6], or_null(argv[7]), or_null(argv[8]), &table,
                            err)) {
        return false;
    }
    digest_add_kernel_hashes(d, &table);
    return true;
}

static bool add_vcpus(struct digest *d, const struct firmware *fw, char **argv,
                      struct sevk_error *err)
{
    struct vmsa_init init = { .type = VMSA_LEGACY };
    static uint8_t page[VMSA_LEN];
    uint32_t vcpus;

    if (!number_parse_u32(argv[4], 1, 4096, "VCPUS", &vcpus, err) ||
        !cpu_signature_parse(argv[5], &init.cpu_signature, err) ||
        !firmware_reset_vector(fw, &init.reset_vector, err)) {
        return false;
    }
    vmsa_init_bsp(&init, page);
    for (uint32_t i = 0; i < vcpus; i++) {
        digest_add_vmsa(d, page);
        vmsa_init_ap(&init, page);
    }
    return true;
}

static bool print_base64(struct bytes bytes, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!base64_append(&text, bytes, err)) {
        return false;
    }
    puts(buf_string(&text));
    return true;
}

static bool measure(char **argv, struct sevk_error *err)
{
    struct measure_input in = { .api_major = 1, .api_minor = 51, .build = 3 };
    struct measure_buf out = { .mnonce = { 1, 2, 3, 4, 5, 6, 7, 8 } };
    uint8_t bytes[MEASURE_BUF_LEN];
    struct firmware fw;
    struct digest d;
    SECRET(tik);

    if (!secret_read_file(&tik, argv[1], 16, 16, "TIK", err) ||
        !firmware_read(argv[2], &fw, err) ||
        !number_parse_u32(argv[3], 0, UINT32_MAX, "POLICY", &in.policy, err)) {
        return false;
    }
    d = digest_begin(&fw);
    if (!add_kernel(&d, argv, err) ||
        ((in.policy & POLICY_ES) != 0 && !add_vcpus(&d, &fw, argv, err))) {
        return false;
    }
    digest_end(&d, in.digest);
    memcpy(in.mnonce, out.mnonce, sizeof in.mnonce);
    if (!measurement_compute(&in, &tik, out.measure, err)) {
        return false;
    }
    measure_buf_encode(&out, bytes);
    return print_base64(BYTES_OF(bytes), err);
}

static bool read_base64(const char *path, struct buf *ret,
                        struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return file_read(path, 1 << 16, "packet", &text, err) &&
           base64_decode(ret, buf_bytes(&text), path, err);
}

static bool open_packet(char **argv, struct sevk_error *err)
{
    OWN(buf_free) struct buf header = { 0 }, payload = { 0 };
    struct measure_buf m;
    bool yes = false;
    SECRET(tek);
    SECRET(tik);
    SECRET(table);

    if (!secret_read_file(&tek, argv[2], 16, 16, "TEK", err) ||
        !secret_read_file(&tik, argv[3], 16, 16, "TIK", err) ||
        !measurement_parse(argv[4], &m, err) ||
        !read_base64(argv[5], &header, err) ||
        !read_base64(argv[6], &payload, err) ||
        !launch_secret_open(buf_bytes(&header), buf_bytes(&payload), &tek, &tik,
                            m.measure, &yes, &table, err)) {
        return false;
    }
    if (!yes) {
        return sevk_fail(err, SEVK_REFUSED, "the packet's MAC does not match");
    }
    return file_replace(argv[7], 0600, secret_expose(&table), err);
}

static bool fill_iv(void *ctx, uint8_t *p, size_t n, struct sevk_error *err)
{
    (void)err;
    memcpy(p, ctx, n);
    return true;
}

static bool seal_packet(int argc, char **argv, struct sevk_error *err)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    OWN(buf_free) struct buf header = { 0 };
    struct packet_hdr hdr;
    struct measure_buf m;
    SECRET(tek);
    SECRET(tik);
    SECRET(table);
    LAUNCH_SECRETS(list);

    for (int i = 6; i + 1 < argc; i += 2) {
        if (!launch_secrets_add_file(&list, argv[i], argv[i + 1], err)) {
            return false;
        }
    }
    return secret_read_file(&tek, argv[2], 16, 16, "TEK", err) &&
           secret_read_file(&tik, argv[3], 16, 16, "TIK", err) &&
           measurement_parse(argv[4], &m, err) &&
           read_base64(argv[5], &header, err) &&
           packet_hdr_decode(buf_bytes(&header), &hdr, err) &&
           launch_secrets_table(&list, &table, err) &&
           launch_secret_seal(&table, &tek, &tik, m.measure,
                              (struct rng){ fill_iv, hdr.iv }, &packet, err) &&
           print_base64(BYTES_OF(packet.header), err) &&
           print_base64(buf_bytes(&packet.payload), err);
}

static bool print_cpus(void)
{
    size_t n;
    const struct cpu_model *models = cpu_models(&n);

    for (size_t i = 0; i < n; i++) {
        printf("%s %u %u %u\n", models[i].name, models[i].family,
               models[i].model, models[i].stepping);
    }
    return true;
}

static bool run(int argc, char **argv, struct sevk_error *err)
{
    if (argc == 2 && strcmp(argv[1], "cpus") == 0) {
        return print_cpus();
    }
    if (argc == 8 && strcmp(argv[1], "open") == 0) {
        return open_packet(argv, err);
    }
    if (argc > 6 && strcmp(argv[1], "seal") == 0) {
        return seal_packet(argc, argv, err);
    }
    if (argc == 9) {
        return measure(argv, err);
    }
    return sevk_fail(err, SEVK_USAGE, "usage: see the head of measure.c");
}

int main(int argc, char **argv)
{
    struct sevk_error err = { 0 };

    if (!run(argc, argv, &err)) {
        fprintf(stderr, "measure: %s\n", err.message);
        return (int)err.code;
    }
    return 0;
}
