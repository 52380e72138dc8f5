/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the owner's session: well-formed, the right one, used once. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"
#include "wire/session_buf.h"
#include "wire/sev_cert.h"

#define SECURITY "/domain/launchSecurity"

/*
 * What the firmware wants of an owner's certificate before it looks at the key
 * (formats.md 2): version 1, usage PDH, algorithm ECDH with SHA-256.
 */
static const char *fault_of_cert(const char *base64)
{
    OWN(buf_free) struct buf bytes = { 0 };
    struct sev_cert cert;

    if (!base64_decode(&bytes, bytes_of_string(base64), "base64", NULL) ||
        bytes.n != SEV_CERT_LEN) {
        return "it is not the base64 of a certificate (2084 bytes)";
    }
    if (!sev_cert_decode(buf_bytes(&bytes), &cert, NULL)) {
        return "it has the length of a certificate, but is none";
    }
    if (cert.pubkey_usage != SEV_USAGE_PDH ||
        cert.pubkey_algo != SEV_ALGO_ECDH_SHA256) {
        return "it is a certificate, but not one of a Diffie-Hellman key";
    }
    return NULL;
}

static bool is_session(const char *base64)
{
    OWN(buf_free) struct buf bytes = { 0 };

    return base64_decode(&bytes, bytes_of_string(base64), "base64", NULL) &&
           bytes.n == SESSION_BUF_LEN;
}

/* True when both are there and look like what they should be. */
static bool lint_form(struct lint *lint, const xmlNode *cert,
                      const xmlNode *session)
{
    const struct domain_facts *f = lint->facts;
    const char *fault = f->dh_cert == NULL ? NULL : fault_of_cert(f->dh_cert);
    bool good = f->session == NULL || is_session(f->session);

    if (fault != NULL) {
        lint_add(lint, LINT_DH_CERT, cert, SECURITY "/dhCert", "%s", fault);
    }
    if (!good) {
        lint_add(lint, LINT_SESSION, session, SECURITY "/session",
                 "it is not the base64 of a session (%d bytes)",
                 SESSION_BUF_LEN);
    }
    if ((f->dh_cert == NULL) != (f->session == NULL)) {
        lint_add(lint, f->session == NULL ? LINT_SESSION : LINT_DH_CERT,
                 lint->security, SECURITY,
                 "<dhCert> and <session> belong together; one is missing");
    }
    return fault == NULL && good && f->dh_cert != NULL && f->session != NULL;
}

/* base64 may be broken into lines. */
static bool same(const char *a, const char *b)
{
    static const char space[] = " \t\r\n";

    for (;;) {
        a += strspn(a, space);
        b += strspn(b, space);
        if (*a != *b || *a == '\0') {
            return *a == *b;
        }
        a++;
        b++;
    }
}

static void lint_record(struct lint *lint, const xmlNode *node)
{
    const struct lint_session *own = lint->options->session;
    const struct domain_facts *f = lint->facts;

    if (own == NULL) {
        return;
    }
    if (f->dh_cert == NULL || f->session == NULL ||
        !same(f->dh_cert, own->dh_cert) || !same(f->session, own->session)) {
        lint_add(lint, LINT_SESSION_RECORD, node, SECURITY "/session",
                 "<dhCert> and <session> are not those of '%.120s'",
                 own->prefix);
    } else if (f->has_policy && f->policy != own->policy) {
        lint_add(lint, LINT_SESSION_RECORD, xml_child(lint->security, "policy"),
                 SECURITY "/policy",
                 "the policy is 0x%04x, but '%.120s' was made for 0x%04x: the "
                 "firmware will refuse it",
                 f->policy, own->prefix, own->policy);
    }
    if (own->used_for != NULL) {
        lint_add(lint, LINT_SESSION_USED, node, SECURITY "/session",
                 "the keys of '%.120s' were used: %.200s", own->prefix,
                 own->used_for);
    }
}

void lint_session(struct lint *lint, struct lint_run *run, const char *name)
{
    const struct domain_facts *f = lint->facts;
    const xmlNode *cert = xml_child(lint->security, "dhCert");
    const xmlNode *session = xml_child(lint->security, "session");
    const char *other = NULL;

    if (lint->security == NULL || f->security_type == NULL ||
        strcmp(f->security_type, "sev") != 0) {
        return;
    }
    if (lint_form(lint, cert, session)) {
        other = lint_remember(run, f->session, name);
        if (other != NULL) {
            lint_add(lint, LINT_SESSION_REUSED, session, SECURITY "/session",
                     "%.200s has the same session: whoever opens one opens "
                     "the other",
                     other);
        }
        lint_add(lint, LINT_SESSION_ONCE, session, SECURITY "/session",
                 "a session is good for one start of one VM: a host that "
                 "starts it twice is not noticed otherwise");
    }
    lint_record(lint, session == NULL ? lint->security : session);
}
