/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a lab: programs, configuration, firmware descriptors. */
#include "lab/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guid.h"
#include "base/own.h"
#include "base/random.h"
#include "lab/layout.h"

#define PROGRAM_MAX    (256U << 20)
#define DESCRIPTOR_MAX (64U << 10)

static bool write_file(const struct plan *plan, const char *name, mode_t mode,
                       const struct buf *content, struct sevk_error *err)
{
    char path[LAB_PATH_LEN];

    layout_path(plan->dir, name, path);
    return file_replace(path, mode, buf_bytes(content), err);
}

static bool copy_file(const char *from, const struct plan *plan,
                      const char *name, mode_t mode, struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    return file_read(from, PROGRAM_MAX, "program", &content, err) &&
           write_file(plan, name, mode, &content, err);
}

bool files_json_string(struct buf *to, const char *text, struct sevk_error *err)
{
    if (!buf_append_string(to, "\"", err)) {
        return false;
    }
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        bool done = c < 0x20 || c == '"' || c == '\\'
                        ? buf_printf(to, err, "\\u%04x", c)
                        : buf_append(to, bytes_make(p, 1), err);
        if (!done) {
            return false;
        }
    }
    return buf_append_string(to, "\"", err);
}

static bool json_member(struct buf *to, const char *before, const char *key,
                        const char *value, struct sevk_error *err)
{
    return buf_printf(to, err, "%s\"%s\": ", before, key) &&
           files_json_string(to, value, err);
}

/* -- Programs -------------------------------------------------------------- */

static bool write_wrapper_conf(const struct plan *plan, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    char run[LAB_PATH_LEN];
    char log[LAB_PATH_LEN];

    layout_path(plan->dir, LAB_RUN, run);
    layout_path(plan->dir, LAB_LOG, log);
    return json_member(&text, "{ ", "platform", plan->platform, err) &&
           json_member(&text, ",\n  ", "run", run, err) &&
           json_member(&text, ",\n  ", "qemu", plan->programs.qemu, err) &&
           json_member(&text, ",\n  ", "log", log, err) &&
           buf_append_string(&text, " }\n", err) &&
           write_file(plan, LAB_WRAPPER_CONF, 0600, &text, err);
}

/* Read by preload_libvirtd.c. */
static bool write_host(const struct plan *plan, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    const struct lab_host *h = &plan->host;
    char kvm[LAB_PATH_LEN];

    layout_path(plan->dir, LAB_KVM, kvm);
    return buf_printf(&text, err,
                      "kvm %s\nhostname " LAB_HOSTNAME "\ncbitpos %u\n"
                      "reduced-phys-bits %u\nmax-asid %u\nmin-sev-asid %u\n"
                      "cpu-signature 0x%08x\n",
                      kvm, h->cbitpos, h->reduced_phys_bits, h->max_asid,
                      h->min_sev_asid, h->cpu_signature) &&
           write_file(plan, LAB_MODULE_CONF, 0600, &text, err);
}

bool files_install_programs(const struct plan *plan, struct sevk_error *err)
{
    return copy_file(plan->programs.wrapper, plan, LAB_WRAPPER, 0700, err) &&
           copy_file(plan->programs.preload, plan, LAB_MODULE, 0700, err) &&
           write_wrapper_conf(plan, err) && write_host(plan, err);
}

static bool link_tools(const struct plan *plan, struct sevk_error *err)
{
    char own[PROGRAM_PATH_LEN];
    char name[LAB_PATH_LEN];
    OWN(own_free) char *sevkit = NULL;

    layout_path(plan->dir, LAB_TOOLS "/sevkit", name);
    if (!programs_own_dir(own, err) ||
        !path_join(own, "sevkit", &sevkit, err)) {
        return false;
    }
    return symlink(sevkit, name) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be made", name);
}

/* -- libvirt's configuration ----------------------------------------------- */

