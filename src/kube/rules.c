/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for a VM's firmware, launch security and life on KubeVirt. */
#include "kube/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "kube/schema.h"
#include "wire/session_buf.h"
#include "wire/sev_cert.h"

struct kube_finding *rule_add(struct kube_report *report, enum rule rule,
                              const struct manifest *manifest,
                              const struct node *node, const char *path,
                              const char *fmt, ...)
{
    char where[KUBE_WHERE_LEN];
    char text[KUBE_TEXT_LEN];
    va_list args;

    snprintf(where, sizeof where, "%s%s", manifest->prefix, path);
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return report_add(report, &kube_rules[rule], node, where, "%s", text);
}

/*
 * Mends F by an entry: TEXTS[i] is what to add when i levels of PATH exist
 * below ROOT, which as a map may lack the last of them.
 */
static void add_at(struct kube_finding *f, const struct node *root,
                   const char *path, const char *const *texts)
{
    size_t levels;
    const struct node *at = manifest_deepest(root, path, &levels);

    if (at != NULL && at->kind == NODE_MAP && texts[levels] != NULL) {
        f->fix = (struct fix){ FIX_ADD, at, NULL, texts[levels] };
    }
}

static void set_at(struct kube_finding *f, const struct node *at,
                   const char *text)
{
    f->fix = (struct fix){ FIX_SET, at, NULL, text };
}

/* -- Launch security. --------------------------------------------------------- */

static bool check_launch_security(const struct manifest *m,
                                  struct kube_report *report)
{
    static const char *const texts[] = { "launchSecurity.sev: {}", "sev: {}",
                                         NULL };
    const struct node *security = node_get(m->domain, "launchSecurity");
    const struct node_entry *sev = node_entry(security, "sev");
    struct kube_finding *f;

    if (node_get(security, "snp") != NULL ||
        node_get(security, "tdx") != NULL) {
        if (m->has_sev) {
            rule_add(report, RULE_LAUNCH_SECURITY_ONE, m, security,
                     "domain.launchSecurity",
                     "only one kind of launch security can be asked for");
        }
        return m->has_sev;
    }
    if (m->has_sev) {
        return true;
    }
    f = rule_add(report, RULE_LAUNCH_SECURITY, m,
                 sev != NULL        ? sev->key
                 : security == NULL ? m->domain
                                    : security,
                 "domain.launchSecurity",
                 "the VM will not be encrypted: 'sev' is %s",
                 sev != NULL ? "null, which means not given" : "missing");
    if (sev != NULL) {
        set_at(f, sev->value, "{}");
    } else {
        add_at(f, m->domain, "launchSecurity.sev", texts);
    }
    return false;
}

static bool is_base64(const char *text, size_t n)
{
    uint8_t bytes[SEV_CERT_LEN];

    return n <= sizeof bytes &&
           base64_decode_exact(bytes, n, bytes_of_string(text), "value", NULL);
}

static void check_session(const struct manifest *m, struct kube_report *report)
{
    const char *session = node_text(node_get(m->sev, "session"));
    const char *cert = node_text(node_get(m->sev, "dhCert"));
    const struct node *at = node_get(m->sev, "session");

    if (session == NULL && cert == NULL) {
        return;
    }
    if (session == NULL || cert == NULL) {
        rule_add(report, RULE_SESSION, m, m->sev, "domain.launchSecurity.sev",
                 "session and dhCert are given both or not at all");
        return;
    }
    if (!is_base64(session, SESSION_BUF_LEN) ||
        !is_base64(cert, SEV_CERT_LEN)) {
        rule_add(report, RULE_SESSION, m, at, "domain.launchSecurity.sev",
                 "session must be %d bytes and dhCert %d, in base64",
                 SESSION_BUF_LEN, SEV_CERT_LEN);
        return;
    }
    rule_add(report, RULE_SESSION_ONCE, m, at, "domain.launchSecurity.sev",
             "the session is good for one start on one platform%s",
             m->attested ? ", and setupsession refuses to replace it" : "");
}

