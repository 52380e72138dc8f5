/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit image create: an encrypted root disk, and what its guest needs. */
#include <limits.h>

#include "base/own.h"
#include "cli/verb.h"
#include "image/image.h"
#include "lab/programs.h"
#include "owner/cpu_model.h"

struct options {
    const char *root;
    const char *kernel;
    const char *modules;
    const char *firmware;
    const char *name;
    const char *cmdline;
    const char *console;
    const char *cpu;
    struct opt_u32 policy;
    struct opt_u32 vcpus;
    struct opt_u32 memory;
    struct opt_u32 size;
    struct opt_u32 pbkdf_memory;
    const char *guest;
    bool session;
};

static const struct opt rows[] = {
    { .name = "root",
      .arg = "DIR|ARCHIVE",
      .help = "what becomes the root file system",
      .set = opt_set_string,
      .at = offsetof(struct options, root),
      .required = true },
    { .name = "kernel",
      .arg = "FILE",
      .help = "Linux kernel",
      .set = opt_set_string,
      .at = offsetof(struct options, kernel),
      .required = true },
    { .name = "modules",
      .arg = "DIR",
      .help = "its folder of modules, as /lib/modules/VERSION",
      .set = opt_set_string,
      .at = offsetof(struct options, modules),
      .required = true },
    { .name = "firmware",
      .arg = "FILE",
      .help = "AmdSev build of OVMF",
      .set = opt_set_string,
      .at = offsetof(struct options, firmware),
      .required = true },
    { .name = "policy",
      .arg = "P",
      .help = "guest policy, a number or names",
      .set = opt_set_policy,
      .at = offsetof(struct options, policy),
      .preset = "0x0f" },
    { .name = "cpu",
      .arg = "MODEL",
      .help = "CPU as QEMU names it",
      .set = opt_set_string,
      .at = offsetof(struct options, cpu),
      .preset = "EPYC-Milan" },
    { .name = "vcpus",
      .arg = "N",
      .help = "number of vCPUs",
      .set = opt_set_u32,
      .at = offsetof(struct options, vcpus),
      .preset = "1",
      .min = 1,
      .max = 4096 },
    { .name = "memory",
      .arg = "MIB",
      .help = "the guest's memory",
      .set = opt_set_u32,
      .at = offsetof(struct options, memory),
      .preset = "1024",
      .min = 256,
      .max = 1U << 24 },
    { .name = "size",
      .arg = "MIB",
      .help = "size of the root file system (default: by its content)",
      .set = opt_set_u32,
      .at = offsetof(struct options, size),
      .min = 16,
      .max = 1U << 20 },
    { .name = "cmdline",
      .arg = "TEXT",
      .help = "more words for the kernel's command line",
      .set = opt_set_string,
      .at = offsetof(struct options, cmdline) },
    { .name = "name",
      .arg = "NAME",
      .help = "the domain's name",
      .set = opt_set_string,
      .at = offsetof(struct options, name),
      .preset = "encrypted-root" },
    { .name = "console",
      .arg = "FILE",
      .help = "file for the guest's serial console (default: a pty)",
      .set = opt_set_string,
      .at = offsetof(struct options, console) },
    { .name = "session",
      .help = "a domain for a session instance: memory is not locked",
      .set = opt_set_flag,
      .at = offsetof(struct options, session) },
    { .name = "pbkdf-memory",
      .arg = "KIB",
      .help = "memory of argon2id when the key is tried",
      .set = opt_set_u32,
      .at = offsetof(struct options, pbkdf_memory),
      .preset = "32768",
      .min = 32,
      .max = 4U << 20 },
    { .name = "guest-program",
      .arg = "FILE",
      .help = "sevkit-guest (default: the one of this installation)",
      .set = opt_set_string,
      .at = offsetof(struct options, guest) },
};

/* Beside this program, or where "make install" puts it. */
static bool find_guest(const struct options *o, char ret[static PATH_MAX],
                       struct sevk_error *err)
{
    static const char *const places[] = { "", "/../sbin" };
    char own[PROGRAM_PATH_LEN];

    if (o->guest != NULL) {
        snprintf(ret, PATH_MAX, "%s", o->guest);
        return true;
    }
    if (!programs_own_dir(own, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(ret, PATH_MAX, "%s%s/sevkit-guest", own, places[i]);
        if (access(ret, X_OK) == 0) {
            return true;
        }
    }
    return sevk_fail(err, SEVK_HOST,
                     "no program 'sevkit-guest' beside this one; "
                     "--guest-program names it");
}

static struct image_options image_from(const struct options *o,
                                       const char *guest, const char *out)
{
    return (struct image_options){
        .root = o->root,
        .kernel = o->kernel,
        .modules = o->modules,
        .firmware = o->firmware,
        .guest = guest,
        .out = out,
        .name = o->name,
        .cmdline = o->cmdline,
        .console = o->console,
        .cpu = o->cpu,
        .policy = o->policy.value,
        .vcpus = o->vcpus.value,
        .memory_mib = o->memory.value,
        .size_mib = o->size.value,
        .pbkdf_kib = o->pbkdf_memory.value,
        .session = o->session,
        .rng = rng_system(),
    };
}

/* What to type next, as far as it is known. */
static void show(struct out *out, const struct image_options *image,
                 const struct image_result *result)
{
    static const char *const files[] = { IMAGE_DISK,   IMAGE_KERNEL,
                                         IMAGE_INITRD, IMAGE_CMDLINE,
                                         IMAGE_DOMAIN, IMAGE_REFERENCE,
                                         IMAGE_KEY };
    struct json_object *list;

    out_text(out, out->tree, "image", result->out);
    out_number(out, out->tree, "disk_size", result->disk_size);
    out_number(out, out->tree, "initrd_size", result->initrd_size);
    out_bits(out, out->tree, "policy", image->policy);
    list = out_list(out, out->tree, "files");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        out_text(out, list, NULL, files[i]);
    }
    out_note(out,
             "sevkit: launch it with: sevkit vm launch --reference %s/%s "
             "--firmware %s --secret luks-key:%s/%s %s/%s",
             result->out, IMAGE_REFERENCE, image->firmware, result->out,
             IMAGE_KEY, result->out, IMAGE_DOMAIN);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    char guest[PATH_MAX];
    OWN(own_free) char *made = NULL;
    struct image_result result = { 0 };
    struct image_options image;

    if (!find_guest(o, guest, err)) {
        return false;
    }
    image = image_from(o, guest, call->args[0]);
    if (!cpu_signature_parse(o->cpu, &image.cpu_signature, err) ||
        !image_create(&image, &result, err)) {
        return false;
    }
    made = result.out;
    show(call->out, &image, &result);
    return true;
}

const struct verb verb_image_create = {
    .noun = "image",
    .verb = "create",
    .summary = "make an encrypted root disk, and all that launches it",
    .args = "DIR",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