static bool write_libvirtd_conf(const struct plan *plan, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    char uuid[GUID_TEXT_LEN];
    char log[LAB_PATH_LEN];
    struct guid id;

    /* Of its own, so that two labs are two hosts to each other. */
    if (!rng_fill(rng_system(), id.b, sizeof(id.b), err)) {
        return false;
    }
    guid_format(&id, uuid);
    layout_path(plan->dir, LAB_LIBVIRTD_LOG, log);
    return buf_printf(&text, err,
                      "host_uuid = \"%s\"\n"
                      "auth_unix_ro = \"none\"\n"
                      "auth_unix_rw = \"none\"\n"
                      "unix_sock_ro_perms = \"0700\"\n"
                      "unix_sock_rw_perms = \"0700\"\n"
                      "log_level = 3\n"
                      "log_outputs = \"3:file:%s\"\n",
                      uuid, log) &&
           write_file(plan, LAB_CONF, 0600, &text, err);
}

/*
 * Nothing of the machine takes part: no virtlogd, no security driver, no
 * control groups, no /dev of its own, no change of a disk image's owner.
 */
static bool write_qemu_conf(const struct plan *plan, struct sevk_error *err)
{
    static const char both[] = "stdio_handler = \"file\"\n"
                               "security_driver = \"none\"\n"
                               "namespaces = []\n"
                               "cgroup_controllers = []\n"
                               "dynamic_ownership = 0\n"
                               "remember_owner = 0\n"
                               "max_core = 0\n";
    OWN(buf_free) struct buf text = { 0 };

    return buf_append_string(&text, both, err) &&
           (!plan->system ||
            buf_append_string(&text, "user = \"root\"\ngroup = \"root\"\n",
                              err)) &&
           write_file(plan,
                      plan->system ? LAB_ETC "/qemu.conf"
                                   : LAB_CONFIG "/libvirt/qemu.conf",
                      0600, &text, err);
}

/*
 * Only these drivers: others would look for networks, firewalls and devices of
 * the machine. libvirt passes over a driver whose module is not there.
 */
static bool link_drivers(const struct plan *plan, struct sevk_error *err)
{
    static const char *const wanted[] = { "libvirt_driver_qemu.so",
                                          "libvirt_driver_storage.so",
                                          "libvirt_driver_secret.so" };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        OWN(own_free) char *from = NULL;
        OWN(own_free) char *to = NULL;
        char dir[LAB_PATH_LEN];

        layout_path(plan->dir, LAB_DRIVERS, dir);
        if (!path_join(plan->programs.drivers, wanted[i], &from, err) ||
            !path_join(dir, wanted[i], &to, err)) {
            return false;
        }
        if (symlink(from, to) != 0) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be made",
                                   to);
        }
    }
    return true;
}

/* -- Firmware descriptors -------------------------------------------------- */

bool files_descriptor(struct buf *ret, const char *code, const char *vars,
                      struct sevk_error *err)
{
    const char *const head =
        "{ \"description\": \"OVMF with SEV and SEV-ES\",\n"
        "  \"interface-types\": [ \"uefi\" ],\n"
        "  \"mapping\": { \"device\": \"flash\",";
    const char *const tail =
        " },\n"
        "  \"targets\": [ { \"architecture\": \"x86_64\",\n"
        "                 \"machines\": [ \"pc-i440fx-*\", \"pc-q35-*\" ] } "
        "],\n"
        "  \"features\": [ \"acpi-s3\", \"amd-sev\", \"amd-sev-es\", "
        "\"verbose-dynamic\" ],\n"
        "  \"tags\": [ ] }\n";
    const char *mode = vars != NULL ? "split" : "stateless";

    if (!buf_append_string(ret, head, err) ||
        !buf_printf(ret, err, " \"mode\": \"%s\",\n", mode) ||
        !json_member(ret, "    \"executable\": { ", "filename", code, err) ||
        !buf_append_string(ret, ", \"format\": \"raw\" }", err)) {
        return false;
    }
    if (vars != NULL &&
        (!json_member(ret, ",\n    \"nvram-template\": { ", "filename", vars,
                      err) ||
         !buf_append_string(ret, ", \"format\": \"raw\" }", err))) {
        return false;
    }
    return buf_append_string(ret, tail, err);
}

