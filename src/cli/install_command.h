/* SPDX-License-Identifier: Apache-2.0 */
/* From a plan to virt-install's command line. */
#ifndef SEVKIT_CLI_INSTALL_COMMAND_H
#define SEVKIT_CLI_INSTALL_COMMAND_H

#include "cli/argument_list.h"
#include "cli/vm_plan.h"

struct install_options {
    struct plan_options plan;
    const char *location;
    const char *cdrom;
    bool import;
    const char *extra_args;
    struct opt_list disks;
    struct opt_list networks;
    bool print_command;
    bool no_check;
};

/*
 * The command that installs PLAN, with what the guide's section 5 asks for:
 * machine q35, UEFI without Secure Boot, rom.bar=off for each network device,
 * --memtune (not in a session instance), --events on_reboot=destroy under
 * SEV-ES, --launchSecurity; and neither the TPM that virt-install would add,
 * which is the host's, nor a balloon, for locked memory can't be given back.
 *
 * The N words at EXTRA are for virt-install as they are, and come last, so
 * that they win. SEVK_USAGE when nothing says where the system comes from, or
 * one of our own options is repeated there.
 */
SEVK_MUST_CHECK bool install_command_make(const struct install_options *o,
                                          const struct domain_plan *plan,
                                          const char *const *extra, size_t n,
                                          struct argument_list *ret,
                                          struct sevk_error *err);

#endif
