/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the pieces of a QEMU command line, each by its own rules. */
#ifndef SEVKIT_QEMU_ARGS_FIND_H
#define SEVKIT_QEMU_ARGS_FIND_H

#include "qemu/args.h"
#include "qemu/optval.h"

/* The last option of that name. */
bool args_find_option(const struct args *a, const char *name,
                      struct args_option *ret);

/* The last -machine (or -M) that has KEY; any if KEY is NULL. */
bool args_find_machine(const struct args *a, const char *key,
                       struct optval *ret);

/* The option NAME whose value has KEY=VALUE; *RET is the parsed value. */
bool args_find_value(const struct args *a, const char *name,
                     const char *implied, const char *key, const char *value,
                     struct args_option *ret_option, struct optval *ret);

bool args_asks_for_kvm(const struct args *a);

/* Each fills its part of A; a part that is not there stays empty. */
SEVK_MUST_CHECK bool args_find_name(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_sev(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_monitor(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_firmware(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_kernel(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_ram(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_vcpus(struct args *a, struct sevk_error *err);
SEVK_MUST_CHECK bool args_find_cpu(struct args *a, struct sevk_error *err);

#endif
