/* SPDX-License-Identifier: Apache-2.0 */
/* From a plan to virt-install's command line. */
#include "cli/install_command.h"

#include <inttypes.h>
#include <string.h>

#include "base/own.h"
#include "wire/policy.h"

/* In virt-install's options a comma that is meant as one stands twice. */
static bool double_commas(const char *text, struct buf *to,
                          struct sevk_error *err)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (!buf_append_string(to, *at == ',' ? "," : "", err) ||
            !buf_printf(to, err, "%c", *at)) {
            return false;
        }
    }
    return true;
}

/* Appends ",KEY=VALUE"; nothing for no value. */
static bool add_pair(struct buf *to, const char *key, const char *value,
                     struct sevk_error *err)
{
    return value == NULL ||
           (buf_printf(to, err, ",%s=", key) && double_commas(value, to, err));
}

static bool add_two(struct argument_list *to, const char *option,
                    const char *value, struct sevk_error *err)
{
    return value == NULL || (argument_list_add(to, err, "%s", option) &&
                             argument_list_add(to, err, "%s", value));
}

/* -- What is installed, and from where. -------------------------------------- */

static bool check_source(const struct install_options *o,
                         struct sevk_error *err)
{
    int n = (o->location != NULL) + (o->cdrom != NULL) + o->import +
            (o->plan.kernel != NULL);

    if (n != 1) {
        return sevk_fail(err, SEVK_USAGE,
                         "%s: give one of '--location', '--cdrom', '--import' "
                         "and '--kernel'",
                         n == 0 ? "nothing says where the system comes from"
                                : "the system can't come from two places");
    }
    return true;
}

static bool add_source(const struct install_options *o,
                       struct argument_list *to, struct sevk_error *err)
{
    const char *os = o->plan.guest_os;

    if (!add_two(to, "--location", o->location, err) ||
        !add_two(to, "--cdrom", o->cdrom, err) ||
        !add_two(to, "--extra-args", o->extra_args, err)) {
        return false;
    }
    if ((o->import || o->plan.kernel != NULL) &&
        !argument_list_add(to, err, "--import")) {
        return false;
    }
    return os == NULL ||
           (argument_list_add(to, err, "--osinfo") &&
            argument_list_add(to, err, "%s%s",
                              strncmp(os, "http", 4) == 0 ? "id=" : "", os));
}

/* -- Devices. ----------------------------------------------------------------- */

static bool add_disks(const struct install_options *o,
                      const struct domain_plan *plan, struct argument_list *to,
                      struct sevk_error *err)
{
    const char *iommu = plan->iommu ? ",driver.iommu=on" : "";

    for (size_t i = 0; i < o->disks.n; i++) {
        if (!argument_list_add(to, err, "--disk") ||
            !argument_list_add(to, err, "%s%s", o->disks.items[i], iommu)) {
            return false;
        }
    }
    return o->disks.n > 0 || add_two(to, "--disk", "none", err);
}

/* Does SPEC have "KEY=", or with a dot at the end of KEY a key below it? */
static bool has_key(const char *spec, const char *key)
{
    size_t n = strlen(key);
    bool below = key[n - 1] == '.';

    for (const char *at = spec; at != NULL; at = strchr(at, ',')) {
        at += *at == ',' ? 1 : 0;
        if (strncmp(at, key, n) == 0 && (below || at[n] == '=')) {
            return true;
        }
    }
    return false;
}

/* What the user says of a key stays; what is not said is filled in. */
static bool add_network(const char *spec, bool iommu, struct argument_list *to,
                        struct sevk_error *err)
{
    const char *model = has_key(spec, "model") || has_key(spec, "model.")
                            ? ""
                            : ",model=virtio";
    const char *rom = has_key(spec, "rom.bar") || has_key(spec, "rom_bar") ||
                              has_key(spec, "rom.enabled")
                          ? ""
                          : ",rom.bar=off";

    iommu = iommu && !has_key(spec, "driver.iommu");

    return argument_list_add(to, err, "--network") &&
           argument_list_add(to, err, "%s%s%s%s", spec, model, rom,
                             iommu ? ",driver.iommu=on" : "");
}

static bool add_devices(const struct install_options *o,
                        const struct domain_plan *plan,
                        struct argument_list *to, struct sevk_error *err)
{
    if (!add_disks(o, plan, to, err)) {
        return false;
    }
    for (size_t i = 0; i < o->networks.n; i++) {
        if (strcmp(o->networks.items[i], "none") == 0
                ? !add_two(to, "--network", "none", err)
                : !add_network(o->networks.items[i], plan->iommu, to, err)) {
            return false;
        }
    }
    if (o->networks.n == 0 && !add_two(to, "--network", "none", err)) {
        return false;
    }
    if (plan->serial == NULL
            ? !add_two(to, "--serial", "pty", err)
            : !(argument_list_add(to, err, "--serial") &&
                argument_list_add(to, err, "file,path=%s", plan->serial))) {
        return false;
    }
    return add_two(to, "--graphics",
                   plan->vnc ? "vnc,listen=127.0.0.1" : "none", err) &&
           add_two(to, "--tpm", "none", err) &&
           add_two(to, "--memballoon", "model=none", err);
}

