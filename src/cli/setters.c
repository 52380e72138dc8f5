/* SPDX-License-Identifier: Apache-2.0 */
/* The setters that option rows share: from a word to a field. */
#include <string.h>

#include "base/number.h"
#include "cli/opt.h"

bool opt_set_flag(const struct opt *row, const char *value, void *target,
                  struct sevk_error *err)
{
    bool *field = target;

    (void)row;
    (void)value;
    (void)err;
    *field = true;
    return true;
}

bool opt_set_text(const struct opt *row, const char *value, void *target,
                  struct sevk_error *err)
{
    const char **field = target;

    (void)row;
    (void)err;
    *field = value;
    return true;
}

bool opt_set_string(const struct opt *row, const char *value, void *target,
                    struct sevk_error *err)
{
    if (value[0] == '\0') {
        return sevk_fail(err, SEVK_USAGE, "the value of '--%s' is empty",
                         row->name);
    }
    return opt_set_text(row, value, target, err);
}

bool opt_set_u32(const struct opt *row, const char *value, void *target,
                 struct sevk_error *err)
{
    struct opt_u32 *field = target;
    uint32_t max = row->max == 0 ? UINT32_MAX : row->max;
    char what[64];

    snprintf(what, sizeof what, "--%s", row->name);
    if (!number_parse_u32(value, row->min, max, what, &field->value, err)) {
        return false;
    }
    field->given = true;
    return true;
}

bool opt_set_api(const struct opt *row, const char *value, void *target,
                 struct sevk_error *err)
{
    struct opt_api *field = target;
    const char *dot = strchr(value, '.');
    char text[8];
    char what[64];
    uint32_t major;
    uint32_t minor;

    snprintf(what, sizeof what, "--%s", row->name);
    if (dot == NULL || dot - value >= (ptrdiff_t)sizeof text) {
        return sevk_fail(err, SEVK_USAGE,
                         "--%s: '%s' is not MAJOR.MINOR, like 1.51", row->name,
                         value);
    }
    snprintf(text, sizeof text, "%.*s", (int)(dot - value), value);
    if (!number_parse_u32(text, 0, 255, what, &major, err) ||
        !number_parse_u32(dot + 1, 0, 255, what, &minor, err)) {
        return false;
    }
    *field = (struct opt_api){ true, (uint8_t)major, (uint8_t)minor };
    return true;
}

static bool fail_too_many(const struct opt *row, struct sevk_error *err)
{
    return sevk_fail(err, SEVK_USAGE, "'--%s' is given more than %d times",
                     row->name, OPT_LIST_MAX);
}

bool opt_set_list(const struct opt *row, const char *value, void *target,
                  struct sevk_error *err)
{
    struct opt_list *field = target;

    if (field->n == OPT_LIST_MAX) {
        return fail_too_many(row, err);
    }
    return opt_set_string(row, value, &field->items[field->n++], err);
}

bool opt_set_secret(const struct opt *row, const char *value, void *target,
                    struct sevk_error *err)
{
    struct opt_secrets *field = target;
    const char *colon = strchr(value, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - value);

    if (len == 0 || colon[1] == '\0') {
        return sevk_fail(err, SEVK_USAGE,
                         "--%s: a secret is written %s; its bytes are read "
                         "from the file, never from the command line",
                         row->name, row->arg);
    }
    if (len >= OPT_SECRET_NAME_LEN) {
        return sevk_fail(err, SEVK_USAGE,
                         "--%s: what stands before ':' is too long for a GUID "
                         "or a name",
                         row->name);
    }
    if (field->n == OPT_LIST_MAX) {
        return fail_too_many(row, err);
    }
    memcpy(field->items[field->n].name, value, len);
    field->items[field->n].name[len] = '\0';
    field->items[field->n].path = colon + 1;
    field->n++;
    return true;
}
