/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the kernel, its modules and devices, and of the firmware. */
#include <inttypes.h>
#include <string.h>

#include "host/check_rows.h"

#define MEMLOCK_WANTED ((uint64_t)1 << 30)

static bool at_least(const struct host_kernel *k, uint32_t major,
                     uint32_t minor)
{
    return k->major != major ? k->major > major : k->minor >= minor;
}

/* KVM starts SEV guests since Linux 4.16, SEV-ES guests since 5.11; so says the
 * README of AMD's github.com/AMDESE/AMDSEV, as of libvirt 4.5 and QEMU. */
void check_kernel_version(const struct host_facts *f, enum check_want want,
                          struct check_result *ret)
{
    const struct host_kernel *k = &f->kernel;

    if (!k->known) {
        check_say(ret, CHECK_NOTE, NULL, "the kernel's version is not known");
    } else if (!at_least(k, 4, 16)) {
        check_say(ret, CHECK_ERROR, "install Linux 4.16 or later, better 5.11",
                  "Linux %s has no SEV", k->release);
    } else if (!at_least(k, 5, 11) && want != CHECK_SEV) {
        check_say(ret, check_es_weight(want), "install Linux 5.11 or later",
                  "Linux %s has SEV, but not SEV-ES", k->release);
    } else {
        check_say(ret, CHECK_OK, NULL, "Linux %s", k->release);
    }
}

void check_kvm_amd(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    (void)want;
    if (f->kernel.kvm_amd == FACT_UNKNOWN) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->kernel.kvm_amd == FACT_NO) {
        check_say(ret, CHECK_ERROR,
                  "modprobe kvm_amd; if that fails, enable 'SVM Mode' in the "
                  "BIOS setup (AMD CBS, CPU Common Options)",
                  "is not loaded");
    } else {
        check_say(ret, CHECK_OK, NULL, "is loaded");
    }
}

void check_kvm_sev(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    static const char fix[] =
        "echo 'options kvm_amd sev=1' >/etc/modprobe.d/sev.conf; then, with no "
        "guest running: modprobe -r kvm_amd && modprobe kvm_amd";

    (void)want;
    if (f->kernel.kvm_amd != FACT_YES) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->kernel.sev == FACT_UNKNOWN) {
        check_say(ret, CHECK_ERROR, "install a kernel with CONFIG_KVM_AMD_SEV",
                  "kvm_amd has no parameter 'sev'");
    } else if (f->kernel.sev == FACT_NO) {
        check_say(ret, CHECK_ERROR, fix,
                  "/sys/module/kvm_amd/parameters/sev is off");
    } else {
        check_say(ret, CHECK_OK, NULL, "is on");
    }
}

void check_kvm_sev_es(const struct host_facts *f, enum check_want want,
                      struct check_result *ret)
{
    static const char fix[] =
        "echo 'options kvm_amd sev=1 sev_es=1' >/etc/modprobe.d/sev.conf; "
        "then, with no guest running: modprobe -r kvm_amd && modprobe kvm_amd";

    if (f->kernel.kvm_amd != FACT_YES) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->kernel.sev_es == FACT_UNKNOWN) {
        check_say(ret, check_es_weight(want), "install Linux 5.11 or later",
                  "kvm_amd has no parameter 'sev_es'");
    } else if (f->kernel.sev_es == FACT_NO) {
        check_say(ret, check_es_weight(want), fix,
                  "/sys/module/kvm_amd/parameters/sev_es is off");
    } else {
        check_say(ret, CHECK_OK, NULL, "is on");
    }
}

void check_dev_kvm(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    const struct host_device *d = &f->kernel.dev_kvm;

    (void)want;
    if (!d->known) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (!d->present) {
        check_say(ret, CHECK_ERROR, "modprobe kvm_amd", "does not exist");
    } else if (!d->readable || !d->writable) {
        check_say(ret, CHECK_NOTE,
                  "only needed to start QEMU oneself: usermod -aG kvm USER",
                  "this user may not open it (mode %04o)", d->mode);
    } else {
        check_say(ret, CHECK_OK, NULL, "can be opened");
    }
}

