/* SPDX-License-Identifier: Apache-2.0 */
/* Validating a VM that exists by the rules of virt-qemu-sev-validate. */
#include "virt/as_validator.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/own.h"
#include "virt/domain_xml.h"
#include "virt/xml.h"

/* -- State and configuration. ---------------------------------------------- */

static bool check_state(const char *state, bool secure,
                        enum virt_trouble *ret_trouble, struct sevk_error *err)
{
    bool ended =
        strcmp(state, "shut off") == 0 || strcmp(state, "crashed") == 0;

    if (!ended && (!secure || strcmp(state, "paused") == 0)) {
        return true;
    }
    *ret_trouble = VIRT_TROUBLE_STATE;
    return sevk_fail(err, SEVK_REFUSED,
                     ended ? "the VM is %s: only a running one has a "
                             "measurement"
                           : "the VM is %s: it must be paused, as nothing says "
                             "what it has done since it started; start it with "
                             "'virsh create --paused'",
                     state);
}

static bool fail_config(enum virt_trouble *ret_trouble, const char *sentence,
                        struct sevk_error *err)
{
    *ret_trouble = VIRT_TROUBLE_CONFIG;
    return sevk_fail(err, SEVK_REFUSED, "the VM's configuration: %s", sentence);
}

static bool has_kernel(const struct domain_facts *f)
{
    return f->kernel != NULL || f->initrd != NULL || f->cmdline != NULL;
}

static bool check_kernel(const struct domain_facts *f,
                         const struct expectation_options *expect, bool secure,
                         enum virt_trouble *ret_trouble, struct sevk_error *err)
{
    if (f->kernel_hashes) {
        return has_kernel(f) ||
               fail_config(ret_trouble,
                           "kernelHashes='yes', but there is no <kernel>", err);
    }
    if (expect->kernel != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "--kernel is given, but the VM does not have its "
                         "kernel measured (kernelHashes='yes' in its "
                         "<launchSecurity>)");
    }
    return !secure || !has_kernel(f) ||
           sevk_fail(err, SEVK_REFUSED,
                     "the VM boots a kernel that is not measured: its "
                     "<launchSecurity> lacks kernelHashes='yes'");
}

/* Where that program passes what it should not. */
static bool check_unmeasured(const struct domain_facts *f,
                             struct sevk_error *err)
{
    if (f->nvram) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM has a variable store (<nvram>), which nothing "
                         "measures: use a <loader> with stateless='yes'");
    }
    if (f->loader_writable) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM's firmware is writable (<loader "
                         "readonly='no'>)");
    }
    if (f->has_foreign) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM has commands to QEMU (an element of another "
                         "namespace), which nothing measures");
    }
    if (f->vcpus_current != f->vcpus || f->vcpus_disabled != 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "some of the VM's vCPUs are to be plugged after the "
                         "measurement, which does not cover them");
    }
    return true;
}

static bool check_config(const struct domain_facts *f,
                         const struct expectation_options *expect, bool secure,
                         enum virt_trouble *ret_trouble, struct sevk_error *err)
{
    if (f->security_type == NULL || strcmp(f->security_type, "sev") != 0) {
        return fail_config(ret_trouble, "it has no <launchSecurity type='sev'>",
                           err);
    }
    if (f->dh_cert == NULL || f->session == NULL) {
        return fail_config(ret_trouble,
                           "it has no <dhCert> or no <session>, so its owner "
                           "has no key to its measurement",
                           err);
    }
    if (secure && !check_unmeasured(f, err)) {
        return false;
    }
    if (!f->has_loader) {
        return fail_config(ret_trouble, "it has no <loader>", err);
    }
    return check_kernel(f, expect, secure, ret_trouble, err);
}

bool as_validator_check(const struct as_validator_view *view,
                        const struct virt_validate_options *options,
                        enum virt_trouble *ret_trouble, struct sevk_error *err)
{
    bool secure = !options->validate.insecure;

    return check_state(view->state, secure, ret_trouble, err) &&
           (options->ignore_config ||
            check_config(view->facts, &options->validate.expect, secure,
                         ret_trouble, err));
}

/* -- What the owner did not give. ------------------------------------------ */

