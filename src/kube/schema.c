/* SPDX-License-Identifier: Apache-2.0 */
/* Compares a manifest with KubeVirt's definitions. */
#include "kube/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/own.h"
#include "kube/rules.h"

struct walk {
    struct kube_report *report;
    char where[KUBE_WHERE_LEN];
    size_t n; /* of where; may be more than there is room for */
};

static const char *kind_name(const struct node *node)
{
    static const char *const scalars[] = { "nothing", "a boolean", "an integer",
                                           "a number", "a text" };

    switch (node->kind) {
    case NODE_MAP:
        return "a map";
    case NODE_LIST:
        return "a list";
    default:
        return scalars[node->scalar];
    }
}

/* The words for what is allowed, the first that fits. */
static const char *wanted_name(const struct schema *type)
{
    static const struct {
        unsigned int kind;
        const char *name;
    } names[] = {
        { SCHEMA_OBJECT, "a map" },    { SCHEMA_ARRAY, "a list" },
        { SCHEMA_STRING, "a text" },   { SCHEMA_INTEGER, "an integer" },
        { SCHEMA_NUMBER, "a number" }, { SCHEMA_BOOLEAN, "true or false" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((type->kinds & names[i].kind) != 0) {
            return names[i].name;
        }
    }
    return "nothing";
}

static bool kind_fits(const struct schema *type, const struct node *node)
{
    static const unsigned int scalars[] = {
        [SCALAR_NULL] = SCHEMA_NULL,
        [SCALAR_BOOL] = SCHEMA_BOOLEAN,
        [SCALAR_INTEGER] = SCHEMA_INTEGER | SCHEMA_NUMBER,
        [SCALAR_FLOAT] = SCHEMA_NUMBER,
        [SCALAR_STRING] = SCHEMA_STRING,
    };
    unsigned int is = node->kind == NODE_MAP    ? SCHEMA_OBJECT
                      : node->kind == NODE_LIST ? SCHEMA_ARRAY
                                                : scalars[node->scalar];

    /* A quantity may be written as a number: "memory: 4294967296". */
    if (type->format == SCHEMA_QUANTITY) {
        is |= (is & SCHEMA_NUMBER) != 0 ? SCHEMA_STRING : 0u;
    }
    return (type->kinds & is) != 0;
}

/* -- Quantities. -------------------------------------------------------------- */

static bool suffix_factor(const char *suffix, double *ret)
{
    static const struct {
        const char *suffix;
        double factor;
    } table[] = {
        { "", 1 },
        { "n", 1e-9 },
        { "u", 1e-6 },
        { "m", 1e-3 },
        { "k", 1e3 },
        { "M", 1e6 },
        { "G", 1e9 },
        { "T", 1e12 },
        { "P", 1e15 },
        { "E", 1e18 },
        { "Ki", 1024.0 },
        { "Mi", 1048576.0 },
        { "Gi", 1073741824.0 },
        { "Ti", 1099511627776.0 },
        { "Pi", 1125899906842624.0 },
        { "Ei", 1152921504606846976.0 },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(suffix, table[i].suffix) == 0) {
            *ret = table[i].factor;
            return true;
        }
    }
    return false;
}

/* "e3", "E-3": an exponent, where no suffix stands. */
static bool exponent_factor(const char *text, double *ret)
{
    char *end;
    long power;

    if ((text[0] != 'e' && text[0] != 'E') || text[1] == '\0' ||
        text[1 + strspn(text + 1, "+-0123456789")] != '\0') {
        return false;
    }
    power = strtol(text + 1, &end, 10);
    if (*end != '\0' || power < -30 || power > 30) {
        return false;
    }
    *ret = 1;
    for (; power > 0; power--) {
        *ret *= 10;
    }
    for (; power < 0; power++) {
        *ret /= 10;
    }
    return true;
}

bool quantity_parse(const char *text, uint64_t *ret)
{
    const char *sign = text + (text[0] == '+' || text[0] == '-' ? 1 : 0);
    size_t n = strspn(sign, "0123456789.");
    char digits[40];
    char *end;
    double value;
    double factor;

    if (n == 0 || n >= sizeof digits) {
        return false;
    }
    memcpy(digits, sign, n);
    digits[n] = '\0';
    value = strtod(digits, &end);
    if (*end != '\0' || (!suffix_factor(sign + n, &factor) &&
                         !exponent_factor(sign + n, &factor))) {
        return false;
    }
    value *= factor;
    if (text[0] == '-' || value >= 18446744073709551615.0) {
        *ret = text[0] == '-' ? 0 : UINT64_MAX;
        return true;
    }
    *ret = (uint64_t)value;
    *ret += (double)*ret < value ? 1 : 0;
    return true;
}

/* -- Scalars. ------------------------------------------------------------------- */

