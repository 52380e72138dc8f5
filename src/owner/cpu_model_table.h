/* SPDX-License-Identifier: Apache-2.0 */
/* The x86 CPU models that QEMU names, as a table. */
#ifndef SEVKIT_OWNER_CPU_MODEL_TABLE_H
#define SEVKIT_OWNER_CPU_MODEL_TABLE_H

#include "owner/cpu_model.h"

/*
 * What counts of a model here is one number: CPUID leaf 1's EAX, which QEMU
 * derives from family, model and stepping, and which SEV-ES measures in each
 * VMSA's RDX (formats.md 7). Everything else of a model leaves the measurement
 * as it is.
 *
 * The source is QEMU itself: what query-cpu-model-expansion of 7.2 gives for each
 * name, which a test compares with the machine's own QEMU. To them come the names
 * that later versions have for EPYC.
 *
 * Sorted by name without regard to case, as cpu_model_find() expects; N is the
 * number of rows. Both are constants, shared by everyone.
 */

extern const struct cpu_model cpu_model_table[];
extern const size_t n_cpu_model_table;

#endif
