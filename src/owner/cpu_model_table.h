/* SPDX-License-Identifier: Apache-2.0 */
/* The x86 CPU models that QEMU names, as a table. */
#ifndef SEVKIT_OWNER_CPU_MODEL_TABLE_H
#define SEVKIT_OWNER_CPU_MODEL_TABLE_H

#include "owner/cpu_model.h"

extern const struct cpu_model cpu_model_table[];
extern const size_t n_cpu_model_table;

#endif
