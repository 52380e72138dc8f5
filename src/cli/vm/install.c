/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm install: virt-install, with all that an SEV guest needs. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "cli/argument_list.h"
#include "cli/install_command.h"
#include "cli/verb.h"
#include "cli/vm_lint.h"

static const struct opt rows[] = {
    PLAN_ROWS(struct install_options, plan),
    { .name = "location",
      .arg = "URL|DIR",
      .help = "where the installer is (virt-install's)",
      .set = opt_set_string,
      .at = offsetof(struct install_options, location) },
    { .name = "cdrom",
      .arg = "FILE",
      .help = "the installer's CD image (virt-install's)",
      .set = opt_set_string,
      .at = offsetof(struct install_options, cdrom) },
    { .name = "import",
      .help = "the first disk is installed already",
      .set = opt_set_flag,
      .at = offsetof(struct install_options, import) },
    { .name = "extra-args",
      .arg = "TEXT",
      .help = "for the installer's kernel (virt-install's)",
      .set = opt_set_text,
      .at = offsetof(struct install_options, extra_args) },
    { .name = "disk",
      .arg = "SPEC",
      .help = "as virt-install has it: size=20",
      .set = opt_set_list,
      .at = offsetof(struct install_options, disks),
      .many = true },
    { .name = "network",
      .arg = "SPEC",
      .help = "as virt-install has it: bridge=br0",
      .set = opt_set_list,
      .at = offsetof(struct install_options, networks),
      .many = true },
    { .name = "print-command",
      .help = "only show what would be run",
      .set = opt_set_flag,
      .at = offsetof(struct install_options, print_command) },
    { .name = "no-check",
      .help = "do not lint what virt-install makes of it first",
      .set = opt_set_flag,
      .at = offsetof(struct install_options, no_check) },
};

/* -- Linting what virt-install would define. --------------------------------- */

/* It prints one <domain> for the installation, and one for what comes after. */
static bool lint_all(struct out *out, const struct lint_module *module,
                     const struct vm_plan *vm, const char *text,
                     struct sevk_error *err)
{
    static const char end[] = "</domain>";
    size_t n = 0;

    for (const char *at = strstr(text, "<domain"); at != NULL;
         at = strstr(at, "<domain")) {
        const char *stop = strstr(at, end);

        if (stop == NULL) {
            break;
        }
        stop += strlen(end);
        if (!vm_lint_result(
                out, module,
                (struct bytes){ (const uint8_t *)at, (size_t)(stop - at) },
                n == 0 ? "the VM" : "the installed VM", &vm->facts, err)) {
            return false;
        }
        at = stop;
        n++;
    }
    return n > 0 || sevk_fail(err, SEVK_HOST,
                              "virt-install --print-xml printed no domain");
}

static bool lint_first(struct out *out, const struct vm_plan *vm,
                       const struct argument_list *command,
                       struct sevk_error *err)
{
    OWN(argument_list_free) struct argument_list dry = { 0 };
    OWN(buf_free) struct buf xml = { 0 };
    const struct lint_module *module;

    return argument_list_copy(&dry, command, err) &&
           argument_list_add(&dry, err, "--print-xml") &&
           argument_list_output(&dry, &xml, err) && lint_open(&module, err) &&
           lint_all(out, module, vm, buf_string(&xml), err);
}

/* -- The verb. --------------------------------------------------------------- */

static bool show(struct out *out, const struct argument_list *command,
                 struct sevk_error *err)
{
    OWN(buf_free) struct buf line = { 0 };
    struct json_object *list;

    if (!argument_list_quote(command, &line, err)) {
        return false;
    }
    out_text(out, out->tree, "command", buf_string(&line));
    list = out_list(out, out->tree, "arguments");
    for (size_t i = 0; i < command->n; i++) {
        out_text(out, list, NULL, command->items[i]);
    }
    return true;
}

/* Does not return when it succeeds: the process becomes virt-install. */
static bool become(struct out *out, const struct argument_list *command,
                   struct sevk_error *err)
{
    OWN(buf_free) struct buf line = { 0 };

    if (!argument_list_quote(command, &line, err)) {
        return false;
    }
    out_note(out, "%s", buf_string(&line));
    return argument_list_exec(command, err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct install_options *o = call->options;
    OWN(vm_plan_free) struct vm_plan *vm = NULL;
    OWN(argument_list_free) struct argument_list command = { 0 };

    if (call->out->json && !o->print_command) {
        return sevk_fail(err, SEVK_USAGE,
                         "virt-install does not speak JSON: '--json' goes "
                         "with '--print-command' only");
    }
    if (!vm_plan_make(&o->plan, &vm, err) ||
        !install_command_make(o, &vm->plan, call->args, call->n_args, &command,
                              err)) {
        return false;
    }
    if (o->print_command) {
        return show(call->out, &command, err);
    }
    return (o->no_check || lint_first(call->out, vm, &command, err)) &&
           become(call->out, &command, err);
}

const struct verb verb_vm_install = {
    .noun = "vm",
    .verb = "install",
    .summary = "install a VM by virt-install, with all that SEV needs",
    .args = "[-- VIRT-INSTALL-OPTION...]",
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct install_options),
    .plain = "command",
    .run = run,
};