/* A path of the host's can be read on the host alone. */
static bool take_path(const struct as_validator_view *view, bool secure,
                      const char *option, const char *path, const char **ret,
                      struct sevk_error *err)
{
    if (*ret != NULL || path == NULL) {
        return true;
    }
    if (view->remote) {
        return sevk_fail(err, SEVK_USAGE,
                         "%s is missing: the VM has one, but the host's '%s' "
                         "can't be read from here; give a copy that you trust",
                         option, path);
    }
    if (secure) {
        return sevk_fail(err, SEVK_REFUSED,
                         "%s is missing: the path in the VM's XML is the "
                         "host's word (--insecure accepts it)",
                         option);
    }
    *ret = path;
    return true;
}

static bool take_kernel(const struct as_validator_view *view, bool secure,
                        struct expectation_options *with,
                        struct sevk_error *err)
{
    const struct domain_facts *f = view->facts;

    /* What is not measured must not enter the expected measurement. */
    if (!f->kernel_hashes) {
        return true;
    }
    if (!take_path(view, secure, "--kernel", f->kernel, &with->kernel, err) ||
        !take_path(view, secure, "--initrd", f->initrd, &with->initrd, err)) {
        return false;
    }
    if (with->cmdline == NULL && f->cmdline != NULL) {
        if (secure) {
            return sevk_fail(err, SEVK_REFUSED,
                             "--cmdline is missing: the one in the VM's XML is "
                             "the host's word (--insecure accepts it)");
        }
        with->cmdline = f->cmdline;
    }
    return true;
}

static bool take_vcpus(const struct as_validator_view *view, bool secure,
                       struct expectation_options *with, struct sevk_error *err)
{
    if (with->has_vcpus) {
        return true;
    }
    if (secure) {
        return sevk_fail(err, SEVK_REFUSED,
                         "--num-cpus is missing: with SEV-ES each vCPU is "
                         "measured, and the host's number is its word alone "
                         "(--insecure accepts it)");
    }
    with->has_vcpus = true;
    with->vcpus = view->facts->has_vcpus ? view->facts->vcpus : 1;
    return true;
}

static bool take_cpu(const struct as_validator_view *view, bool secure,
                     struct expectation_options *with, struct sevk_error *err)
{
    if (with->cpu != NULL || with->vmsa_bsp != NULL) {
        return true;
    }
    if (secure) {
        return sevk_fail(err, SEVK_REFUSED,
                         "--cpu-family, --cpu-model and --cpu-stepping are "
                         "missing: with SEV-ES the CPU is measured, and the "
                         "host's is its word alone (--insecure accepts it)");
    }
    if (view->host_cpu == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "--cpu-family, --cpu-model and --cpu-stepping are "
                         "missing, and the host does not tell its CPU");
    }
    with->cpu = view->host_cpu;
    return true;
}

bool as_validator_fill(const struct as_validator_view *view, bool secure,
                       struct expectation_options *with, struct sevk_error *err)
{
    bool es = (view->policy & DOMAIN_POLICY_ES) != 0;

    if (es && !take_vcpus(view, secure, with, err)) {
        return false;
    }
    return take_path(view, secure, "--firmware", view->facts->loader,
                     &with->firmware, err) &&
           (with->firmware != NULL ||
            sevk_fail(err, SEVK_USAGE,
                      "--firmware is missing, and the VM has no <loader>")) &&
           take_kernel(view, secure, with, err) &&
           (!es || take_cpu(view, secure, with, err));
}

/* -- The host's CPU. ------------------------------------------------------- */

static bool read_part(const xmlNode *signature, const char *name, uint32_t *ret,
                      struct sevk_error *err)
{
    OWN(own_free) char *text = NULL;

    *ret = 0;
    return xml_attr(signature, name, &text, err) &&
           (text == NULL ||
            number_parse_u32(text, 0, UINT32_MAX, name, ret, err));
}

bool as_validator_host_cpu(struct bytes capabilities,
                           char ret[static AS_VALIDATOR_CPU_LEN],
                           struct sevk_error *err)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    const xmlNode *signature;
    uint32_t family;
    uint32_t model;
    uint32_t stepping;

    if (!xml_parse(capabilities, "capabilities", "libvirt's capabilities", &doc,
                   err)) {
        return false;
    }
    signature = xml_child(
        xml_child(xml_child(xmlDocGetRootElement(doc), "host"), "cpu"),
        "signature");
    if (signature == NULL) {
        ret[0] = '\0';
        return true;
    }
    if (!read_part(signature, "family", &family, err) ||
        !read_part(signature, "model", &model, err) ||
        !read_part(signature, "stepping", &stepping, err)) {
        return sevk_fail_in(err, "the host's CPU signature");
    }
    snprintf(ret, AS_VALIDATOR_CPU_LEN, "%u/%u/%u", family, model, stepping);
    return true;
}