void check_dev_sev(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    const struct host_device *d = &f->kernel.dev_sev;

    (void)want;
    if (!d->known) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (!d->present && f->kernel.ccp == FACT_NO) {
        check_say(ret, CHECK_ERROR,
                  "modprobe ccp (the driver of AMD's secure processor)",
                  "does not exist, and the module ccp is not loaded");
    } else if (!d->present) {
        check_say(ret, CHECK_ERROR,
                  "look for the reason with: dmesg | grep -i -e ccp -e sev",
                  "does not exist, although the module ccp is loaded");
    } else {
        check_say(ret, CHECK_OK, NULL, "exists");
    }
}

/* A "0666" device lets every user of the host ask the firmware for more. */
void check_dev_sev_access(const struct host_facts *f, enum check_want want,
                          struct check_result *ret)
{
    const struct host_device *d = &f->kernel.dev_sev;

    (void)want;
    if (!d->known) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if ((d->mode & 0002) != 0) {
        check_say(ret, CHECK_WARNING,
                  "chmod o-w /dev/sev, and mend the udev "
                  "rule that sets the mode",
                  "every user may write to it (mode %04o), and so reset the "
                  "platform's keys",
                  d->mode);
    } else if (d->mode == 0600 && d->uid == 0) {
        check_say(ret, CHECK_NOTE,
                  "if libvirt reports no SEV: chgrp kvm /dev/sev && chmod "
                  "0660 /dev/sev, and a udev rule: KERNEL==\"sev\", "
                  "GROUP=\"kvm\", MODE=\"0660\"",
                  "only root may open it: QEMU that libvirt runs as another "
                  "user gets access from libvirt");
    } else {
        check_say(ret, CHECK_OK, NULL,
                  "mode %04o, owner %u, group %u; this user may %sopen it",
                  d->mode, d->uid, d->gid,
                  d->readable && d->writable ? "" : "not ");
    }
}

/* libvirt's own news of 5.1.0: it lets its QEMU open what root alone may. */
#define LIBVIRT_GIVES_ACCESS 5001000u

static bool may_open(const struct host_device *d, const struct host_user *u)
{
    uint32_t shift = 0;

    if (u->uid == 0) {
        return true;
    }
    if (u->uid == d->uid) {
        shift = 6;
    }
    for (size_t i = 0; shift == 0 && i < u->n_gids; i++) {
        shift = u->gids[i] == d->gid ? 3 : 0;
    }
    return (d->mode >> shift & 06) == 06;
}

void check_dev_sev_libvirt(const struct host_facts *f, enum check_want want,
                           struct check_result *ret)
{
    const struct host_device *d = &f->kernel.dev_sev;
    const struct host_user *u = &f->kernel.libvirt_user;
    uint32_t version = f->libvirt.libvirt_version;

    (void)want;
    if (!d->known || !u->known) {
        check_say(ret, CHECK_NOTE, NULL,
                  "the user as whom libvirt starts QEMU is not known");
    } else if (may_open(d, u)) {
        check_say(ret, CHECK_OK, NULL, "its user %s (%u) may open it", u->name,
                  u->uid);
    } else if (version >= LIBVIRT_GIVES_ACCESS) {
        check_say(ret, CHECK_OK, NULL,
                  "its user %s (%u) gets access from libvirt itself", u->name,
                  u->uid);
    } else {
        check_say(ret, version == 0 ? CHECK_NOTE : CHECK_WARNING,
                  "install libvirt 5.1 or later, or give the group of that "
                  "user access: chgrp kvm /dev/sev && chmod 0660 /dev/sev, "
                  "and a udev rule: KERNEL==\"sev\", GROUP=\"kvm\", "
                  "MODE=\"0660\"",
                  "its user %s (%u) may not open it (mode %04o, owner %u, "
                  "group %u)",
                  u->name, u->uid, d->mode, d->uid, d->gid);
    }
}

/* formats.md 16; an API below 1.51 is refused by "vm launch" unless told. */
void check_firmware(const struct host_facts *f, enum check_want want,
                    struct check_result *ret)
{
    static const char fix[] =
        "install the newest SEV firmware: the package linux-firmware (or "
        "amd-ucode) has it as /lib/firmware/amd/amd_sev_*.sbin, or update the "
        "BIOS; then boot anew";
    const struct host_firmware *fw = &f->firmware;
    unsigned int api = fw->api_major * 256u + fw->api_minor;

