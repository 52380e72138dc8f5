/* SPDX-License-Identifier: Apache-2.0 */
/* CPU models as QEMU names them, and the signature a vCPU starts with. */
#include "owner/cpu_model.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "owner/cpu_model_table.h"

#define NAME_MAX_LEN 64

/* formats.md 7: a family from 16 on is split in 15 and the rest. */
static uint32_t compose(uint32_t family, uint32_t model, uint32_t stepping)
{
    uint32_t base = family < 15 ? family : 15;

    return (family - base) << 20 | (model >> 4) << 16 | base << 8 |
           (model & 15) << 4 | stepping;
}

bool cpu_signature_make(uint32_t family, uint32_t model, uint32_t stepping,
                        uint32_t *ret, struct sevk_error *err)
{
    if (family > CPU_FAMILY_MAX || model > CPU_MODEL_MAX ||
        stepping > CPU_STEPPING_MAX) {
        return sevk_fail(err, SEVK_USAGE,
                         "CPU %u/%u/%u: family is at most %d, model %d, "
                         "stepping %d",
                         family, model, stepping, CPU_FAMILY_MAX, CPU_MODEL_MAX,
                         CPU_STEPPING_MAX);
    }
    *ret = compose(family, model, stepping);
    return true;
}

void cpu_signature_split(uint32_t signature, uint32_t *ret_family,
                         uint32_t *ret_model, uint32_t *ret_stepping)
{
    *ret_family = (signature >> 8 & 15) + (signature >> 20 & 255);
    *ret_model = (signature >> 4 & 15) | (signature >> 16 & 15) << 4;
    *ret_stepping = signature & 15;
}

const struct cpu_model *cpu_models(size_t *ret_n)
{
    *ret_n = n_cpu_model_table;
    return cpu_model_table;
}

static int compare_names(const void *key, const void *row)
{
    return strcasecmp(key, ((const struct cpu_model *)row)->name);
}

const struct cpu_model *cpu_model_find(const char *name)
{
    return bsearch(name, cpu_model_table, n_cpu_model_table,
                   sizeof cpu_model_table[0], compare_names);
}

const char *cpu_model_name(uint32_t signature)
{
    const char *best = NULL;

    for (size_t i = 0; i < n_cpu_model_table; i++) {
        const struct cpu_model *m = &cpu_model_table[i];

        if (compose(m->family, m->model, m->stepping) == signature &&
            (best == NULL || strlen(m->name) < strlen(best))) {
            best = m->name;
        }
    }
    return best;
}

/* Levenshtein's distance without regard to case; both below NAME_MAX_LEN. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LEN + 1];
    size_t nb = strlen(b);

    for (size_t k = 0; k <= nb; k++) {
        row[k] = k;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t k = 0; k < nb; k++) {
            bool same =
                tolower((unsigned char)a[i]) == tolower((unsigned char)b[k]);
            size_t cost = diagonal + (same ? 0 : 1);

            diagonal = row[k + 1];
            cost = cost < row[k] + 1 ? cost : row[k] + 1;
            row[k + 1] = cost < diagonal + 1 ? cost : diagonal + 1;
        }
    }
    return row[nb];
}

static const char *nearest_name(const char *text)
{
    const char *best = cpu_model_table[0].name;
    size_t best_distance = SIZE_MAX;

    for (size_t i = 0; i < n_cpu_model_table; i++) {
        size_t d = distance(text, cpu_model_table[i].name);

        if (d < best_distance) {
            best_distance = d;
            best = cpu_model_table[i].name;
        }
    }
    return best;
}

static bool parse_name(const char *text, uint32_t *ret, struct sevk_error *err)
{
    const struct cpu_model *m = cpu_model_find(text);

    if (m != NULL) {
        *ret = compose(m->family, m->model, m->stepping);
        return true;
    }
    if (strcasecmp(text, "host") == 0 || strcasecmp(text, "max") == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "CPU model '%s' is whatever the host has; name the "
                         "model, as EPYC-Milan, or its numbers, as 25/1/1",
                         text);
    }
    if (strlen(text) >= NAME_MAX_LEN) {
        return sevk_fail(err, SEVK_USAGE, "CPU model: the name is too long");
    }
    return sevk_fail(err, SEVK_USAGE,
                     "CPU model '%s' is not known; did you mean %s? The "
                     "numbers FAMILY/MODEL/STEPPING do as well",
                     text, nearest_name(text));
}

/* "25/1/1" */
static bool parse_numbers(const char *text, uint32_t *ret,
                          struct sevk_error *err)
{
    static const char *const what[3] = { "CPU family", "CPU model",
                                         "CPU stepping" };
    uint32_t number[3];
    char part[16];

    for (size_t i = 0; i < 3; i++) {
        size_t n = strcspn(text, "/");

        if (n >= sizeof part || (text[n] == '/') != (i < 2)) {
            return sevk_fail(err, SEVK_USAGE,
                             "a CPU in numbers is FAMILY/MODEL/STEPPING, as "
                             "25/1/1");
        }
        memcpy(part, text, n);
        part[n] = '\0';
        if (!number_parse_u32(part, 0, CPU_FAMILY_MAX, what[i], &number[i],
                              err)) {
            return false;
        }
        text += n + (i < 2 ? 1 : 0);
    }
    return cpu_signature_make(number[0], number[1], number[2], ret, err);
}

bool cpu_signature_parse(const char *text, uint32_t *ret,
                         struct sevk_error *err)
{
    if (strchr(text, '/') != NULL) {
        return parse_numbers(text, ret, err);
    }
    if (strncasecmp(text, "0x", 2) == 0) {
        return number_parse_u32(text, 0, UINT32_MAX, "CPU signature", ret, err);
    }
    return parse_name(text, ret, err);
}
