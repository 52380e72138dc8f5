/* SPDX-License-Identifier: Apache-2.0 */
/* The options from which a VM is described, and what the host adds to them. */
#include "cli/vm_plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/number.h"
#include "base/own.h"
#include "host/images.h"
#include "host/lines.h"
#include "owner/session_record.h"
#include "wire/policy.h"

#define QEMU_WITHOUT_IOMMU 6000000u /* since 6.0 it is on by itself */

void vm_plan_free(struct vm_plan **plan)
{
    if (*plan != NULL) {
        buf_free(&(*plan)->dh_cert);
        buf_free(&(*plan)->session);
        free(*plan);
        *plan = NULL;
    }
}

/* -- Sizes. ----------------------------------------------------------------- */

/* "4096", "4096M", "4G", "4 GiB" is none: no spaces. In KiB. */
static bool parse_size(const char *text, uint64_t *ret_kib,
                       struct sevk_error *err)
{
    static const struct {
        const char *name;
        unsigned int shift;
    } units[] = { { "", 10 },    { "M", 10 },   { "MiB", 10 },
                  { "G", 20 },   { "GiB", 20 }, { "T", 30 },
                  { "TiB", 30 }, { "KiB", 0 },  { "K", 0 } };
    size_t n = strspn(text, "0123456789");
    char digits[12];
    uint64_t value = 0;

    for (size_t i = 0; n < sizeof digits && i < sizeof units / sizeof *units;
         i++) {
        if (strcasecmp(text + n, units[i].name) != 0) {
            continue;
        }
        snprintf(digits, sizeof digits, "%.*s", (int)n, text);
        if (!number_parse(digits, 1, (uint64_t)1 << 32, "--memory", &value,
                          err)) {
            return false;
        }
        *ret_kib = value << units[i].shift;
        return true;
    }
    return sevk_fail(err, SEVK_USAGE,
                     "--memory: '%.40s' is no size; write MiB as 4096, or 4G",
                     text);
}

/* -- The host. -------------------------------------------------------------- */

static const char *uri_of(const struct plan_options *o)
{
    return o->host.connect != NULL ? o->host.connect
                                   : getenv("LIBVIRT_DEFAULT_URI");
}

/* "qemu+ssh://host/system" has a host, "qemu:///system" has none. */
static bool is_elsewhere(const char *uri)
{
    const char *slashes = uri == NULL ? NULL : strstr(uri, "://");

    return slashes != NULL && slashes[3] != '/' && slashes[3] != '\0';
}

static bool is_session(const char *uri)
{
    const char *path = uri == NULL ? NULL : strstr(uri, "://");

    path = path == NULL ? NULL : strchr(path + 3, '/');
    return path != NULL && strncmp(path, "/session", 8) == 0;
}

/*
 * The host is the one that libvirt speaks of: what was read here of processor
 * and firmware may be another's, and of another machine's files nothing is
 * known.
 */
static void forget_here(struct vm_plan *vm, bool elsewhere)
{
    vm->facts.cpu = (struct host_cpu){ .known = false };
    vm->facts.kernel = (struct host_kernel){ .known = false };
    vm->facts.firmware = (struct host_firmware){ .known = false };
    if (elsewhere) {
        vm->facts.has_images = false;
        vm->facts.n_images = 0;
    }
}

static bool read_host(const struct plan_options *o, struct vm_plan *vm,
                      struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    struct host_options host = o->host;

    /* The URI still says what kind of instance the VM is for. */
    host.connect = host.from == NULL ? host.connect : NULL;
    if (!host_record_from(&host, &record, err) ||
        !host_facts_from(&record, &vm->facts, err)) {
        return false;
    }
    if (o->host.from == NULL) {
        forget_here(vm, is_elsewhere(uri_of(o)));
    }
    return true;
}

static void take_host(struct vm_plan *vm)
{
    const struct host_libvirt *from = &vm->facts.libvirt;
    struct domain_plan *plan = &vm->plan;

    plan->has_cbitpos = from->has_cbitpos;
    plan->cbitpos = from->cbitpos;
    plan->has_reduced_phys_bits = from->has_reduced_phys_bits;
    plan->reduced_phys_bits = from->reduced_phys_bits;
    plan->iommu =
        from->qemu_version != 0 && from->qemu_version < QEMU_WITHOUT_IOMMU;
}

/* -- Policy and session. ---------------------------------------------------- */

static bool has_no_es(const struct vm_plan *vm)
{
    const struct host_libvirt *host = &vm->facts.libvirt;

    return host->has_max_es_guests && host->max_es_guests == 0;
}

static bool take_policy(const struct plan_options *o, struct vm_plan *vm,
                        struct sevk_error *err)
{
    uint32_t strict = POLICY_NODBG | POLICY_NOKS | POLICY_NOSEND;

    if (vm->facts.libvirt.has_capabilities &&
        vm->facts.libvirt.sev == FACT_NO) {
        return sevk_fail(err, SEVK_REFUSED,
                         "libvirt says that this host has no SEV; 'sevkit "
                         "host check' says why");
    }
    if (o->policy.given && (o->policy.value & POLICY_ES) != 0 &&
        has_no_es(vm)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the policy asks for SEV-ES, and the host has room "
                         "for no SEV-ES guest; 'sevkit host check es' says "
                         "why");
    }
    vm->plan.policy = o->policy.given ? o->policy.value
                      : has_no_es(vm) ? strict
                                      : strict | POLICY_ES;
    return true;
}

