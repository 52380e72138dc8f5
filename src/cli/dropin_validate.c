/* SPDX-License-Identifier: Apache-2.0 */
/* virt-qemu-sev-validate: that program's options, messages and statuses. */
#include <stdlib.h>

#include <json-c/json.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/dropin.h"
#include "cli/offline.h"
#include "cli/virt.h"

/* Its exit statuses. */
enum status {
    VALIDATE_OK = 0,
    VALIDATE_MISMATCH = 1,
    VALIDATE_UNSUPPORTED = 2,
    VALIDATE_INSECURE = 3,
    VALIDATE_INTERNAL = 6,
};

struct options {
    bool help;
    bool debug;
    bool quiet;
    struct offline_options offline;
    const char *connect;
    const char *domain;
    bool insecure;
    bool ignore_config;
    struct opt_secrets secrets;
    const char *header;
    const char *payload;
};

#define ROW(letter_, name_, arg_, setter, field, help_)                        \
    {                                                                          \
        .name = name_, .letter = letter_, .arg = arg_, .help = help_,          \
        .set = setter, .at = offsetof(struct options, field)                   \
    }

static const struct opt rows[] = {
    ROW('h', "help", NULL, opt_set_flag, help, "show this help"),
    ROW('d', "debug", NULL, opt_set_flag, debug, "show what was used"),
    ROW('q', "quiet", NULL, opt_set_flag, quiet, "do not show the result"),
    ROW('m', "measurement", "BASE64", opt_set_string, offline.measurement,
        "measurement of the guest"),
    ROW(0, "api-major", "N", opt_set_u32, offline.api_major, "firmware API"),
    ROW(0, "api-minor", "N", opt_set_u32, offline.api_minor, "firmware API"),
    ROW(0, "build-id", "N", opt_set_u32, offline.build_id, "firmware build"),
    ROW(0, "policy", "N", opt_set_policy, offline.expect.policy,
        "guest policy"),
    ROW('f', "firmware", "PATH", opt_set_string, offline.expect.firmware,
        "firmware image"),
    ROW('k', "kernel", "PATH", opt_set_string, offline.expect.kernel,
        "kernel that is booted directly"),
    ROW('r', "initrd", "PATH", opt_set_string, offline.expect.initrd,
        "initial RAM disk of that kernel"),
    ROW('e', "cmdline", "STRING", opt_set_text, offline.expect.cmdline,
        "command line of that kernel"),
    ROW('n', "num-cpus", "N", opt_set_u32, offline.num_cpus, "number of vCPUs"),
    ROW('0', "vmsa-cpu0", "PATH", opt_set_string, offline.vmsa_cpu0,
        "initial state of the first vCPU"),
    ROW('1', "vmsa-cpu1", "PATH", opt_set_string, offline.vmsa_cpu1,
        "initial state of all other vCPUs"),
    ROW(0, "cpu-family", "N", opt_set_u32, offline.cpu_family, "CPU family"),
    ROW(0, "cpu-model", "N", opt_set_u32, offline.cpu_model, "CPU model"),
    ROW(0, "cpu-stepping", "N", opt_set_u32, offline.cpu_stepping,
        "CPU stepping"),
    ROW(0, "tik", "PATH", opt_set_string, offline.keys.tik,
        "transport integrity key"),
    ROW(0, "tek", "PATH", opt_set_string, offline.keys.tek,
        "transport encryption key"),
    ROW(0, "tk", "PATH", opt_set_string, offline.keys.tk, "TEK, then TIK"),
    ROW('c', "connect", "URI", opt_set_string, connect, "libvirt to talk to"),
    ROW('o', "domain", "ID|NAME|UUID", opt_set_string, domain,
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
      .at = offsetof(struct options, secrets),
      .many = true },
    ROW(0, "secret-payload", "PATH", opt_set_string, payload,
        "file for the secret's payload"),
    ROW(0, "secret-header", "PATH", opt_set_string, header,
        "file for the secret's header"),
};
#define TIMEOUT 60 /* seconds */
#define N_ROWS  (sizeof rows / sizeof rows[0])

