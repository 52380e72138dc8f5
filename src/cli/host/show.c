/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit host show: what a host can do for SEV, without judging it. */
#include <json-c/json.h>

#include "base/own.h"
#include "cli/host.h"
#include "cli/verb.h"

static const struct opt rows[] = {
    HOST_FROM_ROW(struct host_options),
    HOST_LIVE_ROWS(struct host_options),
};

/* What is not known is left out. */
static void put_fact(struct out *out, struct json_object *in, const char *key,
                     enum fact fact)
{
    if (fact != FACT_UNKNOWN) {
        out_flag(out, in, key, fact == FACT_YES);
    }
}

static void put_cpu(struct out *out, const struct host_cpu *cpu)
{
    struct json_object *in = out_object(out, out->tree, "processor");

    if (cpu->known) {
        out_text(out, in, "vendor", cpu->vendor);
        out_text(out, in, "name", cpu->name);
        out_number(out, in, "family", cpu->family);
        out_number(out, in, "model", cpu->model);
        out_number(out, in, "stepping", cpu->stepping);
    }
    if (host_generation(cpu) != NULL) {
        out_text(out, in, "generation", host_generation(cpu));
    }
    put_fact(out, in, "guest", cpu->guest);
    if (cpu->hypervisor[0] != '\0') {
        out_text(out, in, "hypervisor", cpu->hypervisor);
    }
    if (cpu->has_leaf) {
        out_flag(out, in, "sev", cpu->sev);
        out_flag(out, in, "sev_es", cpu->es);
        out_flag(out, in, "sev_snp", cpu->snp);
        out_number(out, in, "cbitpos", cpu->cbitpos);
        out_number(out, in, "reduced_phys_bits", cpu->reduced_phys_bits);
        out_number(out, in, "asids", cpu->asids);
        out_number(out, in, "min_sev_asid", cpu->min_sev_asid);
    }
}

static void put_kernel(struct out *out, const struct host_kernel *kernel)
{
    struct json_object *in = out_object(out, out->tree, "kernel");

    if (kernel->known) {
        out_text(out, in, "release", kernel->release);
    }
    put_fact(out, in, "kvm_amd", kernel->kvm_amd);
    put_fact(out, in, "kvm_amd_sev", kernel->sev);
    put_fact(out, in, "kvm_amd_sev_es", kernel->sev_es);
    put_fact(out, in, "memory_encryption", kernel->syscfg_encrypts);
    if (kernel->dev_sev.known) {
        out_flag(out, in, "dev_sev", kernel->dev_sev.present);
    }
}

static void put_firmware(struct out *out, const struct host_firmware *fw)
{
    struct json_object *in = out_object(out, out->tree, "firmware");

    if (fw->known) {
        out_text(out, in, "kind", fw->is_virtual ? "VIRTUAL" : "SEV");
        out_number(out, in, "api_major", fw->api_major);
        out_number(out, in, "api_minor", fw->api_minor);
        out_number(out, in, "build", fw->build);
        out_number(out, in, "guests", fw->guests);
        put_fact(out, in, "sev_es", fw->es);
    }
}

static void put_libvirt(struct out *out, const struct host_libvirt *l)
{
    struct json_object *in = out_object(out, out->tree, "libvirt");

    if (l->libvirt_version != 0) {
        out_number(out, in, "version", l->libvirt_version);
    }
    if (l->qemu_version != 0) {
        out_number(out, in, "qemu_version", l->qemu_version);
    }
    put_fact(out, in, "sev", l->sev);
    if (l->has_cbitpos) {
        out_number(out, in, "cbitpos", l->cbitpos);
    }
    if (l->has_reduced_phys_bits) {
        out_number(out, in, "reduced_phys_bits", l->reduced_phys_bits);
    }
    if (l->has_max_guests) {
        out_number(out, in, "max_guests", l->max_guests);
    }
    if (l->has_max_es_guests) {
        out_number(out, in, "max_es_guests", l->max_es_guests);
    }
}

static void put_images(struct out *out, const struct host_facts *facts)
{
    struct json_object *list = out_list(out, out->tree, "images");

    for (size_t i = 0; i < facts->n_images; i++) {
        const struct host_image *image = &facts->images[i];
        struct json_object *in = out_object(out, list, NULL);

        out_text(out, in, "path", image->path);
        if (image->descriptor[0] != '\0') {
            out_text(out, in, "descriptor", image->descriptor);
        }
        out_flag(out, in, "exists", image->exists);
        out_flag(out, in, "amd_sev", image->says_sev);
        out_flag(out, in, "amd_sev_es", image->says_es);
        out_flag(out, in, "secure_boot", image->secure_boot);
        out_flag(out, in, "reset_vector", image->has_reset_vector);
        out_flag(out, in, "secret_area", image->has_secret_area);
        out_flag(out, in, "hash_area", image->has_hash_area);
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);

    if (facts == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!host_record_from(call->options, &record, err) ||
        !host_facts_from(&record, facts, err)) {
        return false;
    }
    put_cpu(call->out, &facts->cpu);
    put_kernel(call->out, &facts->kernel);
    put_firmware(call->out, &facts->firmware);
    put_libvirt(call->out, &facts->libvirt);
    put_images(call->out, facts);
    return true;
}

const struct verb verb_host_show = {
    .noun = "host",
    .verb = "show",
    .summary = "show what a host can do for SEV",
    VERB_OPTIONS(struct host_options),
    .run = run,
};
