/* SPDX-License-Identifier: Apache-2.0 */
/* What there is in a lab's directory: its state, processes and domains. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/own.h"
#include "lab/daemon.h"
#include "lab/lab.h"
#include "lab/layout.h"
#include "lab/record.h"

void lab_status_clear(struct lab_status *status)
{
    free(status->domains);
    *status = (struct lab_status){ 0 };
}

static bool read_pid(const char *dir, const char *name, pid_t *ret)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    struct process process;
    uint64_t pid;

    if (!path_join(dir, name, &path, NULL) ||
        !file_read(path, 32, "process id", &text, NULL)) {
        return false;
    }
    if (text.n > 0 && text.p[text.n - 1] == '\n') {
        text.p[text.n - 1] = '\0';
    }
    if (!number_parse(buf_string(&text), 1, INT32_MAX, "process id", &pid,
                      NULL) ||
        !process_find((pid_t)pid, &process)) {
        return false;
    }
    *ret = process.pid;
    return true;
}

/* libvirt keeps a file NAME.pid for each running domain. */
static bool read_domains(const char *dir, struct lab_status *s,
                         struct sevk_error *err)
{
    OWN(own_closedir) DIR *d = opendir(dir);
    struct dirent *entry;

    if (d == NULL) {
        return true; /* no domain was ever started */
    }
    s->domains = calloc(LAB_DOMAINS_MAX, sizeof(*s->domains));
    if (s->domains == NULL) {
        return sevk_fail(err, SEVK_HOST, "no memory for domains");
    }
    while ((entry = readdir(d)) != NULL && s->n_domains < LAB_DOMAINS_MAX) {
        struct lab_domain *domain = &s->domains[s->n_domains];
        size_t n = strlen(entry->d_name);

        if (n < 5 || strcmp(entry->d_name + n - 4, ".pid") != 0 ||
            strcmp(entry->d_name, "driver.pid") == 0 ||
            !read_pid(dir, entry->d_name, &domain->pid)) {
            continue;
        }
        memcpy(domain->name, entry->d_name, n - 4);
        domain->name[n - 4] = '\0';
        s->n_domains++;
    }
    return true;
}

static bool fill_status(const struct record *record, struct lab_status *s,
                        struct sevk_error *err)
{
    char pids[LAB_PATH_LEN];

    s->system = record->system;
    memcpy(s->platform, record->platform, sizeof(record->platform));
    daemon_socket(s->dir, s->system, s->socket);
    daemon_uri(s->dir, s->system, s->uri);
    if (!process_alive(record->supervisor)) {
        s->state = LAB_BROKEN;
        return true;
    }
    s->state = LAB_RUNNING;
    s->supervisor = record->supervisor.pid;
    if (process_alive(record->libvirtd)) {
        s->libvirtd = record->libvirtd.pid;
    }
    layout_path(s->dir, s->system ? LAB_SYSTEM_PIDS : LAB_SESSION_PIDS, pids);
    return read_domains(pids, s, err);
}

bool lab_status_read(const char *dir, struct lab_status *ret_status,
                     struct sevk_error *err)
{
    OWN(lab_status_clear) struct lab_status s = { .state = LAB_STOPPED };
    struct record record;
    bool there;

    if (!layout_resolve(dir, s.dir, err) ||
        !record_read(s.dir, &there, &record, err) ||
        (there && !fill_status(&record, &s, err))) {
        return false;
    }
    *ret_status = s;
    s.domains = NULL;
    return true;
}