static void check_policy(const struct manifest *m, struct kube_report *report)
{
    if (!m->es) {
        rule_add(report, RULE_POLICY_NO_ES, m, m->sev,
                 "domain.launchSecurity.sev.policy",
                 "SEV without encrypted state: the host sees and can change "
                 "the registers, and vCPUs are not measured");
    }
    rule_add(report, RULE_POLICY_SHARING, m, m->sev,
             "domain.launchSecurity.sev.policy",
             "KubeVirt always asks for policy 0x%02x, without noks: another "
             "guest may get the same key",
             m->es ? 5u : 1u);
}

static void check_attestation(const struct manifest *m,
                              struct kube_report *report)
{
    static const char *const texts[] = { "startStrategy: Paused", NULL };
    const struct node *strategy = node_get(m->spec, "startStrategy");
    const char *text = node_text(strategy);
    struct kube_finding *f;

    if (!m->attested) {
        rule_add(report, RULE_NO_ATTESTATION, m, m->sev,
                 "domain.launchSecurity.sev",
                 "the start is not attested: nobody sees what the host "
                 "started");
        return;
    }
    if (text != NULL && strcmp(text, "Paused") == 0) {
        return;
    }
    f = rule_add(report, RULE_START_STRATEGY, m,
                 strategy == NULL ? m->spec : strategy, "startStrategy",
                 "with attestation the VM has to start paused");
    if (text != NULL) {
        set_at(f, strategy, "Paused");
    } else {
        add_at(f, m->spec, "startStrategy", texts);
    }
}

/* -- Firmware. ------------------------------------------------------------------- */

static void check_secure_boot(const struct manifest *m, const struct node *efi,
                              struct kube_report *report)
{
    static const char *const texts[] = { "secureBoot: false", NULL };
    const struct node_entry *given = node_entry(efi, "secureBoot");
    struct kube_finding *f;

    if (given != NULL && node_is_false(given->value)) {
        return;
    }
    f = rule_add(report, RULE_SECURE_BOOT, m,
                 given == NULL ? efi : given->value,
                 "domain.firmware.bootloader.efi.secureBoot",
                 "SEV does not work with Secure Boot%s",
                 given == NULL ? ", which is on when nothing is said" : "");
    if (given != NULL) {
        set_at(f, given->value, "false");
    } else {
        add_at(f, efi, "secureBoot", texts);
    }
}

/* Mended after EFI is there: the map does not become empty in between. */
static void check_bios(const struct manifest *m, struct kube_report *report)
{
    const struct node *loader = node_at(m->domain, "firmware.bootloader");
    const struct node_entry *bios = node_entry(loader, "bios");

    if (bios != NULL && !node_is_null(bios->value)) {
        struct kube_finding *f = rule_add(
            report, RULE_BIOS, m, bios->key, "domain.firmware.bootloader.bios",
            "SEV needs UEFI firmware, not a BIOS");

        f->fix = (struct fix){ FIX_DROP, bios->key, loader, NULL };
    }
}

static void check_efi(const struct manifest *m, struct kube_report *report)
{
    static const char *const texts[] = {
        "firmware.bootloader.efi.secureBoot: false",
        "bootloader.efi.secureBoot: false", "efi.secureBoot: false", NULL
    };
    const struct node *loader = node_at(m->domain, "firmware.bootloader");
    const struct node_entry *given = node_entry(loader, "efi");
    const struct node *efi = node_get(loader, "efi");
    struct kube_finding *f;

    if (efi != NULL) {
        check_secure_boot(m, efi, report);
        if (node_is_true(node_get(efi, "persistent"))) {
            rule_add(report, RULE_EFI_PERSISTENT, m, efi,
                     "domain.firmware.bootloader.efi.persistent",
                     "UEFI variables are kept by the host and not measured: it "
                     "can change what boots");
        }
        return;
    }
    f = rule_add(report, RULE_EFI, m, loader != NULL ? loader : m->domain,
                 "domain.firmware.bootloader.efi",
                 "SEV needs UEFI firmware, and none is asked for");
    if (given != NULL) {
        set_at(f, given->value, "{secureBoot: false}");
    } else {
        add_at(f, m->domain, "firmware.bootloader.efi", texts);
    }
}

