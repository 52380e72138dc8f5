/* SPDX-License-Identifier: Apache-2.0 */
/* The probes behind the rows of host/check.h, and how they answer. */
#ifndef SEVKIT_HOST_CHECK_ROWS_H
#define SEVKIT_HOST_CHECK_ROWS_H

#include "host/check.h"

/* Sets the answer. FIX is static text or NULL. */
void check_say(struct check_result *ret, enum check_verdict verdict,
               const char *fix, const char *fmt, ...) SEVK_PRINTF(4, 5);

/* What a fault of SEV-ES alone weighs. */
enum check_verdict check_es_weight(enum check_want want);

typedef void check_probe(const struct host_facts *facts, enum check_want want,
                         struct check_result *ret);

/* check_cpu.c */
check_probe check_vendor;
check_probe check_bare_metal;
check_probe check_generation;
check_probe check_cpu_sev;
check_probe check_cpu_es;
check_probe check_asids;
check_probe check_asids_es;
check_probe check_bios;

/* check_kernel.c */
check_probe check_kernel_version;
check_probe check_kvm_amd;
check_probe check_kvm_sev;
check_probe check_kvm_sev_es;
check_probe check_dev_sev;
check_probe check_dev_sev_access;
check_probe check_dev_sev_libvirt;
check_probe check_dev_kvm;
check_probe check_firmware;
check_probe check_firmware_es;
check_probe check_memlock;
check_probe check_cgroup;

/* check_software.c */
check_probe check_libvirt;
check_probe check_libvirt_guests;
check_probe check_qemu;
check_probe check_capabilities;
check_probe check_cbitpos;
check_probe check_max_guests;
check_probe check_max_es_guests;
check_probe check_images;
check_probe check_images_es;
check_probe check_images_hashes;
check_probe check_guests;

#endif
