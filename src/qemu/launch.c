/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a guest with SEV: the launch first, then QEMU with a proxy beside. */
#include "qemu/launch.h"

#include <sys/socket.h>

#include "base/own.h"
#include "base/secret.h"
#include "fw/platform.h"
#include "qemu/answers_guest.h"
#include "qemu/copies.h"
#include "qemu/process.h"
#include "qemu/proxy.h"
#include "qemu/rewrite.h"
#include "qemu/trace.h"
#include "wire/policy.h"

/* What a start holds until it is QEMU or has failed. */
struct start {
    const struct config *config;
    const struct args *args;
    struct fw_profile host;
    uint32_t cpu_signature;
    struct copies copies;
    int monitor; /* where libvirt connects; -1: nowhere */
    struct inner inner;
    int pidfd; /* of this process, which QEMU will be */
};

/*
 * All but the monitor. libvirt ends this process, and reads what it said, as
 * soon as the monitor closes: that must not be before main() said why.
 */
static void drop_start(struct start *s)
{
    copies_close(&s->copies);
    inner_close(&s->inner);
    own_close(&s->pidfd);
}

/* Only SEV-ES measures it: without, any model will do. */
static bool find_signature(struct start *s, struct sevk_error *err)
{
    const struct args *a = s->args;

    if (a->cpu_is_host) {
        s->cpu_signature = fw_profile_cpu_signature(&s->host);
    } else if (a->has_cpu) {
        s->cpu_signature = vmm_cpu_signature(&a->cpu);
    } else if ((a->sev.policy & POLICY_ES) != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV-ES: the signature of the CPU model '%s' is not "
                         "known; name another model, '%s' for one",
                         a->cpu_name, s->host.cpu_name);
    }
    return true;
}

static bool is_listening(int fd)
{
    int listening = 0;
    socklen_t n = sizeof listening;

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 &&
           listening != 0;
}

static bool take_monitor(struct start *s, struct sevk_error *err)
{
    switch (s->args->monitor_by) {
    case ARGS_MONITOR_FD:
        if (!is_listening(s->args->monitor_fd)) {
            return sevk_fail(err, SEVK_INPUT,
                             "the monitor's descriptor %d is no listening "
                             "socket",
                             s->args->monitor_fd);
        }
        s->monitor = s->args->monitor_fd;
        return true;
    case ARGS_MONITOR_PATH:
        return inner_listen_at(s->args->monitor_path, &s->monitor, err);
    case ARGS_MONITOR_NONE:
        break;
    }
    return true;
}

static bool prepare(struct start *s, struct sevk_error *err)
{
    return platform_load_profile(s->config->platform, &s->host, err) &&
           find_signature(s, err) && copies_make(s->args, &s->copies, err) &&
           inner_open(s->config->run, &s->inner, err) && take_monitor(s, err) &&
           process_watch(getpid(), &s->pidfd, err);
}

static bool start_guest(const struct start *s, struct vmm_memory *memory,
                        struct trace_file *trace, struct vmm_guest **ret,
                        struct sevk_error *err)
{
    const struct args *a = s->args;
    OWN(copies_drop_view) struct bytes firmware = { 0 };
    OWN(copies_drop_view) struct bytes kernel = { 0 };
    OWN(copies_drop_view) struct bytes initrd = { 0 };

    if (!copies_view(s->copies.firmware, &firmware, err) ||
        !copies_view(s->copies.kernel, &kernel, err) ||
        !copies_view(s->copies.initrd, &initrd, err)) {
        return false;
    }
    return vmm_guest_start(
        &(struct vmm_params){
            .platform = s->config->platform,
            .rng = rng_system(),
            .clock = clock_system(),
            .trace = trace_file_for_fw(trace),
            .cbitpos = a->sev.cbitpos,
            .reduced_phys_bits = a->sev.reduced_phys_bits,
            .policy = a->sev.policy,
            .dh_cert_file = a->sev.dh_cert_file,
            .session_file = a->sev.session_file,
            .kernel_hashes = a->sev.kernel_hashes,
            .firmware = firmware,
            .has_kernel = a->kernel_at != 0,
            .kernel = kernel,
            .initrd = initrd,
            .cmdline = a->append_at != 0 ? a->argv[a->append_at] : NULL,
            .vcpus = a->vcpus,
            .cpu_signature = s->cpu_signature,
            .generation = VMM_GENERATION_LEGACY,
            .memory = memory,
        },
        ret, err);
}

static bool launch(const struct start *s, struct vmm_memory *memory,
                   struct trace_file *trace, struct vmm_guest **ret,
                   struct sevk_error *err)
{
    uint8_t *ram;