/* -- Life. ---------------------------------------------------------------------- */

static void check_eviction(const struct manifest *m, struct kube_report *report)
{
    const struct node *strategy = node_get(m->spec, "evictionStrategy");
    const char *text = node_text(strategy);

    if (text != NULL && strcmp(text, "LiveMigrate") == 0) {
        struct kube_finding *f = rule_add(
            report, RULE_EVICTION, m, strategy, "evictionStrategy",
            "an SEV guest can't be migrated: its node could never be drained");

        set_at(f, strategy, "None");
    }
}

static void check_reboot(const struct manifest *m, struct kube_report *report)
{
    const char *text = node_text(node_get(m->domain, "rebootPolicy"));

    if (m->es && (text == NULL || strcmp(text, "Terminate") != 0)) {
        rule_add(report, RULE_REBOOT, m, m->domain, "domain.rebootPolicy",
                 "an SEV-ES guest can't reboot from within");
    }
}

/* With attestation each start needs the owner. */
static void check_run_strategy(const struct manifest *m,
                               struct kube_report *report)
{
    const struct node *spec = node_get(m->root, "spec");
    const struct node *strategy = node_get(spec, "runStrategy");
    const char *text = node_text(strategy);
    bool by_itself = text != NULL && (strcmp(text, "Always") == 0 ||
                                      strcmp(text, "RerunOnFailure") == 0);
    struct kube_finding *f;

    if (m->kind != MANIFEST_VM || !m->attested ||
        (!by_itself && !node_is_true(node_get(spec, "running")))) {
        return;
    }
    f = report_add(report, &kube_rules[RULE_RUN_STRATEGY],
                   strategy == NULL ? spec : strategy, "spec.runStrategy",
                   "KubeVirt starts it by itself, and it waits for an owner's "
                   "session each time");
    if (by_itself) {
        set_at(f, strategy, "Manual");
    }
}

static void check_api_version(const struct manifest *m,
                              struct kube_report *report)
{
    const struct node *version = node_get(m->root, "apiVersion");

    if (strcmp(version->text, "kubevirt.io/v1") != 0) {
        struct kube_finding *f = report_add(
            report, &kube_rules[RULE_API_VERSION], version, "apiVersion",
            "'%.60s' is not the version of today", version->text);

        set_at(f, version, "kubevirt.io/v1");
    }
}

static void check_instance(const struct manifest *m, struct kube_report *report)
{
    if (m->domain == NULL || m->domain->kind != NODE_MAP) {
        return; /* "required" and "type" have said so */
    }
    if (check_launch_security(m, report)) {
        check_policy(m, report);
        check_session(m, report);
        check_attestation(m, report);
    }
    check_efi(m, report);
    check_bios(m, report);
    rules_devices(m, report);
    check_eviction(m, report);
    check_reboot(m, report);
    check_run_strategy(m, report);
}

void rules_live(const struct manifest *m, struct kube_report *report)
{
    if (m->kind == MANIFEST_KUBEVIRT) {
        rules_kubevirt(m, report);
    } else if (m->kind != MANIFEST_OTHER) {
        check_instance(m, report);
    }
}

void rules_check(const struct manifest *m, struct kube_report *report)
{
    const struct schema *const types[] = {
        [MANIFEST_VM] = schema_vm,
        [MANIFEST_VMI] = schema_vmi,
        [MANIFEST_KUBEVIRT] = schema_kubevirt,
    };

    if (m->kind == MANIFEST_OTHER) {
        return;
    }
    check_api_version(m, report);
    schema_check(types[m->kind], m->root, report);
    rules_live(m, report);
}
