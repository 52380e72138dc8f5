/* SPDX-License-Identifier: Apache-2.0 */
/* Answers libvirt's question what this QEMU can do. */
#include "qemu/probe.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/own.h"
#include "base/secret.h"
#include "qemu/answers_probe.h"
#include "qemu/process.h"
#include "qemu/proxy.h"
#include "qemu/rewrite.h"

bool probe_may_claim_kvm(void)
{
    return access("/dev/kvm", R_OK | W_OK) == 0;
}

/* In the child, whose end is the parent's to notice. */
static void be_qemu(const struct inner *inner, const struct argv *argv)
{
    struct sevk_error err;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (process_hand_down(inner->listener, &err)) {
        process_become(argv->v[0], argv->v, &err);
    }
    _exit(127);
}

static bool start_qemu(const struct inner *inner, const struct argv *argv,
                       const char *pidfile, pid_t *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    pid_t pid = fork();

    if (pid == 0) {
        be_qemu(inner, argv);
    }
    if (pid < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "starting QEMU");
    }
    *ret = pid;
    return pidfile == NULL ||
           (buf_printf(&text, err, "%d\n", (int)pid) &&
            file_replace(pidfile, 0600, buf_bytes(&text), err));
}

static void reap(pid_t pid)
{
    kill(pid, SIGKILL); /* no harm if it has ended */
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

static void be_proxy(const struct config *config, const struct args *args,
                     const struct argv *argv, int monitor, struct inner *inner,
                     int report)
{
    struct probe_answers ctx = { .platform = config->platform,
                                 .claims_kvm = args->claims_kvm &&
                                               probe_may_claim_kvm() };
    const struct answer_table answers = probe_answer_table(&ctx);
    OWN(own_close) int pidfd = -1;
    struct sevk_error why = { 0 };
    pid_t pid = -1;
    bool ok = start_qemu(inner, argv, args->pidfile, &pid, &why) &&
              process_watch(pid, &pidfd, &why);

    own_close(&inner->listener); /* QEMU's alone: its end must show */
    secret_harden_process();     /* the platform's keys pass through here */
    process_report(report, ok, &why);
    close(report);
    if (ok) {
        (void)!proxy_run(&(struct proxy){ .listener = monitor,
                                          .pidfd = pidfd,
                                          .inner = inner,
                                          .answers = &answers },
                         &why);
    }
    if (pid > 0) {
        reap(pid);
    }
}

static bool take_monitor(const struct args *args, int *ret,
                         struct sevk_error *err)
{
    if (args->monitor_by == ARGS_MONITOR_PATH) {
        return inner_listen_at(args->monitor_path, ret, err);
    }
    *ret = args->monitor_fd;
    return true;
}

bool probe_serve(const struct config *config, const struct args *args,
                 struct sevk_error *err)
{
    OWN(inner_close) struct inner inner = INNER_NONE;
    OWN(argv_free) struct argv argv = { 0 };
    OWN(own_close) int monitor = -1;
    OWN(own_close) int report = -1;
    int side;

    if (access(config->qemu, X_OK) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "QEMU '%s'",
                               config->qemu);
    }
    if (!inner_open(config->run, &inner, err) ||
        !take_monitor(args, &monitor, err) ||
        !args_rewrite(args,
                      &(struct rewrite){ .program = config->qemu,
                                         .host_cpu = "max",
                                         .monitor = inner.listener },
                      &argv, err)) {
        return false;
    }
    side = process_fork_away((int[]){ inner.listener, inner.place, monitor }, 3,
                             &report, err);
    if (side == 0) {
        be_proxy(config, args, &argv, monitor, &inner, take_fd(&report));
        _exit(0);
    }
    return side > 0 && process_hear(report, err);
}
