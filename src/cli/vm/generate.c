/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm generate: the XML of a VM that starts as an SEV guest. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/verb.h"
#include "cli/vm_lint.h"
#include "cli/vm_plan.h"

struct options {
    struct plan_options plan;
    struct opt_list disks;
    struct opt_list cdroms;
    struct opt_list networks;
    const char *out;
};

static const struct opt rows[] = {
    PLAN_ROWS(struct options, plan),
    { .name = "disk",
      .arg = "FILE[,format=F]",
      .help = "a disk on the host, virtio",
      .set = opt_set_list,
      .at = offsetof(struct options, disks),
      .many = true },
    { .name = "cdrom",
      .arg = "FILE",
      .help = "a CD image on the host, SATA",
      .set = opt_set_list,
      .at = offsetof(struct options, cdroms),
      .many = true },
    { .name = "network",
      .arg = "network=N|bridge=N|user",
      .help = "a virtio network device, without ROM (default: none)",
      .set = opt_set_list,
      .at = offsetof(struct options, networks),
      .many = true },
    { .name = "out",
      .arg = "FILE",
      .help = "write the XML there; the file must not exist",
      .set = opt_set_string,
      .at = offsetof(struct options, out) },
};

/* -- Devices. --------------------------------------------------------------- */

/* The parts of "FILE,format=F", cut out of a copy that WORDS keeps. */
static bool add_disk(const char *text, bool cdrom, struct domain_plan *plan,
                     char **ret_copy, struct sevk_error *err)
{
    char *copy = strdup(text);
    char *mark = copy == NULL ? NULL : strstr(copy, ",format=");
    struct plan_disk *disk = &plan->disks[plan->n_disks];
    size_t n;

    *ret_copy = copy;
    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (copy[0] != '/') {
        return sevk_fail(err, SEVK_USAGE,
                         "--%s: '%s' is no path from the root: libvirt opens "
                         "it on the host",
                         cdrom ? "cdrom" : "disk", text);
    }
    disk->format = "raw";
    if (mark != NULL) {
        *mark = '\0';
        disk->format = mark + strlen(",format=");
    }
    n = strlen(copy);
    if (mark == NULL && n > 6 && strcmp(copy + n - 6, ".qcow2") == 0) {
        disk->format = "qcow2";
    }
    if (strcmp(disk->format, "raw") != 0 &&
        strcmp(disk->format, "qcow2") != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "--disk: the format '%s' is neither raw nor qcow2",
                         disk->format);
    }
    disk->path = copy;
    disk->cdrom = cdrom;
    plan->n_disks++;
    return true;
}

static bool add_network(const char *text, struct domain_plan *plan,
                        struct sevk_error *err)
{
    static const struct {
        const char *prefix;
        enum plan_net_kind kind;
    } kinds[] = { { "network=", PLAN_NET_NETWORK },
                  { "bridge=", PLAN_NET_BRIDGE } };
    struct plan_net *net = &plan->nets[plan->n_nets];

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i].prefix);

        if (strncmp(text, kinds[i].prefix, n) == 0 && text[n] != '\0') {
            *net = (struct plan_net){ kinds[i].kind, text + n };
            plan->n_nets++;
            return true;
        }
    }
    if (strcmp(text, "user") != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "--network: '%s' is none of network=NAME, "
                         "bridge=NAME and user",
                         text);
    }
    *net = (struct plan_net){ PLAN_NET_USER, NULL };
    plan->n_nets++;
    return true;
}

struct words {
    char *items[PLAN_DEVICES_MAX];
    size_t n;
};

static void words_free(struct words *words)
{
    for (size_t i = 0; i < words->n; i++) {
        free(words->items[i]);
    }
}

static bool add_disks(const struct opt_list *list, bool cdrom,
                      struct domain_plan *plan, struct words *words,
                      struct sevk_error *err)
{
    for (size_t i = 0; i < list->n; i++) {
        if (plan->n_disks == PLAN_DEVICES_MAX) {
            return sevk_fail(err, SEVK_USAGE, "more than %d disks",
                             PLAN_DEVICES_MAX);
        }
        if (!add_disk(list->items[i], cdrom, plan, &words->items[words->n],
                      err)) {
            free(words->items[words->n]);
            return false;
        }
        words->n++;
    }
    return true;
}

static bool add_devices(const struct options *o, struct domain_plan *plan,
                        struct words *words, struct sevk_error *err)
{
    if (!add_disks(&o->disks, false, plan, words, err) ||
        !add_disks(&o->cdroms, true, plan, words, err)) {
        return false;
    }
    for (size_t i = 0; i < o->networks.n; i++) {
        if (!add_network(o->networks.items[i], plan, err)) {
            return false;
        }
    }
    return true;
}

/* -- The verb. -------------------------------------------------------------- */

static bool write_out(const char *path, const struct buf *xml,
                      struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };

    return file_set_add(&set, path, 0644, buf_bytes(xml), err) &&
           file_set_commit(&set, err);
}

/* The XML itself, so that it can be piped; or where it went. */
static void draw(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *text = NULL;

    (void)colour;
    if (json_object_object_get_ex(tree, "xml", &text)) {
        fputs(json_object_get_string(text), to);
    } else if (json_object_object_get_ex(tree, "file", &text)) {
        fprintf(to, "file: %s\n", json_object_get_string(text));
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(vm_plan_free) struct vm_plan *vm = NULL;
    OWN(words_free) struct words words = { .n = 0 };
    OWN(buf_free) struct buf xml = { 0 };
    const struct lint_module *module;

    if (!vm_plan_make(&o->plan, &vm, err) ||
        !add_devices(o, &vm->plan, &words, err) || !lint_open(&module, err) ||
        !module->generate(&vm->plan, &xml, err) ||
        !vm_lint_result(call->out, module, buf_bytes(&xml), "the VM",
                        &vm->facts, err)) {
        return false;
    }
    if (o->out != NULL) {
        out_text(call->out, call->out->tree, "file", o->out);
        return write_out(o->out, &xml, err);
    }
    out_text(call->out, call->out->tree, "xml", buf_string(&xml));
    return true;
}

const struct verb verb_vm_generate = {
    .noun = "vm",
    .verb = "generate",
    .summary = "describe a VM that starts as an SEV guest",
    VERB_OPTIONS(struct options),
    .draw = draw,
    .run = run,
};
