/* SPDX-License-Identifier: Apache-2.0 */
/* Options as rows: one table parses them, checks them and prints their help. */
#ifndef SEVKIT_CLI_OPT_H
#define SEVKIT_CLI_OPT_H

#include <stddef.h>
#include <stdio.h>

#include <sevkit/error.h>

/*
 * A verb describes its options by an array of rows, and keeps their values in
 * a struct of its own, to which each row has an offset:
 *
 *     struct options { struct opt_u32 vcpus; const char *firmware; };
 *     static const struct opt rows[] = {
 *         { .name = "firmware", .arg = "FILE", .help = "firmware image",
 *           .set = opt_set_string, .at = offsetof(struct options, firmware) },
 *         …
 *     };
 *
 * "--name value" and "--name=value" mean the same. A value that begins with
 * "--" has to be written with "=", so that a forgotten value is noticed. An
 * option given twice is refused unless its row says "many". "--" ends the
 * options. Letters ("-n 4", "-n4", "-n=4") exist for the programs that sevkit
 * stands in for. One of those reads its words by Python's argparse, and so does
 * a "lenient" group: the last of several values counts; the beginning of a name
 * will do if only one name begins so; a value may begin with a dash if it has a
 * space and is no option that is known.
 *
 * Values are strings of argv, which outlive everything. Secrets are never
 * values: options that need one take the name of a file.
 */
struct opt;

/*
 * Parses VALUE ("" for a flag) into the field at TARGET. The message should
 * begin with the option's name; the category becomes SEVK_USAGE.
 */
typedef bool opt_setter(const struct opt *row, const char *value, void *target,
                        struct sevk_error *err);

struct opt {
    const char *name; /* without the dashes */
    char letter;      /* for drop-in names only; 0: none */
    const char *arg;  /* what the value is, in capitals; NULL: a flag */
    const char *help; /* one phrase, no full stop */
    opt_setter *set;
    size_t at;          /* the field's offset in the target */
    const char *preset; /* the value when it is not given; NULL: none */
    uint32_t min;       /* for numbers; … */
    uint32_t max;       /* … 0: no limit */
    bool many;          /* may be given several times */
    bool required;
};

/* Rows with the struct that their offsets refer to. */
struct opt_group {
    const struct opt *rows;
    size_t n;
    void *target;
    bool lenient; /* as Python's argparse */
};

#define OPT_ROWS_MAX 64 /* in all groups of one call */

struct opt_words {
    const char **items; /* as many places as there are words on the line */
    size_t n;
};

/* Which rows were given, by their place in all groups. */
struct opt_seen {
    bool row[OPT_ROWS_MAX];
};

/*
 * Reads the N words at ARGV. What is no option is added to ARGS. SEEN starts
 * as all zeros. Fails with SEVK_USAGE at the first fault.
 */
SEVK_MUST_CHECK bool opt_parse(const struct opt_group *groups, size_t n_groups,
                               char *const *argv, size_t n,
                               struct opt_words *args, struct opt_seen *seen,
                               struct sevk_error *err);

/* Sets the defaults of what was not given, and checks what is required. */
SEVK_MUST_CHECK bool opt_finish(const struct opt_group *groups, size_t n_groups,
                                const struct opt_seen *seen,
                                struct sevk_error *err);

/* Two columns: the option with its value, and its help with the default. */
void opt_print_help(const struct opt *rows, size_t n, FILE *to);

/* -- Setters, and the fields that they fill. ------------------------------ */

opt_setter opt_set_flag;   /* bool */
opt_setter opt_set_string; /* const char *, not empty */
opt_setter opt_set_text;   /* const char *, may be empty */
opt_setter opt_set_u32;    /* struct opt_u32, row->min to row->max */
opt_setter opt_set_api;    /* struct opt_api, "M.N" */
opt_setter opt_set_policy; /* struct opt_u32, a number or names */
opt_setter opt_set_list;   /* struct opt_list, row->many */
opt_setter opt_set_secret; /* struct opt_secrets, "NAME-OR-GUID:FILE" */

struct opt_u32 {
    bool given;
    uint32_t value;
};

struct opt_api {
    bool given;
    uint8_t major;
    uint8_t minor;
};

#define OPT_LIST_MAX 32
struct opt_list {
    const char *items[OPT_LIST_MAX];
    size_t n;
};

/* The name is a part of argv that has no NUL: it is kept as copied text. */
#define OPT_SECRET_NAME_LEN 40 /* a GUID has 36 characters */
struct opt_secrets {
    struct {
        char name[OPT_SECRET_NAME_LEN];
        const char *path;
    } items[OPT_LIST_MAX];
    size_t n;
};

#endif
