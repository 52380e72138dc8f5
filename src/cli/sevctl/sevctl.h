/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of sevctl: its commands, and what they share. */
#ifndef SEVKIT_CLI_SEVCTL_SEVCTL_H
#define SEVKIT_CLI_SEVCTL_SEVCTL_H

#include "base/secret.h"
#include "cli/opt.h"
#include "cli/out.h"
#include "device/device.h"

#define SEVCTL_PROGRAM "sevctl"
#define SEVCTL_VERSION "0.6.2" /* whose options and outputs these are */

/*
 * Its commands print by themselves, raw as scripts expect it. Exit status: 0
 * done or yes; 1 whatever failed, or no; 2 for words that make no sense.
 */
struct sevctl_call {
    const char *const *args;
    size_t n_args;
    const void *options;   /* the command's own struct */
    const struct out *out; /* for warnings, which stderr gets */
    bool quiet;            /* -q: also no results that are only to be read */
};

struct sevctl_command {
    const char *group; /* "vmsa"; NULL: the command is one word */
    const char *name;
    const char *args; /* for the usage line; NULL: none */
    size_t min_args;
    size_t max_args;
    const char *summary;
    const struct opt *options;
    size_t n_options;
    size_t options_size; /* at most SEVCTL_OPTIONS_MAX */
    /* Words that options are not: a failure is status 2. NULL: no check. */
    bool (*check)(const struct sevctl_call *call, struct sevk_error *err);
    bool (*run)(const struct sevctl_call *call, struct sevk_error *err);
};

#define SEVCTL_OPTIONS_MAX 2048

/* For an array of rows called "rows". */
#define SEVCTL_OPTIONS(type)                                                   \
    .options = rows, .n_options = sizeof rows / sizeof rows[0],                \
    .options_size = sizeof(type)

extern const struct sevctl_command sevctl_export;    /* platform.c */
extern const struct sevctl_command sevctl_provision; /* platform.c */
extern const struct sevctl_command sevctl_reset;     /* platform.c */
extern const struct sevctl_command sevctl_rotate;    /* platform.c */
extern const struct sevctl_command sevctl_show_flags;
extern const struct sevctl_command sevctl_show_guests;
extern const struct sevctl_command sevctl_show_identifier;
extern const struct sevctl_command sevctl_show_version;
extern const struct sevctl_command sevctl_show_snp_status;
extern const struct sevctl_command sevctl_show_vcek_url;
extern const struct sevctl_command sevctl_generate; /* session.c */
extern const struct sevctl_command sevctl_session;
extern const struct sevctl_command sevctl_ok;
extern const struct sevctl_command sevctl_verify;
extern const struct sevctl_command sevctl_validate;
extern const struct sevctl_command sevctl_measurement_build;
extern const struct sevctl_command sevctl_secret_build;
extern const struct sevctl_command sevctl_vmsa_build;
extern const struct sevctl_command sevctl_vmsa_update;
extern const struct sevctl_command sevctl_vmsa_show;

/* -- platform.c ------------------------------------------------------------ */

/*
 * The directory of the virtual platform that stands in for /dev/sev, from the
 * environment (SEVKIT_PLATFORM); NULL: the machine's own firmware is meant.
 */
const char *sevctl_virtual_platform(void);

/* Opens either, and warns of a virtual one. */
SEVK_MUST_CHECK bool sevctl_open(const struct sevctl_call *call, bool writable,
                                 struct device **ret, struct sevk_error *err);

/* -- input.c: a path, or the content itself as base64. ---------------------- */

/* A key of 16 bytes. In base64 it stands in the list of processes: a warning. */
SEVK_MUST_CHECK bool sevctl_read_key(const struct sevctl_call *call,
                                     const char *text, const char *what,
                                     struct sevk_secret *ret,
                                     struct sevk_error *err);

/* Exactly N bytes that are public. A file may hold them as base64, too. */
SEVK_MUST_CHECK bool sevctl_read_bytes(const char *text, const char *what,
                                       uint8_t *ret, size_t n,
                                       struct sevk_error *err);

#endif
