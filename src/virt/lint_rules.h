/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules of virt/lint.h look at, and how they report. */
#ifndef SEVKIT_VIRT_LINT_RULES_H
#define SEVKIT_VIRT_LINT_RULES_H

#include "virt/lint.h"

struct lint {
    const xmlNode *domain;
    const xmlNode *os;
    const xmlNode *devices;
    const struct domain_facts *facts;
    const struct host_libvirt *host; /* NULL: not known */
    bool es;
    bool image_seen; /* <loader> names a file that is here */
    uint64_t image_kib;
    struct buf image; /* its words: host/images.h */
    struct lint_report *report;
};

/* What every finding of a rule shares. */
struct lint_rule {
    const char *id;
    const char *guide;
    enum lint_severity severity;
    const char *fix;
};

/* WHERE is an XPath; NODE, when not NULL, is the one of several it means. */
void lint_add(struct lint *lint, const struct lint_rule *rule,
              const xmlNode *node, const char *where, const char *fmt, ...)
    SEVK_PRINTF(5, 6);

bool lint_image_has(const struct lint *lint, const char *word);

/* Does this device speak virtio? (interface, disk, controller, …) */
bool lint_is_virtio(const xmlNode *device);

void lint_machine(struct lint *lint);
void lint_firmware(struct lint *lint);
void lint_devices(struct lint *lint);
bool lint_memory(struct lint *lint, struct sevk_error *err);
void lint_security(struct lint *lint);
bool lint_guest(struct lint *lint, struct sevk_error *err);

#endif