static bool take_session(const char *prefix, bool policy_given,
                         struct vm_plan *vm, struct sevk_error *err)
{
    struct session session = { 0 };
    struct session_record record = { 0 };
    bool ok;

    if (prefix == NULL) {
        return true;
    }
    if (!session_record_check_unused(prefix, err) ||
        !session_files_read(prefix, &session, &record, err)) {
        return false;
    }
    ok = base64_append(&vm->dh_cert, BYTES_OF(session.godh), err) &&
         base64_append(&vm->session, BYTES_OF(session.blob), err);
    session_clear(&session);
    if (!ok) {
        return false;
    }
    if (policy_given && vm->plan.policy != record.policy) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the session '%s' was made for policy 0x%02x, not "
                         "0x%02x: make another, or leave '--policy' out",
                         prefix, record.policy, vm->plan.policy);
    }
    vm->plan.policy = record.policy;
    vm->plan.dh_cert = buf_string(&vm->dh_cert);
    vm->plan.session_blob = buf_string(&vm->session);
    return true;
}

/* -- Firmware. -------------------------------------------------------------- */

/* How well an image fits; 0: it does not. */
static unsigned int fitness(const struct host_image *image, bool es,
                            bool kernel)
{
    if (!image->exists || image->secure_boot ||
        !(image->says_sev || image->has_table) ||
        (es && !image->has_reset_vector)) {
        return 0;
    }
    return 1u + (es ? image->says_es : image->says_sev) +
           (kernel && image->has_hash_area ? 4u : 0u) +
           (!kernel && !image->has_hash_area ? 2u : 0u);
}

static const struct host_image *best_image(const struct vm_plan *vm)
{
    const struct host_image *best = NULL;
    unsigned int most = 0;

    for (size_t i = 0; i < vm->facts.n_images; i++) {
        unsigned int n =
            fitness(&vm->facts.images[i], (vm->plan.policy & POLICY_ES) != 0,
                    vm->plan.kernel != NULL);

        if (n > most) {
            most = n;
            best = &vm->facts.images[i];
        }
    }
    return best;
}

static bool take_firmware(const struct plan_options *o, struct vm_plan *vm,
                          struct sevk_error *err)
{
    OWN(buf_free) struct buf words = { 0 };
    const struct host_image *best;

    if (o->firmware == NULL) {
        best = best_image(vm);
        vm->plan.firmware = best == NULL ? NULL : best->path;
        vm->plan.kernel_hashes =
            best != NULL && best->has_hash_area && vm->plan.kernel != NULL;
        return true;
    }
    if (strcmp(o->firmware, "efi") == 0) {
        return true;
    }
    if (o->firmware[0] != '/') {
        return sevk_fail(err, SEVK_USAGE,
                         "--firmware: '%s' is neither 'efi' nor a path from "
                         "the root, as the host needs it",
                         o->firmware);
    }
    vm->plan.firmware = o->firmware;
    if (!host_image_describe("", o->firmware, &words, err)) {
        return false;
    }
    vm->plan.kernel_hashes = vm->plan.kernel != NULL &&
                             lines_has_word(buf_string(&words), "hash-area");
    return true;
}

/* -- All of it. ------------------------------------------------------------- */

static bool take_path(const char *name, const char *path,
                      struct sevk_error *err)
{
    return path == NULL || path[0] == '/' ||
           sevk_fail(err, SEVK_USAGE,
                     "--%s: '%s' is no path from the root: libvirt opens it "
                     "on the host",
                     name, path);
}

static bool take_options(const struct plan_options *o, struct domain_plan *plan,
                         struct sevk_error *err)
{
    plan->name = o->name;
    plan->vcpus = o->vcpus.value;
    plan->cpu = o->cpu;
    plan->guest_os = o->guest_os;
    plan->kernel = o->kernel;
    plan->initrd = o->initrd;
    plan->cmdline = o->cmdline;
    plan->serial =
        o->serial == NULL || strcmp(o->serial, "pty") == 0 ? NULL : o->serial;
    plan->vnc = o->vnc;
    plan->session = is_session(uri_of(o));
    return parse_size(o->memory, &plan->memory_kib, err) &&
           take_path("kernel", o->kernel, err) &&
           take_path("initrd", o->initrd, err) &&
           take_path("serial", plan->serial, err);
}

bool vm_plan_make(const struct plan_options *o, struct vm_plan **ret,
                  struct sevk_error *err)
{
    OWN(vm_plan_free) struct vm_plan *vm = calloc(1, sizeof *vm);

    if (vm == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for the plan");
    }
    if (!take_options(o, &vm->plan, err) || !read_host(o, vm, err)) {
        return false;
    }
    take_host(vm);
    if (!take_policy(o, vm, err) ||
        !take_session(o->session, o->policy.given, vm, err) ||
        !take_firmware(o, vm, err)) {
        return false;
    }
    *ret = TAKE(vm);
    return true;
}
