/* SPDX-License-Identifier: Apache-2.0 */
/* virt-qemu-sev-validate: that program's options, messages and statuses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/dropin.h"
#include "cli/dropin_validate.h"
#include "cli/virt.h"

#define TIMEOUT    60 /* seconds */
#define VCPUS_MAX  4096
#define CONNECT_TO "qemu:///system"

/* -- Options. -------------------------------------------------------------- */

/* What Python's int() takes: spaces around the number, and a plus sign. */
static bool trim(const struct opt *row, const char *value, char ret[static 32],
                 struct sevk_error *err)
{
    static const char spaces[] = " \t\r\n\v\f";
    const char *from = value + strspn(value, spaces);
    size_t n;

    from += *from == '+' ? 1 : 0;
    n = strcspn(from, spaces);
    if (n == 0 || n >= 32 || from[n + strspn(from + n, spaces)] != '\0') {
        return sevk_fail(err, SEVK_USAGE, "--%s: '%.40s' is no number",
                         row->name, value);
    }
    memcpy(ret, from, n);
    ret[n] = '\0';
    return true;
}

static bool set_int(const struct opt *row, const char *value, void *target,
                    struct sevk_error *err)
{
    char digits[32];

    return trim(row, value, digits, err) &&
           opt_set_u32(row, digits, target, err);
}

static bool set_policy(const struct opt *row, const char *value, void *target,
                       struct sevk_error *err)
{
    char digits[32];

    return opt_set_policy(row, trim(row, value, digits, NULL) ? digits : value,
                          target, err);
}

#define ROW(letter_, name_, arg_, setter, field, help_)                        \
    {                                                                          \
        .name = name_, .letter = letter_, .arg = arg_, .help = help_,          \
        .set = setter, .at = offsetof(struct dropin_validate_options, field)   \
    }
#define NUMBER(letter_, name_, min_, max_, field, help_)                       \
    {                                                                          \
        .name = name_, .letter = letter_, .arg = "N", .help = help_,           \
        .set = set_int, .min = min_, .max = max_,                              \
        .at = offsetof(struct dropin_validate_options, field)                  \
    }

