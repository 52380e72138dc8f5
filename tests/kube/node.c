/* SPDX-License-Identifier: Apache-2.0 */
/* A node of the cluster double: one guest on a virtual platform. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "device/device.h"
#include "vmm/cpu_model.h"
#include "vmm/guest.h"

/*
 * Used by tests/kube/server.py, in the place of virt-launcher and its QEMU:
 *
 *   node PLATFORM certs                        prints PDH and chain, base64
 *   node PLATFORM guest POLICY FIRMWARE VCPUS CPU GODH SESSION
 *        launches a guest on the platform, up to its measurement, prints
 *        "measured MEASUREMENT API-MAJOR API-MINOR BUILD POLICY", and obeys:
 *            inject HEADER PAYLOAD   prints "ok" or "error ..."
 *            run                     LAUNCH_FINISH; prints "ok" and the memory
 *                                    at the secret's place, in base64
 *        It ends with its standard input.
 */
#define RAM_SIZE (64u << 20)

static int fail(const struct sevk_error *err)
{
    printf("error %s\n", err->message);
    fflush(stdout);
    return 1;
}

static bool print_base64(struct bytes from, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!base64_append(&text, from, err)) {
        return false;
    }
    printf("%s", buf_string(&text));
    return true;
}

/* Too large for a frame. */
struct exported {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t chain[DEVICE_CHAIN_LEN];
    uint8_t cek[SEV_CERT_LEN];
    struct buf rest;
};

static bool print_chain(const struct exported *e, struct sevk_error *err)
{
    OWN(buf_free) struct buf whole = { 0 };

    return buf_append(&whole, BYTES_OF(e->chain), err) &&
           buf_append(&whole, buf_bytes(&e->rest), err) &&
           print_base64(buf_bytes(&whole), err);
}

/* As a host that was given its signed CEK and AMD's certificates. */
static bool print_certs(struct exported *e, struct sevk_error *err)
{
    memcpy(e->chain + 2 * SEV_CERT_LEN, e->cek, SEV_CERT_LEN);
    if (!print_base64(BYTES_OF(e->pdh), err) || putchar(' ') != ' ') {
        return false;
    }
    return print_chain(e, err) && putchar('\n') == '\n';
}

static int certs(const char *platform)
{
    OWN(device_close) struct device *device = NULL;
    OWN(own_free) struct exported *e = calloc(1, sizeof *e);
    struct sevk_error err = { 0 };
    bool done;

    if (e == NULL) {
        return 1;
    }
    done = device_open_virtual(platform, rng_system(), clock_system(), &device,
                               &err) &&
           device_export(device, e->pdh, e->chain, &err) &&
           device_vendor_certs(device, e->cek, &e->rest, &err) &&
           print_certs(e, &err);
    buf_free(&e->rest);
    return done ? 0 : fail(&err);
}

/* -- One guest. ----------------------------------------------------------------- */

static bool start(char **argv, struct vmm_memory *memory,
                  const struct buf *image, struct vmm_guest **ret,
                  struct sevk_error *err)
{
    struct vmm_cpu cpu;
    struct vmm_params params = {
        .platform = argv[1],
        .rng = rng_system(),
        .clock = clock_system(),
        .cbitpos = 51,
        .reduced_phys_bits = 1,
        .policy = (uint32_t)strtoul(argv[3], NULL, 0),
        .dh_cert_file = argv[7],
        .session_file = argv[8],
        .firmware = buf_bytes(image),
        .vcpus = (uint32_t)strtoul(argv[5], NULL, 0),
        .memory = memory,
    };

    if (!vmm_cpu_find(argv[6], &cpu)) {
        return sevk_fail(err, SEVK_INPUT, "no CPU '%.40s'", argv[6]);
    }
    params.cpu_signature = vmm_cpu_signature(&cpu);
    return vmm_guest_start(&params, ret, err);
}

static bool tell(struct vmm_guest *guest, struct sevk_error *err)
{
    struct vmm_info info = vmm_guest_info(guest);
    uint8_t measure[MEASURE_BUF_LEN];

    vmm_guest_measurement(guest, measure);
    printf("measured ");
    if (!print_base64(BYTES_OF(measure), err)) {
        return false;
    }
    printf(" %u %u %u %u\n", info.api_major, info.api_minor, info.build,
           info.policy);
    fflush(stdout);
    return true;
}

static bool inject(struct vmm_guest *guest, const char *header,
                   const char *payload, struct sevk_error *err)
{
    OWN(buf_free) struct buf h = { 0 };
    OWN(buf_free) struct buf p = { 0 };

    return base64_decode(&h, bytes_of_string(header), "header", err) &&
           base64_decode(&p, bytes_of_string(payload), "payload", err) &&
           vmm_guest_inject(guest, buf_bytes(&h), buf_bytes(&p), NULL, err);
}

/* The first page that is not empty is where the secret is. */
static bool print_secret(const struct vmm_memory *memory,
                         struct sevk_error *err)
{
    size_t at = 0;

    while (at + 4096 < memory->size &&
           bytes_all_zero(bytes_make(memory->ram + at, 4096))) {
        at += 4096;
    }
    printf("ok ");
    return print_base64(bytes_make(memory->ram + at, 4096), err) &&
           putchar('\n') == '\n';
}

static bool obey(struct vmm_guest *guest, const struct vmm_memory *memory,
                 char *line, struct sevk_error *err)
{
    char *words[3] = { strtok(line, " \n"), strtok(NULL, " \n"),
                       strtok(NULL, " \n") };

    if (words[0] != NULL && strcmp(words[0], "inject") == 0 &&
        words[2] != NULL) {
        return inject(guest, words[1], words[2], err) && puts("ok") >= 0;
    }
    if (words[0] != NULL && strcmp(words[0], "run") == 0) {
        return vmm_guest_finish(guest, err) && print_secret(memory, err);
    }
    return sevk_fail(err, SEVK_INPUT, "no such order");
}

static int guest_main(char **argv)
{
    OWN(own_free) uint8_t *ram = calloc(1, RAM_SIZE);
    OWN(buf_free) struct buf image = { 0 };
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    OWN(own_free) char *line = NULL;
    struct vmm_memory memory;
    struct sevk_error err = { 0 };
    size_t cap = 0;

    if (ram == NULL) {
        return 1;
    }
    memory = vmm_memory_make(VMM_MACHINE_Q35, ram, RAM_SIZE);
    if (!file_read(argv[4], 64u << 20, "firmware", &image, &err) ||
        !start(argv, &memory, &image, &guest, &err) || !tell(guest, &err)) {
        return fail(&err);
    }
    while (getline(&line, &cap, stdin) > 0) {
        if (!obey(guest, &memory, line, &err)) {
            (void)fail(&err);
        }
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[2], "certs") == 0) {
        return certs(argv[1]);
    }
    if (argc == 9 && strcmp(argv[2], "guest") == 0) {
        return guest_main(argv);
    }
    return 2;
}
