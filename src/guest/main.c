/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit-guest: the launch secrets, seen from inside the guest. */
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "guest/command.h"
#include "guest/source.h"
#include "guest/status.h"

/* Exit statuses besides those of struct sevk_error. */
enum {
    YES = 0,
    NO = 1,
};

static bool print(const struct buf *text, struct sevk_error *err)
{
    return fd_write_all(STDOUT_FILENO, buf_bytes(text), "standard output", err);
}

static bool add_item(const struct source_item *item, bool json, bool first,
                     struct buf *to, struct sevk_error *err)
{
    char guid[GUID_TEXT_LEN];
    const char *name = secret_guid_name(&item->guid);

    guid_format(&item->guid, guid);
    if (!json) {
        return buf_printf(to, err, "%s %5zu%s%s\n", guid, item->len,
                          name == NULL ? "" : " ", name == NULL ? "" : name);
    }
    return buf_printf(
        to, err, "%s{\"guid\": \"%s\", \"length\": %zu, \"name\": %s%s%s}",
        first ? "" : ", ", guid, item->len, name == NULL ? "" : "\"",
        name == NULL ? "null" : name, name == NULL ? "" : "\"");
}

static bool list(const struct command *c, struct sevk_error *err)
{
    OWN(source_close) struct source source = { 0 };
    OWN(buf_free) struct buf text = { 0 };

    if (!source_open(c->root, &source, err) ||
        (c->json &&
         !buf_append_string(
             &text, "{\"schema\": \"sevkit.guest.list/1\", \"secrets\": [",
             err))) {
        return false;
    }
    for (size_t i = 0; i < source.n; i++) {
        if (!add_item(&source.items[i], c->json, i == 0, &text, err)) {
            return false;
        }
    }
    return (!c->json || buf_append_string(&text, "]}\n", err)) &&
           print(&text, err);
}

static bool hand_out(const struct command *c, const struct sevk_secret *secret,
                     struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };

    if (c->out != NULL) {
        return file_set_add_secret(&set, c->out, secret, err) &&
               file_set_commit(&set, err);
    }
    return fd_write_all(STDOUT_FILENO, secret_expose(secret), "standard output",
                        err);
}

static bool get(const struct command *c, int *ret_status,
                struct sevk_error *err)
{
    OWN(source_close) struct source source = { 0 };
    const struct source_item *item;
    SECRET(secret);

    if (c->out == NULL && !c->show && isatty(STDOUT_FILENO)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "a secret is not shown on a terminal; --out writes "
                         "it to a file, --show shows it all the same");
    }
    if (!source_open(c->root, &source, err)) {
        return false;
    }
    item = source_find(&source, &c->guid);
    if (item == NULL) {
        fprintf(stderr, "sevkit-guest: no secret '%s' is here: %s\n", c->name,
                source.kind == SOURCE_NONE
                    ? "none was injected, or this kernel does not show it"
                    : "others were injected, or it was wiped");
        *ret_status = NO;
        return true;
    }
    return source_read(&source, item, &secret, err) &&
           hand_out(c, &secret, err) &&
           (!c->once || source_wipe(&source, item, err));
}

static bool wipe_all(const struct command *c, struct sevk_error *err)
{
    OWN(source_close) struct source source = { 0 };

    return source_open(c->root, &source, err) && source_wipe_all(&source, err);
}

static bool show_status(const struct command *c, int *ret_status,
                        struct sevk_error *err)
{
    OWN(source_close) struct source source = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct cpu cpu = cpu_read(c->root);
    struct sevk_error why = { 0 };
    bool opened = source_open(c->root, &source, &why);
    struct guest_status s =
        guest_status_make(c->root, &cpu, opened ? &source : NULL);

    if (!opened) {
        fprintf(stderr, "sevkit-guest: %s\n", why.message);
    }
    *ret_status = s.encrypted == GUEST_YES ? YES : NO;
    return (c->json ? guest_status_json(&s, &text, err)
                    : guest_status_text(&s, &text, err)) &&
           print(&text, err);
}

static bool run(const struct command *c, int *ret_status,
                struct sevk_error *err)
{
    switch (c->verb) {
    case COMMAND_HELP:
        fputs(command_help, stdout);
        break;
    case COMMAND_VERSION:
        puts("sevkit-guest " SEVKIT_VERSION);
        break;
    case COMMAND_LIST:
        return list(c, err);
    case COMMAND_GET:
        return get(c, ret_status, err);
    case COMMAND_WIPE:
        return wipe_all(c, err);
    case COMMAND_STATUS:
        return show_status(c, ret_status, err);
    }
    return fflush(stdout) == 0 ||
           sevk_fail(err, SEVK_HOST, "standard output can't be written");
}

int main(int argc, char **argv)
{
    struct sevk_error err = { 0 };
    struct command command;
    int status = YES;

    secret_harden_process();
    if (argc >= 1 &&
        command_parse((const char *const *)argv + 1, &command, &err) &&
        run(&command, &status, &err)) {
        return status;
    }
    fprintf(stderr, "sevkit-guest: %s\n", err.message);
    return (int)err.code;
}
