/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of the lab share: which lab, and what there is to say of it. */
#include "cli/lab.h"

static const char *state_name(enum lab_state state)
{
    switch (state) {
    case LAB_STOPPED:
        return "stopped";
    case LAB_RUNNING:
        return "running";
    case LAB_BROKEN:
        return "broken";
    }
    return "unknown";
}

static void show_domains(struct out *out, const struct lab_status *status)
{
    struct json_object *list = out_list(out, out->tree, "domains");

    for (size_t i = 0; i < status->n_domains; i++) {
        struct json_object *item = out_object(out, list, NULL);

        out_text(out, item, "name", status->domains[i].name);
        out_number(out, item, "pid", (uint64_t)status->domains[i].pid);
    }
}

void show_lab(struct out *out, const struct lab_status *status)
{
    out_text(out, out->tree, "state", state_name(status->state));
    out_text(out, out->tree, "directory", status->dir);
    if (status->state != LAB_RUNNING) {
        return;
    }
    out_text(out, out->tree, "kind", "VIRTUAL");
    out_text(out, out->tree, "platform", status->platform);
    out_text(out, out->tree, "uri", status->uri);
    out_text(out, out->tree, "instance", status->system ? "system" : "session");
    out_number(out, out->tree, "supervisor_pid", (uint64_t)status->supervisor);
    out_number(out, out->tree, "libvirtd_pid", (uint64_t)status->libvirtd);
    show_domains(out, status);
}
