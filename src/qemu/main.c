/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit-qemu: stands in for the QEMU binary under libvirt. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>

#include "base/own.h"
#include "qemu/launch.h"
#include "qemu/probe.h"
#include "qemu/process.h"
#include "qemu/rewrite.h"

static bool kvm_works(void)
{
    OWN(own_close) int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

    return fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;
}

/* Returns only on failure. */
static bool run_plain(const struct config *config, const struct args *args,
                      struct sevk_error *err)
{
    OWN(argv_free) struct argv argv = { 0 };

    return args_rewrite(args,
                        &(struct rewrite){ .program = config->qemu,
                                           .host_cpu = "max",
                                           .keep_kvm = !args->claims_kvm ||
                                                       kvm_works() },
                        &argv, err) &&
           process_become(config->qemu, argv.v, err);
}

static bool run(const char *const *argv, struct sevk_error *err)
{
    const char *started_as = (const char *)getauxval(AT_EXECFN);
    OWN(config_free) struct config config = { 0 };
    OWN(args_free) struct args args = { 0 };

    if (!config_read(started_as == NULL ? argv[0] : started_as, &config, err) ||
        !args_read(argv, &args, err)) {
        return false;
    }
    switch (args.mode) {
    case ARGS_GUEST:
        return launch_guest(&config, &args, err);
    case ARGS_PROBE:
        return probe_serve(&config, &args, err);
    case ARGS_PLAIN:
        break;
    }
    return run_plain(&config, &args, err);
}

int main(int argc, char **argv)
{
    struct sevk_error err = { 0 };

    if (argc >= 1 && run((const char *const *)argv, &err)) {
        return 0;
    }
    fprintf(stderr, "qemu-system-x86_64: %s\n", err.message);
    return 1;
}
