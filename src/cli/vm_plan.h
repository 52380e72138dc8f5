/* SPDX-License-Identifier: Apache-2.0 */
/* The options from which a VM is described, and what the host adds to them. */
#ifndef SEVKIT_CLI_VM_PLAN_H
#define SEVKIT_CLI_VM_PLAN_H

#include "cli/host.h"
#include "virt/domain_plan.h"

/*
 * Shared by "vm generate" and "vm install". What is not given is chosen from
 * the host's facts: the policy (with SEV-ES unless the host is known to have
 * none), C-bit, the firmware image, hashes of the kernel where the image has
 * an area for them, iommu='on' where this QEMU needs it.
 */
struct plan_options {
    struct host_options host;
    const char *name;
    const char *memory;
    struct opt_u32 vcpus;
    const char *cpu;
    const char *guest_os;
    struct opt_u32 policy;
    const char *session;
    const char *firmware;
    const char *kernel;
    const char *initrd;
    const char *cmdline;
    const char *serial;
    bool vnc;
};

#define PLAN_ROW(type, member, field, name_, arg_, setter, help_)              \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = setter,              \
        .at = offsetof(type, member.field)                                     \
    }

/* Rows for a struct TYPE that begins with a struct plan_options MEMBER. */
#define PLAN_ROWS(type, member)                                                \
    { .name = "name",                                                          \
      .arg = "NAME",                                                           \
      .help = "the VM's name",                                                 \
      .set = opt_set_string,                                                   \
      .at = offsetof(type, member.name),                                       \
      .required = true },                                                      \
        { .name = "memory",                                                    \
          .arg = "SIZE",                                                       \
          .help = "in MiB, or like 4G",                                        \
          .set = opt_set_string,                                               \
          .at = offsetof(type, member.memory),                                 \
          .preset = "4G" },                                                    \
        { .name = "vcpus",                                                     \
          .arg = "N",                                                          \
          .help = "number of vCPUs",                                           \
          .set = opt_set_u32,                                                  \
          .at = offsetof(type, member.vcpus),                                  \
          .min = 1,                                                            \
          .max = 4096,                                                         \
          .preset = "2" },                                                     \
        PLAN_ROW(type, member, cpu, "cpu", "MODEL", opt_set_string,            \
                 "CPU as QEMU names it (default: the host's own)"),            \
        PLAN_ROW(type, member, guest_os, "guest-os", "ID", opt_set_string,     \
                 "the guest's system, by libosinfo's id"),                     \
        PLAN_ROW(type, member, policy, "policy", "P", opt_set_policy,          \
                 "guest policy, a number or names (default: the strictest "    \
                 "that the host can)"),                                        \
        PLAN_ROW(type, member, session, "session", "PREFIX", opt_set_string,   \
                 "keys of 'session create' for one start"),                    \
        PLAN_ROW(type, member, firmware, "firmware", "FILE|efi",               \
                 opt_set_string,                                               \
                 "image on the host; efi: libvirt chooses (default: the best " \
                 "that the host has)"),                                        \
        PLAN_ROW(type, member, kernel, "kernel", "FILE", opt_set_string,       \
                 "kernel that is booted directly"),                            \
        PLAN_ROW(type, member, initrd, "initrd", "FILE", opt_set_string,       \
                 "initial RAM disk of that kernel"),                           \
        PLAN_ROW(type, member, cmdline, "cmdline", "TEXT", opt_set_text,       \
                 "command line of that kernel"),                               \
        PLAN_ROW(type, member, serial, "serial", "pty|FILE", opt_set_string,   \
                 "where the serial console goes (default: pty)"),              \
        PLAN_ROW(type, member, vnc, "vnc", NULL, opt_set_flag,                 \
                 "a screen, by VNC on the host's loopback"),                   \
        PLAN_ROW(type, member, host.from, "from", "DIR", opt_set_string,       \
                 "a host that 'host capture' recorded"),                       \
        CONNECT_ROW(type, member.host.connect),                                \
        TIMEOUT_ROW(type, member.host.timeout)

/* A plan, and the memory that its strings lie in. */
struct vm_plan {
    struct domain_plan plan;
    struct host_facts facts;
    struct buf dh_cert;
    struct buf session;
};

void vm_plan_free(struct vm_plan **plan); /* also for OWN() */

/*
 * Asks or loads the host, and fills the plan, all but disks and networks.
 * SEVK_REFUSED when the host can't do what is asked for (SEV-ES where there is
 * none), or the session was used or has another policy.
 */
SEVK_MUST_CHECK bool vm_plan_make(const struct plan_options *o,
                                  struct vm_plan **ret, struct sevk_error *err);

#endif
