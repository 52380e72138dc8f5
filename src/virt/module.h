/* SPDX-License-Identifier: Apache-2.0 */
/* What the libvirt module offers to the command line: one table of functions. */
#ifndef SEVKIT_VIRT_MODULE_H
#define SEVKIT_VIRT_MODULE_H

#include "attest/launch.h"
#include "attest/validate.h"
#include "attest/watch.h"
#include "base/module.h"
#include "host/facts.h"

/*
 * What needs libvirt and libxml2 lives in a shared object of its own,
 * lib/sevkit/virt.so (base/module.h says why). It exports one symbol,
 * VIRT_MODULE_SYMBOL, a constant struct virt_module; everything else in it is
 * hidden. It is linked with its own copies of the static libraries, which is
 * sound because they have no globals.
 *
 * This header includes neither libvirt nor libxml2, so both sides can read it.
 *
 * Rules for all functions of the table:
 *  - options are plain values that the command line has parsed. The strings
 *    belong to the caller and live until the function returns. A string that
 *    was not given is NULL, a number that was not given is 0 with its "has_"
 *    false, a list that was not given has n == 0;
 *  - paths are opened by the module, each exactly once, so that the bytes that
 *    were parsed are the bytes that were hashed;
 *  - false means "could not", with *err filled. Evidence that is bad is not an
 *    error: it is a verdict in the result;
 *  - the module neither prints nor exits nor touches signals: it tells each
 *    step to the watcher, and asks it whether to stop;
 *  - results are written only on success; they are json-c trees, which both
 *    sides share, and the caller's to release with json_object_put().
 */

#define VIRT_MODULE_ABI    3
#define VIRT_MODULE_SYMBOL "sevk_virt_module"

struct json_object; /* json-c's */

/* sevkit vm launch: what attest/launch.h takes, and where. */
struct virt_launch_options {
    const char *connect; /* libvirt URI, NULL for its default */
    const char *xml;     /* the owner's domain XML, a file */
    struct launch_options launch;
    bool trust_host_files; /* firmware and kernel: read from the XML's paths */
    uint32_t timeout;      /* seconds for each call and wait; not 0 */
};

/* What a refusal was about, for who has a status of its own for it. */
enum virt_trouble {
    VIRT_TROUBLE_NONE,
    VIRT_TROUBLE_CONFIG, /* the VM's description can't be measured */
    VIRT_TROUBLE_STATE,  /* the VM is not in the state for it */
};

/*
 * Validation by the rules of virt-qemu-sev-validate (virt/as_validator.h).
 * What its owner was told elsewhere wins over what the host says now.
 */
struct virt_as_validator {
    bool has_measure;
    bool has_api_major;
    bool has_api_minor;
    bool has_build;
    bool has_policy;
    struct evidence stated;
    enum virt_trouble trouble; /* written when the function fails */
};

/* sevkit vm validate --domain: what attest/validate.h takes, and where. */
struct virt_validate_options {
    const char *connect;
    const char *domain; /* name, UUID or id */
    struct validate_options validate;
    bool ignore_config;                     /* do not look into the live XML */
    struct virt_as_validator *as_validator; /* NULL: by sevkit's own rules */
    uint32_t timeout;
};

/* sevkit vm info NAME */
struct virt_info_options {
    const char *connect;
    const char *domain;
    uint32_t timeout;
};

/*
 * The outcome of launch and validate. "tree" is that of attest/verdict_json.h
 * with the members "name", "uuid", "state" ("running", "paused", "destroyed",
 * "not started") and "secrets" (how many were injected). Nothing secret is in
 * it.
 */
struct virt_outcome {
    bool yes;
    struct json_object *tree; /* the caller's; json_object_put() it */
};

struct virt_module {
    struct module_head head; /* VIRT_MODULE_ABI, sizeof(struct virt_module) */

    bool (*launch)(const struct virt_launch_options *options,
                   struct watch watch, struct virt_outcome *ret,
                   struct sevk_error *err);

    bool (*validate)(const struct virt_validate_options *options,
                     struct watch watch, struct virt_outcome *ret,
                     struct sevk_error *err);

    /* The tree of what libvirt tells of a domain's launch security. */
    bool (*info)(const struct virt_info_options *options,
                 struct json_object **ret_tree, struct sevk_error *err);

    /* The pieces RECORD_CAPABILITIES and RECORD_LIBVIRT of host/record.h. */
    bool (*ask_capabilities)(const char *connect, uint32_t timeout,
                             struct buf *ret_xml, struct buf *ret_versions,
                             struct sevk_error *err);

    /* A domain's XML, and whether libvirt keeps a saved state of it. */
    bool (*domain)(const struct virt_info_options *options, struct buf *ret_xml,
                   bool *ret_saved, struct sevk_error *err);
};

#endif