/* -- Machine, firmware, SEV. --------------------------------------------------- */

static bool add_machine(const struct domain_plan *plan,
                        struct argument_list *to, struct sevk_error *err)
{
    if (plan->memory_kib % 1024 != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "--memory: virt-install counts in MiB, and %" PRIu64
                         " KiB are no whole number of those",
                         plan->memory_kib);
    }
    if (!argument_list_add(to, err, "--vcpus") ||
        !argument_list_add(to, err, "%u", plan->vcpus) ||
        !argument_list_add(to, err, "--memory") ||
        !argument_list_add(to, err, "%" PRIu64, plan->memory_kib / 1024) ||
        !add_two(to, "--machine", "q35", err) ||
        !add_two(to, "--cpu", plan->cpu, err)) {
        return false;
    }
    return plan->session ? add_two(to, "--memorybacking", "locked=yes", err)
                         : argument_list_add(to, err, "--memtune") &&
                               argument_list_add(to, err, "hard_limit=%" PRIu64,
                                                 plan->memory_kib +
                                                     PLAN_LOCKED_EXTRA_KIB);
}

/*
 * An installed system keeps its boot entry among the firmware's variables, so
 * unless an image is named, libvirt chooses one with a store for them.
 */
static bool add_boot(const struct install_options *o,
                     const struct domain_plan *plan, struct argument_list *to,
                     struct sevk_error *err)
{
    OWN(buf_free) struct buf boot = { 0 };
    bool named =
        o->plan.firmware != NULL && strcmp(o->plan.firmware, "efi") != 0;

    if (named ? !(buf_append_string(&boot, "loader=", err) &&
                  double_commas(plan->firmware, &boot, err) &&
                  buf_append_string(
                      &boot, ",loader.readonly=yes,loader.type=pflash", err))
              : !buf_append_string(&boot,
                                   "firmware=efi,"
                                   "firmware.feature0.name=secure-boot,"
                                   "firmware.feature0.enabled=no",
                                   err)) {
        return false;
    }
    return add_pair(&boot, "kernel", plan->kernel, err) &&
           add_pair(&boot, "initrd", plan->initrd, err) &&
           add_pair(&boot, "kernel_args", plan->cmdline, err) &&
           add_two(to, "--boot", buf_string(&boot), err);
}

static bool add_security(const struct domain_plan *plan, bool hashes,
                         struct argument_list *to, struct sevk_error *err)
{
    OWN(buf_free) struct buf security = { 0 };

    if ((plan->policy & POLICY_ES) != 0 &&
        !add_two(to, "--events", "on_reboot=destroy", err)) {
        return false;
    }
    return buf_printf(&security, err, "sev,policy=0x%02x", plan->policy) &&
           add_pair(&security, "kernelHashes", hashes ? "yes" : NULL, err) &&
           add_pair(&security, "session", plan->session_blob, err) &&
           add_pair(&security, "dhCert", plan->dh_cert, err) &&
           add_two(to, "--launchSecurity", buf_string(&security), err);
}

/* -- All of it. ---------------------------------------------------------------- */

/* virt-install takes the last of two; which of them is meant is not clear. */
static bool add_extra(const char *const *extra, size_t n,
                      struct argument_list *to, struct sevk_error *err)
{
    static const char *const ours[] = { "--name",           "--memory",
                                        "--machine",        "--memtune",
                                        "--launchSecurity", "--boot",
                                        "--events" };

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof ours / sizeof *ours; k++) {
            size_t len = strlen(ours[k]);

            if (strncasecmp(extra[i], ours[k], len) == 0 &&
                (extra[i][len] == '\0' || extra[i][len] == '=')) {
                return sevk_fail(err, SEVK_USAGE,
                                 "'%s' is filled in by this verb; after '--' "
                                 "stands only what it does not know",
                                 ours[k]);
            }
        }
        if (!argument_list_add(to, err, "%s", extra[i])) {
            return false;
        }
    }
    return true;
}

bool install_command_make(const struct install_options *o,
                          const struct domain_plan *plan,
                          const char *const *extra, size_t n,
                          struct argument_list *ret, struct sevk_error *err)
{
    bool hashes = plan->kernel_hashes && o->plan.firmware != NULL;

    return check_source(o, err) &&
           argument_list_add(ret, err, "virt-install") &&
           add_two(ret, "--connect", o->plan.host.connect, err) &&
           add_two(ret, "--name", plan->name, err) && add_source(o, ret, err) &&
           add_devices(o, plan, ret, err) && add_machine(plan, ret, err) &&
           add_boot(o, plan, ret, err) &&
           add_security(plan, hashes, ret, err) &&
           argument_list_add(ret, err, "--noautoconsole") &&
           add_extra(extra, n, ret, err);
}
