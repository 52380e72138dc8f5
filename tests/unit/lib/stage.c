/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of libsevkit stand on: a platform, a host, and files. */
#include "unit/lib/stage.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/own.h"
#include "wire/ovmf_table.h"

#define RAM_LEN   ((size_t)16 << 20)
#define IMAGE_LEN 4096

static void make_image(struct stage *s)
{
    const struct ovmf_table table = { .present = true,
                                      .has_reset_vector = true,
                                      .reset_vector = 0x0080b004,
                                      .secret = { true, 0x810000, 0xc00 },
                                      .hashes = { true, 0x810c00, 0x400 } };
    OWN(buf_free) struct buf tail = { 0 };
    struct fake_rng random = { 1 };
    uint8_t image[IMAGE_LEN];
    struct sevk_error err;

    fake_rng_bytes(&random, image, sizeof image);
    assert_works(ovmf_table_encode(&table, &tail, &err), &err);
    memcpy(image + sizeof image - 32 - tail.n, tail.p, tail.n);
    assert_works(buf_append(&s->image, BYTES_OF(image), &err), &err);
}

static void make_files(struct stage *s)
{
    uint8_t pdh[SEV_CERT_LEN];

    rig_pdh(s->rig, pdh); /* and the others behind it */
    s->chain = temp_dir_write(
        &s->dir, "chain",
        bytes_make(rig_at(s->rig, RIG_RAM), 4 * (size_t)SEV_CERT_LEN));
    s->vendor = rig_path(s->rig, "cek.cert");
    s->root = rig_path(s->rig, "ask_ark.cert");
    s->firmware = temp_dir_write(&s->dir, "image.fd", buf_bytes(&s->image));
    s->kernel = temp_dir_write(&s->dir, "vmlinuz", bytes_of_string("kernel"));
    s->initrd = temp_dir_write(&s->dir, "initrd", bytes_of_string("initrd"));
}

struct stage *stage_open(void)
{
    struct stage *s = calloc(1, sizeof *s);

    assert_non_null(s);
    s->rig = rig_open_up();
    s->dir = temp_dir_make();
    make_image(s);
    make_files(s);
    s->ram = mmap(NULL, RAM_LEN, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    s->memory = vmm_memory_make(VMM_MACHINE_Q35, s->ram, RAM_LEN);
    s->host = (struct vmm_params){
        .platform = s->rig->platform,
        .rng = rng_system(),
        .clock = clock_system(),
        .cbitpos = 51,
        .reduced_phys_bits = 1,
        .firmware = buf_bytes(&s->image),
        .vcpus = 1,
        .cpu_signature = 0x00a00f11,
        .memory = &s->memory,
    };
    return s;
}

void stage_close(struct stage **stage)
{
    struct stage *s = *stage;

    munmap(s->ram, RAM_LEN);
    rig_close(&s->rig);
    temp_dir_drop(&s->dir);
    buf_free(&s->image);
    free(s->chain);
    free(s->vendor);
    free(s->root);
    free(s->firmware);
    free(s->kernel);
    free(s->initrd);
    free(s->godh);
    free(s->blob);
    free(s);
    *stage = NULL;
}

struct sevk_trust *stage_trust(const struct stage *stage)
{
    struct sevk_trust *trust = NULL;
    struct sevk_error err;

    assert_works(sevk_trust_new(&trust, &err), &err);
    assert_works(sevk_trust_add_file(trust, stage->root, &err), &err);
    return trust;
}

struct sevk_chain *stage_chain(const struct stage *stage)
{
    struct sevk_chain *chain = NULL;
    struct sevk_error err;

    assert_works(sevk_chain_new(&chain, &err), &err);
    assert_works(sevk_chain_add_file(chain, stage->chain, &err), &err);
    assert_works(sevk_chain_add_file(chain, stage->vendor, &err), &err);
    return chain;
}

struct sevk_verdict *stage_verdict(const struct stage *stage)
{
    OWN(sevk_trust_free) struct sevk_trust *trust = stage_trust(stage);
    OWN(sevk_chain_free) struct sevk_chain *chain = stage_chain(stage);
    struct sevk_verdict *verdict = NULL;
    struct sevk_error err;

