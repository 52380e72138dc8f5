/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm check: what keeps a domain from starting, or from being safe? */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/in_place.h"
#include "cli/lint.h"
#include "cli/lint_host.h"
#include "cli/sarif.h"
#include "cli/verb.h"
#include "cli/virt.h"

#define SCHEMA_FILE "/usr/share/libvirt/schemas/domain.rng"

struct options {
    const char *connect;
    const char *from;
    const char *out;
    const char *session;
    struct opt_u32 timeout;
    bool fix;
    bool in_place;
    bool rules;
    bool sarif;
    bool schema;
};

static const struct opt rows[] = {
    { .name = "connect",
      .letter = 'c',
      .arg = "URI",
      .help = "check domains of this libvirt, and look at its host",
      .set = opt_set_string,
      .at = offsetof(struct options, connect) },
    { .name = "fix",
      .help = "mend what can be mended, and print the XML",
      .set = opt_set_flag,
      .at = offsetof(struct options, fix) },
    { .name = "from",
      .arg = "DIR",
      .help = "a host that 'host capture' recorded",
      .set = opt_set_string,
      .at = offsetof(struct options, from) },
    { .name = "in-place",
      .help = "with --fix, replace the files",
      .set = opt_set_flag,
      .at = offsetof(struct options, in_place) },
    { .name = "out",
      .arg = "FILE",
      .help = "with --fix, write the XML to a new file",
      .set = opt_set_string,
      .at = offsetof(struct options, out) },
    { .name = "rules",
      .help = "list the rules instead of checking anything",
      .set = opt_set_flag,
      .at = offsetof(struct options, rules) },
    { .name = "sarif",
      .help = "print the findings as SARIF 2.1.0",
      .set = opt_set_flag,
      .at = offsetof(struct options, sarif) },
    { .name = "schema",
      .help = "also by libvirt's own schema, which must be installed (slow)",
      .set = opt_set_flag,
      .at = offsetof(struct options, schema) },
    { .name = "session",
      .arg = "PREFIX",
      .help = "the session that the domain is to have, for one start",
      .set = opt_set_string,
      .at = offsetof(struct options, session) },
    TIMEOUT_ROW(struct options, timeout),
};

/* What all files of one call share. */
struct checking {
    const struct options *o;
    struct out *out;
    const struct lint_module *module;
    struct lint_options options;
    struct lint_run *run;
    struct lint_report *report;
    struct json_object *list;
    uint64_t n_mended;
};

/* -- Usage. ---------------------------------------------------------------- */

static bool check_fix_usage(const struct verb_call *call,
                            struct sevk_error *err)
{
    const struct options *o = call->options;
    bool elsewhere = o->in_place || o->out != NULL;

    if (!o->fix && elsewhere) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--in-place' and '--out' go with '--fix'");
    }
    if (o->in_place && (o->out != NULL || o->connect != NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--in-place' replaces files: leave '%s' out",
                         o->out != NULL ? "--out" : "--connect");
    }
    if (o->fix && !o->in_place && call->n_args > 1) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--fix' prints one file's XML; for several, add "
                         "'--in-place'");
    }
    if (o->fix && (o->sarif || (call->out->json && !elsewhere))) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--fix' prints XML: leave '%s' out%s",
                         o->sarif ? "--sarif" : "--json",
                         o->sarif ? "" : ", or name a file with '--out'");
    }
    return true;
}

static bool check_usage(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;

    if (o->rules ? call->n_args != 0 : call->n_args == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         o->rules ? "'--rules' takes no files"
                                  : "something is missing: name a FILE, a "
                                    "folder, or a domain with '--connect'");
    }
    if (o->connect != NULL && o->from != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--connect' looks at that host: leave '--from' out");
    }
    if (o->sarif && call->out->json) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--sarif' and '--json' are two formats: choose one");
    }
    return check_fix_usage(call, err);
}

/* -- One domain. ------------------------------------------------------------ */

static void draw_xml(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *xml = json_object_object_get(tree, "xml");

    (void)colour;
    fwrite(json_object_get_string(xml), 1,
           (size_t)json_object_get_string_len(xml), to);
}

static void draw_xml_and_rest(struct json_object *tree, bool colour, FILE *to)
{
    draw_xml(tree, colour, to);
    lint_draw(tree, false, stderr);
}

/* The XML may be in any encoding, so it is no text for out_text(). */
static void print_xml(struct out *out, const struct buf *text)
{
    struct json_object *xml =
        json_object_new_string_len(buf_string(text), (int)text->n);

    if (xml == NULL || json_object_object_add(out->tree, "xml", xml) != 0) {
        out->short_of_memory = true;
    }
    out->draw = out->quiet ? draw_xml : draw_xml_and_rest;
}

static bool deliver(struct checking *c, const char *path,
                    const struct lint_fixed *fixed, struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };

    c->n_mended += fixed->n_mended;
    if (c->o->in_place) {
        return fixed->n_mended == 0 || in_place_write(path, &fixed->text, err);
    }
    if (c->o->out != NULL) {
        return file_set_add(&set, c->o->out, 0644, buf_bytes(&fixed->text),
                            err) &&
               file_set_commit(&set, err);
    }
    print_xml(c->out, &fixed->text);
    return true;
}

static bool check_text(struct checking *c, const char *name,
                       const struct buf *text, struct sevk_error *err)
{
    OWN(buf_free) struct buf mended = { 0 };
    struct lint_fixed fixed = { .left = c->report };

    if (c->o->fix &&
        !c->module->fix(&c->options, buf_bytes(text), name, &fixed, err)) {
        return false;
    }
    mended = fixed.text; /* released with it */
    if (!c->module->text(c->run, buf_bytes(c->o->fix ? &mended : text), name,
                         c->report, err)) {
        return false;
    }
    lint_show(c->out, name, c->report, c->list);
    return !c->o->fix || deliver(c, name, &fixed, err);
}