static bool write_descriptors(const struct plan *plan, struct sevk_error *err)
{
    static const char *const images[][2] = {
        { "/usr/share/OVMF/OVMF_CODE_4M.fd",
          "/usr/share/OVMF/OVMF_VARS_4M.fd" },
        { "/usr/share/edk2/ovmf/OVMF_CODE.fd",
          "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
        { "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
          "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
    };
    OWN(buf_free) struct buf split = { 0 };
    OWN(buf_free) struct buf stateless = { 0 };

    for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
        if (access(images[i][0], R_OK) != 0 ||
            access(images[i][1], R_OK) != 0) {
            continue;
        }
        /* libvirt takes the first that fits, in the order of the names. */
        return files_descriptor(&split, images[i][0], images[i][1], err) &&
               files_descriptor(&stateless, images[i][0], NULL, err) &&
               write_file(plan, LAB_FIRMWARE "/10-sevkit-split.json", 0600,
                          &split, err) &&
               write_file(plan, LAB_FIRMWARE "/11-sevkit-stateless.json", 0600,
                          &stateless, err);
    }
    return true; /* without OVMF a domain names its own firmware */
}

/* In a system instance ours lie over the machine's own, which are taken in. */
static bool copy_descriptors(const struct plan *plan, struct sevk_error *err)
{
    const char *const from = "/usr/share/qemu/firmware";
    OWN(own_closedir) DIR *d = opendir(from);
    struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        OWN(buf_free) struct buf content = { 0 };
        OWN(own_free) char *source = NULL;
        OWN(own_free) char *target = NULL;
        char dir[LAB_PATH_LEN];
        size_t n = strlen(entry->d_name);

        if (n < 5 || strcmp(entry->d_name + n - 5, ".json") != 0) {
            continue;
        }
        layout_path(plan->dir, LAB_FIRMWARE, dir);
        if (!path_join(from, entry->d_name, &source, err) ||
            !path_join(dir, entry->d_name, &target, err)) {
            return false;
        }
        if (file_read(source, DESCRIPTOR_MAX, "descriptor", &content, NULL) &&
            !file_replace(target, 0600, buf_bytes(&content), err)) {
            return false;
        }
    }
    return true;
}

/* -- All of it ------------------------------------------------------------- */

static bool make_dirs(const struct plan *plan, struct sevk_error *err)
{
    static const char *const both[] = { LAB_BIN, LAB_TOOLS,   LAB_RUN,
                                        LAB_LOG, LAB_DRIVERS, LAB_HOME };
    /* "boot" and "images" are where virt-install puts what it fetches. */
    static const char *const system[] = {
        LAB_ETC,       LAB_VAR_LIB, LAB_VAR_LIB "/boot", LAB_VAR_LIB "/images",
        LAB_VAR_CACHE, LAB_VAR_LOG, LAB_VAR_RUN,         LAB_FIRMWARE,
    };
    static const char *const session[] = { LAB_CONFIG "/libvirt",
                                           LAB_CONFIG "/qemu", LAB_RUNTIME,
                                           LAB_FIRMWARE };
    const char *const *own = plan->system ? system : session;
    size_t n_own = plan->system ? sizeof(system) / sizeof(system[0])
                                : sizeof(session) / sizeof(session[0]);
    size_t n_both = sizeof(both) / sizeof(both[0]);
    char path[LAB_PATH_LEN];

    for (size_t i = 0; i < n_both + n_own; i++) {
        layout_path(plan->dir, i < n_both ? both[i] : own[i - n_both], path);
        if (!path_make_dirs(path, err)) {
            return false;
        }
    }
    return true;
}

/* A session looks for descriptors in $XDG_CONFIG_HOME/qemu/firmware. */
static bool link_firmware(const struct plan *plan, struct sevk_error *err)
{
    char path[LAB_PATH_LEN];

    layout_path(plan->dir, LAB_CONFIG "/qemu/firmware", path);
    return symlink("../../" LAB_FIRMWARE, path) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be made", path);
}

bool files_write(const struct plan *plan, struct sevk_error *err)
{
    OWN(buf_free) struct buf nothing = { 0 };

    return make_dirs(plan, err) &&
           write_file(plan, LAB_KVM, 0666, &nothing, err) &&
           link_tools(plan, err) && write_libvirtd_conf(plan, err) &&
           write_qemu_conf(plan, err) &&
           (plan->programs.drivers[0] == '\0' || link_drivers(plan, err)) &&
           write_descriptors(plan, err) &&
           (plan->system ? copy_descriptors(plan, err)
                         : link_firmware(plan, err));
}
