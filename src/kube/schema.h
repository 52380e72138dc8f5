/* SPDX-License-Identifier: Apache-2.0 */
/* KubeVirt's published definitions, and what does not keep to them. */
#ifndef SEVKIT_KUBE_SCHEMA_H
#define SEVKIT_KUBE_SCHEMA_H

#include <stdbool.h>

#include "kube/report.h"

/*
 * The part of OpenAPI that KubeVirt's document uses: types, properties,
 * required ones, lists, maps, enumerations, the formats int32, int64 and byte,
 * and Kubernetes' quantities. A field that a definition does not name is a
 * fault: the API server refuses it ("strict decoding") or, older, drops it. A
 * null stands for a field that is not given, as in Kubernetes. The tables are
 * made at build time (schema/README.md) and need nothing to be loaded.
 */
enum schema_kind {
    SCHEMA_OBJECT = 1,
    SCHEMA_ARRAY = 2,
    SCHEMA_STRING = 4,
    SCHEMA_INTEGER = 8,
    SCHEMA_NUMBER = 16,
    SCHEMA_BOOLEAN = 32,
    SCHEMA_NULL = 64,
};

enum schema_format {
    SCHEMA_NONE,
    SCHEMA_INT32,
    SCHEMA_INT64,
    SCHEMA_BYTE,     /* base64 */
    SCHEMA_QUANTITY, /* "4Gi" */
};

struct schema_field;

struct schema {
    unsigned int kinds; /* enum schema_kind, those that are allowed */
    enum schema_format format;
    bool open;                         /* an object with whatever fields */
    const struct schema *item;         /* of a list, or of a map's values */
    const struct schema_field *fields; /* sorted by name */
    unsigned int n_fields;
    const char *const *words; /* those that are allowed; ends with NULL */
};

struct schema_field {
    const char *name;
    const struct schema *type;
    bool required;
};

extern const struct schema *const schema_vm;
extern const struct schema *const schema_vmi;
extern const struct schema *const schema_kubevirt;
extern const struct schema *const schema_platform_info;
extern const struct schema *const schema_measurement_info;

/* Adds a finding for each place of ROOT that does not keep to TYPE. */
void schema_check(const struct schema *type, const struct node *root,
                  struct kube_report *report);

/* Kubernetes' quantity: "4Gi", "1500m", "1e3". In bytes, rounded up. */
bool quantity_parse(const char *text, uint64_t *ret);

#endif
