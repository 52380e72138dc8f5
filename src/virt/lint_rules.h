/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules of virt/lint.h look at, and how they report. */
#ifndef SEVKIT_VIRT_LINT_RULES_H
#define SEVKIT_VIRT_LINT_RULES_H

#include "virt/domain_xml.h"
#include "virt/lint.h"

struct lint {
    const xmlNode *domain;
    const xmlNode *os;
    const xmlNode *devices;
    const xmlNode *security;
    const struct domain_facts *facts;
    const struct lint_options *options;
    const struct host_facts *host; /* NULL: not known */
    bool es;
    bool image_seen; /* <loader> names a file that is there */
    struct host_image image;
    uint64_t image_kib; /* 0: not known */
    struct lint_report *report;
    bool only_mendable; /* leave out what no mend is known for */

    /* What each finding is about, for virt/lint_fix.h: the element, or the
     * one in which another is missing. */
    enum lint_id ids[LINT_MAX];
    const xmlNode *nodes[LINT_MAX];
};

/*
 * A finding about NODE, or where it would be. WHERE is its XPath; for a device,
 * which may be one of several, "[n]" is added.
 */
void lint_add(struct lint *lint, enum lint_id id, const xmlNode *node,
              const char *where, const char *fmt, ...) SEVK_PRINTF(5, 6);

/* Does this device speak virtio? (interface, disk, controller, …) */
bool lint_is_virtio(const xmlNode *device);

/* KiB that are locked: memory, firmware, video, QEMU's own. */
struct lint_sum {
    uint64_t memory;
    uint64_t firmware;
    uint64_t video;
    uint64_t own;
    uint64_t all;
};
void lint_sum_up(const struct lint *lint, struct lint_sum *ret);

/* The policy for a VM that has none: with 'es', unless the host has no ES. */
uint32_t lint_default_policy(const struct host_facts *host);

/* Would libvirt find an image for firmware='efi'? True when it isn't known. */
bool lint_offers_image(struct lint_run *run, bool es);

/* The name of an earlier domain of the run with this session, or NULL. */
const char *lint_remember(struct lint_run *run, const char *session,
                          const char *name);

/* lint_domain() with what it found left in LINT, whose report and
 * only_mendable the caller sets. */
SEVK_MUST_CHECK bool lint_look(struct lint_run *run,
                               const struct domain_xml *xml, const char *name,
                               struct lint *lint, struct sevk_error *err);

void lint_machine(struct lint *lint);
void lint_firmware(struct lint *lint, struct lint_run *run);
void lint_devices(struct lint *lint);
bool lint_memory(struct lint *lint, struct sevk_error *err);
void lint_security(struct lint *lint);
void lint_session(struct lint *lint, struct lint_run *run, const char *name);
bool lint_guest(struct lint *lint, struct sevk_error *err);

#endif
