/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm launch: from a description to a guest that holds its secret. */
#include "base/own.h"
#include "cli/cache.h"
#include "cli/expect.h"
#include "cli/verb.h"
#include "cli/virt.h"

struct options {
    const char *connect;
    struct opt_list trust;
    struct opt_list chain;
    struct opt_list platform_ids;
    struct expect_options expect;
    struct opt_u32 vcpus;
    bool unmeasured_boot;
    bool allow_weak_policy;
    struct opt_secrets secrets;
    const char *keep_keys;
    bool no_resume;
    bool keep_on_failure;
    bool insecure;
    bool trust_host_files;
    struct opt_u32 timeout;
};

static const struct opt rows[] = {
    CONNECT_ROW(struct options, connect),
    { .name = "trust",
      .arg = "amd|FILE",
      .help = "root to trust: AMD's own (the default) or a file's",
      .set = opt_set_list,
      .at = offsetof(struct options, trust),
      .many = true },
    { .name = "chain",
      .arg = "FILE",
      .help = "certificates that the host does not give",
      .set = opt_set_list,
      .at = offsetof(struct options, chain),
      .many = true },
    { .name = "platform-id",
      .arg = "ID",
      .help = "accept only this platform",
      .set = opt_set_list,
      .at = offsetof(struct options, platform_ids),
      .many = true },
    EXPECT_ROWS(struct options, expect),
    TRY_ROWS(struct options, expect),
    { .name = "vcpus",
      .arg = "N",
      .help = "number of vCPUs",
      .set = opt_set_u32,
      .at = offsetof(struct options, vcpus),
      .min = 1,
      .max = 4096 },
    { .name = "unmeasured-boot",
      .help = "also when what reads the secret is not measured",
      .set = opt_set_flag,
      .at = offsetof(struct options, unmeasured_boot) },
    { .name = "allow-weak-policy",
      .help = "also without nodbg or noks",
      .set = opt_set_flag,
      .at = offsetof(struct options, allow_weak_policy) },
    { .name = "secret",
      .arg = "NAME-OR-GUID:FILE",
      .help = "secret to inject, for example luks-key:FILE",
      .set = opt_set_secret,
      .at = offsetof(struct options, secrets),
      .many = true },
    { .name = "keep-keys",
      .arg = "DIR",
      .help = "write the session's files there",
      .set = opt_set_string,
      .at = offsetof(struct options, keep_keys) },
    { .name = "no-resume",
      .help = "leave the guest paused",
      .set = opt_set_flag,
      .at = offsetof(struct options, no_resume) },
    { .name = "keep-on-failure",
      .help = "do not destroy the guest when the answer is no",
      .set = opt_set_flag,
      .at = offsetof(struct options, keep_on_failure) },
    { .name = "insecure",
      .help = "also on the hypervisor itself, where a verdict proves nothing",
      .set = opt_set_flag,
      .at = offsetof(struct options, insecure) },
    { .name = "trust-host-files",
      .help = "read firmware and kernel where the host has them",
      .set = opt_set_flag,
      .at = offsetof(struct options, trust_host_files) },
    TIMEOUT_ROW(struct options, timeout),
};

static struct launch_options launch_from(
    const struct options *o, const struct launch_secret_file *secrets)
{
    struct launch_options launch = {
        .expect = expect_from(&o->expect),
        .trust = { o->trust.items, o->trust.n },
        .chain = { o->chain.items, o->chain.n },
        .secrets = secrets,
        .n_secrets = o->secrets.n,
        .keep_keys = o->keep_keys,
        .no_resume = o->no_resume,
        .keep_on_failure = o->keep_on_failure,
        .insecure = o->insecure,
        .rng = rng_system(),
        .clock = clock_system(),
    };

    launch.expect.has_vcpus = o->vcpus.given;
    launch.expect.vcpus = o->vcpus.value;
    launch.expect.unmeasured_boot = o->unmeasured_boot;
    launch.expect.allow_weak_policy = o->allow_weak_policy;
    launch.expect.platform_ids = o->platform_ids.items;
    launch.expect.n_platform_ids = o->platform_ids.n;
    return launch;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct launch_secret_file secrets[OPT_LIST_MAX] = { { 0 } };
    OWN(own_free) char *cache = NULL;
    struct virt_outcome outcome = { 0 };
    const struct virt_module *module;
    struct virt_launch_options options = {
        .connect = o->connect,
        .xml = call->args[0],
        .launch = launch_from(o, secrets),
        .trust_host_files = o->trust_host_files,
        .timeout = o->timeout.value,
    };

    secrets_from(&o->secrets, secrets);
    if (!cache_dir(NULL, &cache, err)) {
        return false;
    }
    options.launch.cek_cache = cache;
    if (!virt_open(&module, err) ||
        !module->launch(&options, watch_user(call->out), &outcome, err)) {
        return false;
    }
    virt_show(call->out, &outcome);
    return true;
}

const struct verb verb_vm_launch = {
    .noun = "vm",
    .verb = "launch",
    .summary = "start a guest, have it measured, and give it its secret",
    .args = "VM.xml",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