    (void)want;
    if (!fw->known) {
        check_say(ret, CHECK_NOTE, "run this as root", "not known%s%s",
                  fw->error[0] == '\0' ? "" : ": ", fw->error);
    } else if (api < 17) {
        check_say(ret, CHECK_ERROR, fix,
                  "API %u.%u does not bind a secret to a measurement",
                  fw->api_major, fw->api_minor);
    } else if (api == 17 && fw->build < 22) {
        check_say(ret, CHECK_ERROR, fix,
                  "0.17 build %u gives away the platform's key "
                  "(CVE-2019-9836); what it says proves nothing",
                  fw->build);
    } else if (api < 256 + 51) {
        check_say(ret, CHECK_WARNING, fix,
                  "%sAPI %u.%u build %u is older than 1.51, which 'sevkit vm "
                  "launch' asks for unless told otherwise",
                  fw->is_virtual ? "VIRTUAL, " : "", fw->api_major,
                  fw->api_minor, fw->build);
    } else {
        check_say(ret, CHECK_OK, NULL, "%sAPI %u.%u build %u",
                  fw->is_virtual ? "VIRTUAL, " : "", fw->api_major,
                  fw->api_minor, fw->build);
    }
}

void check_firmware_es(const struct host_facts *f, enum check_want want,
                       struct check_result *ret)
{
    if (f->firmware.es == FACT_UNKNOWN) {
        check_say(ret, CHECK_NOTE, NULL,
                  "not known: the firmware is not initialised");
    } else if (f->firmware.es == FACT_NO) {
        check_say(ret, check_es_weight(want),
                  "load kvm_amd with sev_es=1, so that the driver initialises "
                  "the firmware for SEV-ES",
                  "the firmware is initialised without SEV-ES");
    } else {
        check_say(ret, CHECK_OK, NULL, "is initialised for SEV-ES");
    }
}

/* libvirt raises the limit itself where it runs as root. */
void check_memlock(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    (void)want;
    if (!f->limits.has_memlock) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->limits.memlock == UINT64_MAX) {
        check_say(ret, CHECK_OK, NULL, "no limit");
    } else if (f->limits.memlock < MEMLOCK_WANTED) {
        check_say(ret, CHECK_NOTE,
                  "for QEMU started by this user or a session libvirt: set "
                  "'USER hard memlock unlimited' in /etc/security/limits.conf",
                  "this user may lock %" PRIu64 " KiB; the system's libvirt "
                  "sets a limit of its own for each guest",
                  f->limits.memlock / 1024);
    } else {
        check_say(ret, CHECK_OK, NULL, "%" PRIu64 " MiB",
                  f->limits.memlock >> 20);
    }
}

/* What is locked counts: the slice of all guests must have room for it. */
void check_cgroup(const struct host_facts *f, enum check_want want,
                  struct check_result *ret)
{
    const struct host_limits *l = &f->limits;

    (void)want;
    if (!l->has_cgroup) {
        check_say(ret, CHECK_NOTE, NULL,
                  "the limits of machine.slice are not known (it is there "
                  "once a guest ran)");
    } else if (l->cgroup_sev != UINT64_MAX) {
        check_say(ret, l->cgroup_sev == 0 ? CHECK_ERROR : CHECK_WARNING,
                  "echo 'sev max' >/sys/fs/cgroup/machine.slice/misc.max, and "
                  "look for who set it",
                  "all guests together may have %" PRIu64 " ASIDs for SEV "
                  "(misc.max of machine.slice)",
                  l->cgroup_sev);
    } else if (l->cgroup_memory != UINT64_MAX) {
        check_say(ret, CHECK_WARNING,
                  "systemctl set-property machine.slice MemoryMax=infinity, "
                  "or see that all guests fit: their memory stays locked",
                  "all guests together may have %" PRIu64
                  " MiB (memory.max of machine.slice)",
                  l->cgroup_memory >> 20);
    } else {
        check_say(ret, CHECK_OK, NULL, "machine.slice has no limits");
    }
}