static bool check_file(struct checking *c, const char *path,
                       struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return file_read(path, LINT_XML_MAX, "domain XML", &text, err) &&
           check_text(c, path, &text, err);
}

static bool check_domain(struct checking *c, const char *name,
                         struct sevk_error *err)
{
    const struct virt_info_options options = { .connect = c->o->connect,
                                               .domain = name,
                                               .timeout = c->o->timeout.value };
    OWN(buf_free) struct buf text = { 0 };
    const struct virt_module *module;

    return virt_open(&module, err) &&
           module->domain(&options, &text, &c->options.saved, err) &&
           check_text(c, name, &text, err);
}

/* -- A folder. ---------------------------------------------------------------- */

static int is_xml(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] != '.' && n > 4 &&
           strcmp(entry->d_name + n - 4, ".xml") == 0;
}

/* One file that is no domain must not hide what is wrong with the others. */
static bool check_member(struct checking *c, const char *dir, const char *name,
                         struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    struct sevk_error inner = { 0 };
    struct stat st;
    size_t n;
    const struct lint_rule *rule = &c->module->rules(&n)[LINT_MALFORMED];

    if (!path_join(dir, name, &path, err)) {
        return false;
    }
    /* A pipe or a device would keep all others waiting. */
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        (void)sevk_fail(&inner, SEVK_INPUT, "it is no regular file");
    } else if (check_file(c, path, &inner)) {
        return true;
    }
    if (inner.code != SEVK_INPUT) {
        return sevk_fail(err, inner.code, "%s", inner.message);
    }
    *c->report = (struct lint_report){ .n = 1, .n_errors = 1 };
    c->report->findings[0] = (struct lint_finding){ .id = rule->id,
                                                    .severity = rule->severity,
                                                    .fix = rule->fix };
    snprintf(c->report->findings[0].where, LINT_WHERE_LEN, "/");
    snprintf(c->report->findings[0].message, LINT_TEXT_LEN, "%.380s",
             inner.message);
    lint_show(c->out, path, c->report, c->list);
    return true;
}

static bool check_folder(struct checking *c, const char *dir,
                         struct sevk_error *err)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, is_xml, alphasort);
    bool ok = true;

    if (n < 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "reading '%s'", dir);
    }
    if (n == 0) {
        ok = sevk_fail(err, SEVK_INPUT, "no file of '%s' ends in '.xml'", dir);
    }
    for (int i = 0; i < n; i++) {
        ok = ok && check_member(c, dir, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool check_arg(struct checking *c, const char *arg,
                      struct sevk_error *err)
{
    struct stat st;

    if (c->o->connect != NULL) {
        return check_domain(c, arg, err);
    }
    if (stat(arg, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return check_file(c, arg, err);
    }
    if (c->o->fix && !c->o->in_place) {
        return sevk_fail(err, SEVK_USAGE,
                         "'%s' is a folder: add '--in-place' to mend its files",
                         arg);
    }
    return check_folder(c, arg, err);
}

/* -- All of it. ---------------------------------------------------------------- */

static bool check_all(struct checking *c, const struct verb_call *call,
                      struct sevk_error *err)
{
    size_t n_rules;
    const struct lint_rule *rules = c->module->rules(&n_rules);

    for (size_t i = 0; i < call->n_args; i++) {
        if (!check_arg(c, call->args[i], err)) {
            return false;
        }
    }
    if (c->o->fix) {
        out_number(c->out, c->out->tree, "mended", c->n_mended);
    }
    if (c->o->sarif) {
        sarif_make(c->out, rules, n_rules, c->list);
    }
    return true;
}

static bool read_host(const struct options *o, struct lint_options *to,
                      struct host_facts *facts, struct sevk_error *err)
{
    to->root = "";
    to->schema = o->schema ? SCHEMA_FILE : NULL;
    if (o->connect != NULL) {
        to->host = facts;
        to->root = lint_host_is_here(o->connect) ? "" : NULL;
        return lint_host_ask(o->connect, o->timeout.value, facts, err);
    }
    to->host = o->from == NULL ? NULL : facts;
    return o->from == NULL || lint_host_load(o->from, facts, err);
}

static bool run_check(const struct verb_call *call,
                      const struct lint_module *module, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    OWN(own_free) struct lint_report *report = calloc(1, sizeof *report);
    OWN(lint_session_drop) struct lint_own_session own = { 0 };
    struct checking c = {
        .o = o, .out = call->out, .module = module, .report = report
    };
    bool ok;

    if (facts == NULL || report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!read_host(o, &c.options, facts, err) ||
        (o->session != NULL && !lint_session_load(o->session, &own, err)) ||
        !module->begin(&c.options, &c.run, err)) {
        return false;
    }
    c.options.session = o->session == NULL ? NULL : &own.session;
    c.list = out_list(call->out, call->out->tree, "findings");
    ok = check_all(&c, call, err);
    module->end(&c.run);
    return ok;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    const struct lint_module *module;
    const struct lint_rule *rules;
    size_t n;

    if (!check_usage(call, err) || !lint_open(&module, err)) {
        return false;
    }
    if (!o->rules) {
        return run_check(call, module, err);
    }
    rules = module->rules(&n);
    lint_show_rules(call->out, rules, n);
    return true;
}

const struct verb verb_vm_check = {
    .noun = "vm",
    .verb = "check",
    .summary = "look for what keeps a domain from starting, or from being safe",
    .args = "FILE|DIR|NAME...",
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct options),
    .draw = lint_draw,
    .run = run,
};
