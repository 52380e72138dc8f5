/* SPDX-License-Identifier: Apache-2.0 */
/* What the libvirt module offers to the command line: one table of functions. */
#ifndef SEVKIT_VIRT_MODULE_H
#define SEVKIT_VIRT_MODULE_H

#include <stddef.h>

#include <sevkit/error.h>

/*
 * libvirt costs a process some 20 ms to load, libxml2 another 4. So what needs
 * them lives in a shared object of its own, lib/sevkit/virt.so, which the
 * command line opens (src/cli/module.c) only when a verb asks for it. The
 * shared object exports one symbol, VIRT_MODULE_SYMBOL, a constant struct
 * virt_module; everything else in it is hidden. It is linked with its own
 * copies of the static libraries, which is sound because they have no globals.
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

#define VIRT_MODULE_ABI    1
#define VIRT_MODULE_SYMBOL "sevk_virt_module"

struct json_object; /* json-c's */

/* Told of progress, and asked whether the user has had enough. */
struct virt_watch {
    void *ctx;
    /*
     * A step begins to count as done: STEP is a word ("host", "chain",
     * "session", "start", "measurement", "verdict", "secret", "running"),
     * SENTENCE what came of it, without newline, never anything secret.
     */
    void (*step)(void *ctx, const char *step, const char *sentence);
    /* A matter that does not stop the flow but that the owner must read. */
    void (*warn)(void *ctx, const char *sentence);
    /* True after SIGINT or SIGTERM: abandon (destroy what was started). */
    bool (*stopped)(void *ctx);
};

/* "NAME-OR-GUID:FILE", split by the command line. */
struct virt_secret {
    const char *name; /* "luks-key" or a GUID */
    const char *path;
};

struct virt_list {
    const char *const *items;
    size_t n;
};

/* What the owner expects of the guest: the reference values of a verdict. */
struct virt_expect {
    const char *reference; /* file; an option below wins over it */
    const char *firmware;
    const char *kernel;
    const char *initrd;
    const char *cmdline; /* the text itself */
    bool firmware_measures_boot;
    bool unmeasured_boot;
    bool has_policy;
    uint32_t policy;
    bool has_vcpus;
    uint32_t vcpus;
    const char *cpu;     /* QEMU model or FAMILY/MODEL/STEPPING */
    const char *vm_type; /* "legacy" or "init2" */
    bool has_min_api;
    uint8_t min_api_major;
    uint8_t min_api_minor;
    bool allow_weak_policy;
};

/* sevkit vm launch (cli.md) */
struct virt_launch_options {
    const char *connect;           /* libvirt URI, NULL for its default */
    const char *xml;               /* the owner's domain XML, a file */
    const char *trust;             /* "amd" (also NULL) or a root's file */
    struct virt_list chain;        /* --chain FILE…: certificates that the host
                                      does not give: firmware exports its CEK
                                      unsigned, AMD's server (or the virtual
                                      platform's cek.cert) has it signed */
    struct virt_list platform_ids; /* hexadecimal ids; none: any platform */
    struct virt_expect expect;
    const struct virt_secret *secrets;
    size_t n_secrets;
    const char *keep_keys; /* folder for the session's files, NULL: none */
    bool no_resume;
    bool keep_on_failure;
    bool insecure;         /* also when run on the hypervisor itself */
    bool trust_host_files; /* firmware and kernel read from the host's paths */
    uint32_t timeout;      /* seconds for each libvirt call and wait; not 0 */
};

/* sevkit vm validate --domain, online */
struct virt_validate_options {
    const char *connect;
    const char *domain;  /* name, UUID or id */
    const char *session; /* prefix of the session's files, or … */
    const char *tik;     /* … the key files themselves */
    const char *tek;
    const char *tk;
    struct virt_expect expect;
    const struct virt_secret *secrets; /* to inject after a yes */
    size_t n_secrets;
    bool insecure;
    bool ignore_config; /* do not look into the live XML */
    bool explain;
    uint32_t timeout;
};

/* sevkit vm info NAME */
struct virt_info_options {
    const char *connect;
    const char *domain;
    uint32_t timeout;
};

/*
 * The outcome of launch and validate. "tree" is the value tree of cli.md
 * without "schema": { "verdict": "yes"|"no", "platform": …, "covered": […],
 * "not_covered": […], "reasons": […], "explanation": … } and for a launch also
 * "uuid", "name", "secrets" (how many were injected) and "state" ("running",
 * "paused", "destroyed"). Nothing secret is in it.
 */
struct virt_outcome {
    bool yes;
    struct json_object *tree; /* the caller's; json_object_put() it */
};

struct virt_module {
    unsigned int abi; /* VIRT_MODULE_ABI, else the module is not used */
    size_t size;      /* sizeof(struct virt_module), likewise */

    bool (*launch)(const struct virt_launch_options *options,
                   struct virt_watch watch, struct virt_outcome *ret,
                   struct sevk_error *err);

    bool (*validate)(const struct virt_validate_options *options,
                     struct virt_watch watch, struct virt_outcome *ret,
                     struct sevk_error *err);

    /* The tree of what libvirt tells of a domain's launch security. */
    bool (*info)(const struct virt_info_options *options,
                 struct json_object **ret_tree, struct sevk_error *err);
};

#endif