static void fault_value(struct walk *w, const struct node *node,
                        const char *what)
{
    report_add(w->report, &kube_rules[RULE_VALUE], node, w->where, "'%.80s' %s",
               node->text, what);
}

static bool is_word(const struct schema *type, const char *text)
{
    for (const char *const *word = type->words; *word != NULL; word++) {
        if (strcmp(text, *word) == 0) {
            return true;
        }
    }
    return false;
}

static void check_words(struct walk *w, const struct schema *type,
                        const struct node *node)
{
    char list[200] = "";
    size_t n = 0;

    if (is_word(type, node->text)) {
        return;
    }
    for (const char *const *word = type->words; *word != NULL; word++) {
        if (n < sizeof list) {
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s",
                                  n == 0 ? "" : ", ", *word);
        }
    }
    report_add(w->report, &kube_rules[RULE_VALUE], node, w->where,
               "'%.60s' is none of %s", node->text, list);
}

static void check_format(struct walk *w, const struct schema *type,
                         const struct node *node)
{
    OWN(buf_free) struct buf bytes = { 0 };
    uint64_t quantity;
    int64_t value;

    switch (type->format) {
    case SCHEMA_INT32:
        if (node_integer(node, &value) &&
            (value < INT32_MIN || value > INT32_MAX)) {
            fault_value(w, node, "does not fit into 32 bits");
        }
        break;
    case SCHEMA_BYTE:
        if (!base64_decode(&bytes, bytes_of_string(node->text), "value",
                           NULL)) {
            fault_value(w, node, "is not base64");
        }
        break;
    case SCHEMA_QUANTITY:
        if (!quantity_parse(node->text, &quantity)) {
            fault_value(w, node, "is no quantity, as 4Gi or 1500m is");
        }
        break;
    default:
        break;
    }
}

/* -- The walk. -------------------------------------------------------------------- */

static const struct schema_field *find_field(const struct schema *type,
                                             const char *name)
{
    size_t low = 0;
    size_t high = type->n_fields;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, type->fields[middle].name);

        if (order == 0) {
            return &type->fields[middle];
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return NULL;
}

static void check_node(struct walk *w, const struct schema *type,
                       const struct node *node);

__attribute__((format(printf, 4, 5))) static void go_into(
    struct walk *w, const struct schema *type, const struct node *node,
    const char *fmt, ...)
{
    size_t n = w->n;
    va_list args;

    va_start(args, fmt);
    if (n < sizeof w->where) {
        w->n += (size_t)vsnprintf(w->where + n, sizeof w->where - n, fmt, args);
    }
    va_end(args);
    check_node(w, type, node);
    w->n = n;
    if (n < sizeof w->where) {
        w->where[n] = '\0';
    }
}

static void check_required(struct walk *w, const struct schema *type,
                           const struct node *node)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct schema_field *field = &type->fields[i];

        if (field->required && node_get(node, field->name) == NULL) {
            report_add(w->report, &kube_rules[RULE_REQUIRED], node, w->where,
                       "'%s' is missing", field->name);
        }
    }
}

static void check_map(struct walk *w, const struct schema *type,
                      const struct node *node)
{
    const char *dot = w->n == 0 ? "" : ".";

    for (size_t i = 0; i < node->n; i++) {
        const struct node_entry *entry = &node->entries[i];
        const struct schema_field *field = find_field(type, entry->key->text);

        if (field != NULL) {
            go_into(w, field->type, entry->value, "%s%s", dot,
                    entry->key->text);
        } else if (type->item != NULL) {
            go_into(w, type->item, entry->value, "%s%.80s", dot,
                    entry->key->text);
        } else if (!type->open) {
            report_add(w->report, &kube_rules[RULE_UNKNOWN_FIELD], entry->key,
                       w->where, "KubeVirt knows no field '%.80s' here",
                       entry->key->text);
        }
    }
    check_required(w, type, node);
}

static void check_node(struct walk *w, const struct schema *type,
                       const struct node *node)
{
    if (node_is_null(node)) {
        return;
    }
    if (!kind_fits(type, node)) {
        report_add(w->report, &kube_rules[RULE_TYPE], node, w->where,
                   "must be %s and is %s%s", wanted_name(type), kind_name(node),
                   node->kind == NODE_SCALAR && node->quoted
                       ? ": leave the quotes out"
                       : "");
        return;
    }
    if (node->kind == NODE_MAP) {
        check_map(w, type, node);
    } else if (node->kind == NODE_LIST) {
        for (size_t i = 0; type->item != NULL && i < node->n; i++) {
            go_into(w, type->item, node->entries[i].value, "[%zu]", i);
        }
    } else if (type->words != NULL) {
        check_words(w, type, node);
    } else {
        check_format(w, type, node);
    }
}

void schema_check(const struct schema *type, const struct node *root,
                  struct kube_report *report)
{
    struct walk walk = { .report = report };

    check_node(&walk, type, root);
}