static bool check(const struct options *o, struct sevk_error *err)
{
    const struct offline_options *f = &o->offline;

    if (f->api_major.value > 255 || f->api_minor.value > 255 ||
        f->build_id.value > 255) {
        return sevk_fail(err, SEVK_USAGE, "API and build are below 256");
    }
    if (o->secrets.n > 0 && o->domain == NULL &&
        (o->header == NULL || o->payload == NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "Either --secret-header and --secret-payload, or "
                         "--domain is required");
    }
    return true;
}

static bool write_packet(const struct options *o,
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
static bool options_from(const struct options *o,
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

static bool offline(const struct options *o, bool *ret_yes,
                    struct sevk_error *err)
{
    struct launch_secret_file secrets[OPT_LIST_MAX];
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    OWN(verdict_clear) struct verdict verdict = { 0 };
    struct validate_options options;
    struct evidence evidence;
    char cpu_text[OFFLINE_CPU_LEN];

    if (!offline_evidence(&o->offline, &evidence, err) ||
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

static bool online(const struct options *o, bool *ret_yes,
                   struct sevk_error *err)
{
    struct out out = { .quiet = !o->debug };
    struct launch_secret_file secrets[OPT_LIST_MAX];
    struct virt_outcome outcome = { 0 };
    const struct virt_module *module;
    char cpu_text[OFFLINE_CPU_LEN];
    struct virt_validate_options options = {
        .connect = o->connect,
        .domain = o->domain,
        .ignore_config = o->ignore_config,
        .timeout = TIMEOUT,
    };

    if (!options_from(o, cpu_text, secrets, &options.validate, err) ||
        !virt_open(&module, err) ||
        !module->validate(&options, watch_user(&out), &outcome, err)) {
        return false;
    }
    *ret_yes = outcome.yes;
    json_object_put(outcome.tree);
    return true;
}

static int status_of(const struct sevk_error *err)
{
    switch (err->code) {
    case SEVK_USAGE:
        return VALIDATE_UNSUPPORTED;
    case SEVK_REFUSED:
        return VALIDATE_INSECURE;
    case SEVK_OK:
    case SEVK_INPUT:
    case SEVK_HOST:
        break;
    }
    return VALIDATE_INTERNAL;
}

static int report(const struct options *o, bool yes)
{
    if (!yes) {
        fprintf(stderr,
                "ERROR: Measurement does not match, VM is not trustworthy\n");
        return VALIDATE_MISMATCH;
    }
    if (!o->quiet) {
        puts("OK: Looks good to me");
        if (o->secrets.n > 0) {
            printf("OK: Injected %zu secrets\n", o->secrets.n);
        }
    }
    return fflush(stdout) == 0 ? VALIDATE_OK : VALIDATE_INTERNAL;
}

static int show_help(void)
{
    puts("usage: virt-qemu-sev-validate [options]\n\n"
         "Validates a guest's AMD SEV launch measurement.\n");
    opt_print_help(rows, N_ROWS, stdout);
    return fflush(stdout) == 0 ? VALIDATE_OK : VALIDATE_INTERNAL;
}

static bool parse(char *const *argv, size_t n, struct options *o,
                  struct sevk_error *err)
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
    if (args.n > 0) {
        return sevk_fail(err, SEVK_USAGE, "unrecognized arguments: %s",
                         words[0]);
    }
    return true;
}

int dropin_validate(char *const *argv, size_t n)
{
    struct options o = { 0 };
    struct sevk_error err = { 0 };
    bool yes = false;

    if (!parse(argv, n, &o, &err)) {
        out_error("ERROR", &err);
        return status_of(&err);
    }
    if (o.help) {
        return show_help();
    }
    if (!check(&o, &err) || !(o.domain == NULL ? offline(&o, &yes, &err)
                                               : online(&o, &yes, &err))) {
        out_error("ERROR", &err);
        return status_of(&err);
    }
    return report(&o, yes);
}