    if (!copies_map_ram(&s->copies, s->args, &ram, err)) {
        return false;
    }
    *memory = vmm_memory_make(s->args->machine, ram, s->args->ram_size);
    /* Without -S the guest runs as soon as QEMU does. */
    return start_guest(s, memory, trace, ret, err) &&
           (s->args->paused || vmm_guest_finish(*ret, err));
}

/* The flash stays mapped until this process ends. */
static bool show_memory(const struct start *s, struct vmm_guest *guest,
                        struct host_memory *ret, struct sevk_error *err)
{
    ret->view.guest = guest;
    ret->es = (s->args->sev.policy & POLICY_ES) != 0;
    ret->qemu_end = s->pidfd;
    return copies_view(s->copies.firmware, &ret->view.flash, err);
}

static void close_answers(struct guest_answers *answers)
{
    host_memory_close(&answers->memory);
    copies_drop_view(&answers->memory.view.flash);
}

/* The grandchild: its exit status is for nobody. */
static void be_proxy(struct start *s, int report)
{
    OWN(trace_file_close)
    struct trace_file trace =
        trace_open(s->config->log, s->args->name, s->config->log_json);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    OWN(close_answers)
    struct guest_answers ctx = { .platform = s->config->platform };
    struct answer_table answers;
    struct vmm_memory memory;
    struct sevk_error why = { 0 };
    bool ok;

    secret_harden_process();
    ok = launch(s, &memory, &trace, &guest, &why) &&
         show_memory(s, guest, &ctx.memory, &why);
    copies_close(&s->copies);
    ctx.guest = guest;
    answers = guest_answer_table(&ctx);
    process_report(report, ok, &why);
    close(report);
    if (ok) {
        /* When this fails the monitor closes, and libvirt acts on that. */
        (void)!proxy_run(&(struct proxy){ .listener = s->monitor,
                                          .pidfd = s->pidfd,
                                          .inner = &s->inner,
                                          .answers = &answers },
                         &why);
    }
}

/* What the proxy keeps open. */
#define KEEP_MAX (ARGS_RAM_MAX + 6)
static void list_kept(const struct start *s, int keep[static KEEP_MAX])
{
    size_t n = 0;

    memcpy(keep, s->copies.ram, sizeof s->copies.ram);
    n = ARGS_RAM_MAX;
    keep[n++] = s->copies.firmware;
    keep[n++] = s->copies.kernel;
    keep[n++] = s->copies.initrd;
    keep[n++] = s->inner.place;
    keep[n++] = s->monitor;
    keep[n] = s->pidfd;
}

static bool hand_down_all(const struct start *s, struct sevk_error *err)
{
    for (size_t i = 0; i < s->args->n_ram; i++) {
        if (!process_hand_down(s->copies.ram[i], err)) {
            return false;
        }
    }
    return process_hand_down(s->copies.firmware, err) &&
           process_hand_down(s->copies.kernel, err) &&
           process_hand_down(s->copies.initrd, err) &&
           process_hand_down(s->inner.listener, err);
}

static bool rewrite(const struct start *s, struct argv *ret,
                    struct sevk_error *err)
{
    struct rewrite with = { .program = s->config->qemu,
                            .host_cpu = s->host.cpu_name,
                            .firmware = s->copies.firmware,
                            .kernel = s->copies.kernel,
                            .initrd = s->copies.initrd,
                            .monitor = s->inner.listener };

    memcpy(with.ram, s->copies.ram, sizeof with.ram);
    return args_rewrite(s->args, &with, ret, err);
}

bool launch_guest(const struct config *config, const struct args *args,
                  struct sevk_error *err)
{
    OWN(drop_start)
    struct start s = { .config = config,
                       .args = args,
                       .copies = copies_none(),
                       .monitor = -1,
                       .inner = INNER_NONE,
                       .pidfd = -1 };
    OWN(argv_free) struct argv argv = { 0 };
    OWN(own_close) int report = -1;
    int keep[KEEP_MAX];
    int side;

    if (!prepare(&s, err) || !rewrite(&s, &argv, err)) {
        return false;
    }
    list_kept(&s, keep);
    side = process_fork_away(keep, KEEP_MAX, &report, err);
    if (side == 0) {
        be_proxy(&s, take_fd(&report));
        _exit(0);
    }
    if (side < 0 || !process_hear(report, err) || !hand_down_all(&s, err)) {
        return false;
    }
    own_close(&s.monitor); /* the proxy's alone from here on */
    own_close(&s.pidfd);
    return process_become(config->qemu, argv.v, err);
}