    assert_works(sevk_chain_verify(chain, trust, &verdict, &err), &err);
    return verdict;
}

struct sevk_session *stage_session(const struct stage *stage, uint32_t policy)
{
    OWN(sevk_verdict_free) struct sevk_verdict *v = stage_verdict(stage);
    struct sevk_session *session = NULL;
    struct sevk_error err;

    assert_works(sevk_session_create(v, policy, 0, &session, &err), &err);
    return session;
}

struct sevk_expectation *stage_expectation(const struct stage *stage)
{
    OWN(sevk_firmware_free) struct sevk_firmware *firmware = NULL;
    struct sevk_expectation *e = NULL;
    struct sevk_error err;

    assert_works(sevk_expectation_new(&e, &err), &err);
    assert_works(sevk_firmware_read(stage->firmware, &firmware, &err), &err);
    assert_works(sevk_expectation_set_firmware(e, firmware, &err), &err);
    if (stage->host.has_kernel) {
        assert_works(sevk_expectation_set_kernel(
                         e, stage->kernel, stage->initrd, STAGE_CMDLINE, &err),
                     &err);
    }
    return e;
}

void stage_boot_kernel(struct stage *stage)
{
    stage->host.kernel_hashes = true;
    stage->host.has_kernel = true;
    stage->host.kernel = bytes_of_string("kernel");
    stage->host.initrd = bytes_of_string("initrd");
    stage->host.cmdline = STAGE_CMDLINE;
}

struct vmm_guest *stage_start(struct stage *stage,
                              const struct sevk_session *session)
{
    struct vmm_guest *guest = NULL;
    struct sevk_error err;

    free(stage->godh);
    free(stage->blob);
    stage->godh =
        temp_dir_write(&stage->dir, "godh",
                       bytes_of_string(sevk_session_godh_base64(session)));
    stage->blob =
        temp_dir_write(&stage->dir, "blob",
                       bytes_of_string(sevk_session_blob_base64(session)));
    stage->host.dh_cert_file = stage->godh;
    stage->host.session_file = stage->blob;
    assert_true(sevk_session_policy(session, &stage->host.policy));
    assert_works(vmm_guest_start(&stage->host, &guest, &err), &err);
    return guest;
}

struct sevk_measurement *stage_measure(const struct vmm_guest *guest)
{
    const struct vmm_info info = vmm_guest_info(guest);
    struct sevk_measurement *measurement = NULL;
    uint8_t bytes[SEVK_MEASUREMENT_LEN];
    struct sevk_error err;

    vmm_guest_measurement(guest, bytes);
    assert_works(sevk_measurement_from_bytes(
                     bytes, sizeof bytes, info.api_major, info.api_minor,
                     info.build, info.policy, &measurement, &err),
                 &err);
    return measurement;
}

bool verdict_has(const struct sevk_verdict *verdict,
                 enum sevk_verdict_list list, const char *part)
{
    for (size_t i = 0; i < sevk_verdict_count(verdict, list); i++) {
        if (strstr(sevk_verdict_sentence(verdict, list, i), part) != NULL) {
            return true;
        }
    }
    return false;
}

void assert_refuses(const struct sevk_verdict *verdict, const char *part)
{
    assert_false(sevk_verdict_yes(verdict));
    assert_int_equal(sevk_verdict_count(verdict, SEVK_VERDICT_COVERED), 0);
    if (!verdict_has(verdict, SEVK_VERDICT_REASONS, part)) {
        fail_msg("no reason contains '%s'; the first is '%s'", part,
                 sevk_verdict_count(verdict, SEVK_VERDICT_REASONS) == 0
                     ? ""
                     : sevk_verdict_sentence(verdict, SEVK_VERDICT_REASONS, 0));
    }
}
