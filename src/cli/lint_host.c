/* SPDX-License-Identifier: Apache-2.0 */
/* The host and the session that a lint goes by, as options name them. */
#include "cli/lint_host.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/own.h"
#include "cli/host.h"
#include "owner/session_record.h"

void lint_session_drop(struct lint_own_session *own)
{
    buf_free(&own->dh_cert);
    buf_free(&own->blob);
    *own = (struct lint_own_session){ 0 };
}

bool lint_session_load(const char *prefix, struct lint_own_session *ret,
                       struct sevk_error *err)
{
    OWN(lint_session_drop) struct lint_own_session own = { 0 };
    struct session_record record;
    SESSION(session);

    if (!session_files_read(prefix, &session, &record, err) ||
        !base64_append(&own.dh_cert, BYTES_OF(session.godh), err) ||
        !base64_append(&own.blob, BYTES_OF(session.blob), err)) {
        return false;
    }
    own.session =
        (struct lint_session){ .prefix = prefix, .policy = record.policy };
    *ret = own;
    own = (struct lint_own_session){ 0 };
    ret->session.dh_cert = buf_string(&ret->dh_cert);
    ret->session.session = buf_string(&ret->blob);
    if (record.used) {
        snprintf(ret->used_for, sizeof ret->used_for, "%s",
                 record.used_for[0] == '\0' ? "another start"
                                            : record.used_for);
        ret->session.used_for = ret->used_for;
    }
    return true;
}

bool lint_host_load(const char *dir, struct host_facts *ret,
                    struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };

    return host_record_load(dir, &record, err) &&
           host_facts_from(&record, ret, err);
}

bool lint_host_ask(const char *uri, uint32_t timeout, struct host_facts *ret,
                   struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    const struct virt_module *module;

    if (!virt_open(&module, err) ||
        !module->ask_capabilities(uri, timeout,
                                  &record.text[RECORD_CAPABILITIES],
                                  &record.text[RECORD_LIBVIRT], err)) {
        return false;
    }
    record.has[RECORD_CAPABILITIES] = true;
    record.has[RECORD_LIBVIRT] = true;
    return host_facts_from(&record, ret, err);
}

/* "qemu:///system", "qemu+unix:///system?…"; others name a host. */
bool lint_host_is_here(const char *uri)
{
    const char *host = strstr(uri, "://");

    return host != NULL && host[3] == '/';
}