static const struct opt rows[] = {
    ROW('h', "help", NULL, opt_set_flag, help, "show this help"),
    ROW('d', "debug", NULL, opt_set_flag, debug, "show what was used"),
    ROW('q', "quiet", NULL, opt_set_flag, quiet, "do not show the result"),
    ROW('m', "measurement", "BASE64", opt_set_text, offline.measurement,
        "measurement of the guest"),
    NUMBER(0, "api-major", 0, 255, offline.api_major, "firmware API"),
    NUMBER(0, "api-minor", 0, 255, offline.api_minor, "firmware API"),
    NUMBER(0, "build-id", 0, 255, offline.build_id, "firmware build"),
    ROW(0, "policy", "N", set_policy, offline.expect.policy, "guest policy"),
    ROW('f', "firmware", "PATH", opt_set_text, offline.expect.firmware,
        "firmware image"),
    ROW('k', "kernel", "PATH", opt_set_text, offline.expect.kernel,
        "kernel that is booted directly"),
    ROW('r', "initrd", "PATH", opt_set_text, offline.expect.initrd,
        "initial RAM disk of that kernel"),
    ROW('e', "cmdline", "STRING", opt_set_text, offline.expect.cmdline,
        "command line of that kernel"),
    NUMBER('n', "num-cpus", 1, VCPUS_MAX, offline.num_cpus, "number of vCPUs"),
    ROW('0', "vmsa-cpu0", "PATH", opt_set_text, offline.vmsa_cpu0,
        "initial state of the first vCPU"),
    ROW('1', "vmsa-cpu1", "PATH", opt_set_text, offline.vmsa_cpu1,
        "initial state of all other vCPUs"),
    NUMBER(0, "cpu-family", 0, 270, offline.cpu_family, "CPU family"),
    NUMBER(0, "cpu-model", 0, 255, offline.cpu_model, "CPU model"),
    NUMBER(0, "cpu-stepping", 0, 15, offline.cpu_stepping, "CPU stepping"),
    ROW(0, "tik", "PATH", opt_set_text, offline.keys.tik,
        "transport integrity key"),
    ROW(0, "tek", "PATH", opt_set_text, offline.keys.tek,
        "transport encryption key"),
    ROW(0, "tk", "PATH", opt_set_text, offline.keys.tk, "TEK, then TIK"),
    ROW('c', "connect", "URI", opt_set_text, connect,
        "libvirt to talk to (default: " CONNECT_TO ")"),
    ROW('o', "domain", "ID|NAME|UUID", opt_set_text, domain,
        "guest to ask libvirt about"),
    ROW('i', "insecure", NULL, opt_set_flag, insecure,
        "also where the answer can't be trusted"),
    ROW('g', "ignore-config", NULL, opt_set_flag, ignore_config,
        "do not look for mistakes in the guest's description"),
    { .name = "inject-secret",
      .letter = 's',
      .arg = "ALIAS-OR-GUID:PATH",
      .help = "secret to inject if the measurement is right",
      .set = opt_set_secret,
      .at = offsetof(struct dropin_validate_options, secrets),
      .many = true },
    ROW(0, "secret-payload", "PATH", opt_set_text, payload,
        "file for the secret's payload"),
    ROW(0, "secret-header", "PATH", opt_set_text, header,
        "file for the secret's header"),
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static bool parse(char *const *argv, size_t n,
                  struct dropin_validate_options *o, struct sevk_error *err)
{
    OWN(own_free) const char **words = calloc(n + 1, sizeof *words);
    struct opt_group group = { rows, N_ROWS, o, true };
    struct opt_words args = { words, 0 };
    struct opt_seen seen = { 0 };

    if (words == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!opt_parse(&group, 1, argv, n, &args, &seen, err)) {
        return false;
    }
    if (args.n > 0 && !o->help) {
        return sevk_fail(err, SEVK_USAGE, "unrecognized arguments: %s",
                         words[0]);
    }
    return true;
}

/* -- The judgement. -------------------------------------------------------- */

static bool write_packet(const struct dropin_validate_options *o,
                         const struct launch_packet *packet,
                         struct sevk_error *err)
{
    OWN(buf_free) struct buf header = { 0 };
    OWN(buf_free) struct buf payload = { 0 };
    OWN(file_set_drop) struct file_set set = { .replace = true };

    return base64_append(&header, BYTES_OF(packet->header), err) &&
           base64_append(&payload, buf_bytes(&packet->payload), err) &&
           file_set_add(&set, o->header, 0600, buf_bytes(&header), err) &&
           file_set_add(&set, o->payload, 0600, buf_bytes(&payload), err) &&
           file_set_commit(&set, err);
}

/* That program does not ask what reads the secret, nor whether the policy is
 * strong; and its lowest API is where secrets became safe. */
static bool options_from(const struct dropin_validate_options *o,
                         char cpu_text[static OFFLINE_CPU_LEN],
                         struct launch_secret_file *secrets,
                         struct validate_options *ret, struct sevk_error *err)
{
    if (!offline_options(&o->offline, cpu_text, ret, err)) {
        return false;
    }
    secrets_from(&o->secrets, secrets);
    ret->secrets = secrets;
    ret->n_secrets = o->secrets.n;
    ret->insecure = o->insecure;
    ret->expect.unmeasured_boot = true;
    ret->expect.allow_weak_policy = true;
    ret->expect.has_min_api = true;
    ret->expect.min_api_major = 0;
    ret->expect.min_api_minor = 17;
    return true;
}

static bool offline(const struct dropin_validate_options *o, bool *ret_yes,
                    struct sevk_error *err)
{
    struct launch_secret_file secrets[OPT_LIST_MAX];
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    OWN(verdict_clear) struct verdict verdict = { 0 };
    struct validate_options options;
    struct evidence evidence = { 0 };
    char cpu_text[OFFLINE_CPU_LEN];

    if (!dropin_validate_evidence(o, &evidence, err) ||
        !options_from(o, cpu_text, secrets, &options, err) ||
        !validate_evidence(&options, &evidence,
                           o->secrets.n > 0 ? &packet : NULL, &verdict, err)) {
        return false;
    }
    *ret_yes = verdict.yes;
    for (size_t i = 0; o->debug && i < verdict.reasons.n; i++) {
        fprintf(stderr, "[DEBUG]: %s\n", verdict.reasons.items[i]);
    }
    return !verdict.yes || o->secrets.n == 0 || write_packet(o, &packet, err);
}

static bool online(const struct dropin_validate_options *o, bool *ret_yes,
                   enum virt_trouble *ret_trouble, struct sevk_error *err)
{
    struct out out = { .quiet = !o->debug };
    struct launch_secret_file secrets[OPT_LIST_MAX];
    struct virt_outcome outcome = { 0 };
    const struct virt_module *module;
    char cpu_text[OFFLINE_CPU_LEN];
    struct virt_as_validator rules = {
        .has_measure = o->offline.measurement != NULL,
        .has_api_major = o->offline.api_major.given,
        .has_api_minor = o->offline.api_minor.given,
        .has_build = o->offline.build_id.given,
        .has_policy = o->offline.expect.policy.given,
    };
    struct virt_validate_options options = {
        .connect = o->connect == NULL ? CONNECT_TO : o->connect,
        .domain = o->domain,
        .ignore_config = o->ignore_config,
        .as_validator = &rules,
        .timeout = TIMEOUT,
    };

    if (!dropin_validate_evidence(o, &rules.stated, err) ||
        !options_from(o, cpu_text, secrets, &options.validate, err) ||
        !virt_open(&module, err)) {
        return false;
    }
    if (!module->validate(&options, watch_user(&out), &outcome, err)) {
        *ret_trouble = rules.trouble;
        return false;
    }
    *ret_yes = outcome.yes;
    json_object_put(outcome.tree);
    return true;
}

/* -- What is said of it. --------------------------------------------------- */

static int fail(const struct dropin_validate_options *o,
                enum validate_status status, const struct sevk_error *err)
{
    if (!o->quiet) {
        out_error("ERROR", err);
    }
    return (int)status;
}

static int report(const struct dropin_validate_options *o, bool yes)
{
    struct sevk_error err = { 0 };

    if (!yes) {
        if (!o->quiet) {
            fputs("ERROR: Measurement does not match, VM is not trustworthy\n",
                  stderr);
        }
        return VALIDATE_MISMATCH;
    }
    if (!o->quiet) {
        puts("OK: Looks good to me");
        if (o->secrets.n > 0) {
            printf("OK: Injected %zu secrets\n", o->secrets.n);
        }
    }
    if (fflush(stdout) != 0) {
        sevk_fail_errno(&err, SEVK_HOST, errno,
                        "standard output could not be written");
        return fail(o, VALIDATE_INTERNAL, &err);
    }
    return VALIDATE_OK;
}

static int show_help(void)
{
    puts("usage: virt-qemu-sev-validate [options]\n\n"
         "Validates a guest's AMD SEV launch measurement. This is sevkit, "
         "called by that\nprogram's name; 'sevkit vm validate' also explains "
         "a mismatch.\n");
    opt_print_help(rows, N_ROWS, stdout);
    return fflush(stdout) == 0 ? VALIDATE_OK : VALIDATE_INTERNAL;
}

int dropin_validate(char *const *argv, size_t n)
{
    struct dropin_validate_options o = { 0 };
    struct sevk_error err = { 0 };
    enum validate_status status = VALIDATE_INTERNAL;
    enum virt_trouble trouble = VIRT_TROUBLE_NONE;
    bool yes = false;

    if (!parse(argv, n, &o, &err)) {
        out_error("ERROR", &err); /* also if quiet, as argparse does */
        return (int)dropin_validate_status(&err, trouble);
    }
    if (o.help) {
        return show_help();
    }
    if (!dropin_validate_check(&o, &err)) {
        return fail(&o, VALIDATE_UNSUPPORTED, &err);
    }
    if (!dropin_validate_look(&o, &status, &err)) {
        return fail(&o, status, &err);
    }
    if (!(o.domain == NULL ? offline(&o, &yes, &err)
                           : online(&o, &yes, &trouble, &err))) {
        return fail(&o, dropin_validate_status(&err, trouble), &err);
    }
    return report(&o, yes);
}
