/* SPDX-License-Identifier: Apache-2.0 */
/* Launch secrets, for other programs. */
#include <assert.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/handles.h"

static_assert(SEVK_SECRETS_MAX == LAUNCH_SECRETS_MAX, "one limit");
static_assert(SEVK_SECRETS_LEN_MAX == LAUNCH_SECRET_LEN_MAX, "one limit");

bool sevk_secrets_new(struct sevk_secrets **ret_secrets, struct sevk_error *err)
{
    struct sevk_secrets *secrets;

    if (!NEW_HANDLE(&secrets, err)) {
        return false;
    }
    *ret_secrets = secrets;
    return true;
}

void sevk_secrets_free(struct sevk_secrets **secrets)
{
    if (*secrets != NULL) {
        launch_secrets_clear(&(*secrets)->list);
        free(*secrets);
    }
    *secrets = NULL;
}

bool sevk_secrets_add(struct sevk_secrets *secrets, const char *name,
                      const void *bytes, size_t n, struct sevk_error *err)
{
    struct guid guid;
    SECRET(data);

    if (n == 0 || n > LAUNCH_SECRET_LEN_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "secret '%s' has %zu bytes; 1 to %d can be sent", name,
                         n, LAUNCH_SECRET_LEN_MAX);
    }
    return launch_secret_guid_parse(name, &guid, err) &&
           secret_copy(&data, bytes_make(bytes, n), err) &&
           launch_secrets_add(&secrets->list, &guid, &data, err);
}

bool sevk_secrets_add_file(struct sevk_secrets *secrets, const char *name,
                           const char *path, struct sevk_error *err)
{
    return launch_secrets_add_file(&secrets->list, name, path, err);
}

size_t sevk_secrets_count(const struct sevk_secrets *secrets)
{
    return secrets->list.n;
}

/* -- Sealed. --------------------------------------------------------------------- */

static bool check_verdict(const struct sevk_verdict *verdict,
                          const struct sevk_session *session,
                          struct sevk_error *err)
{
    if (!sevk_verdict_yes(verdict) || !verdict->verdict.has_evidence) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no secret for a guest without a verdict 'yes'");
    }
    if (!session->used ||
        !secret_equal(session->measure,
                      verdict->verdict.evidence.measure.measure,
                      sizeof session->measure)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the verdict was not reached with this session");
    }
    if (session->session.tek.n == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "the session has no TEK, which secrets need");
    }
    return true;
}

/* What would receive it must be measured, and must not be open to the host. */
static bool check_guest(const struct expectation *e,
                        const struct sevk_verdict *verdict,
                        struct sevk_error *err)
{
    return acceptance_check_policy(&e->rules, verdict->verdict.evidence.policy,
                                   err) &&
           acceptance_check_boot(&e->rules, e->reference.has_kernel_hashes,
                                 e->reference.firmware_measures_boot, err);
}

static bool seal(const struct sevk_secrets *secrets,
                 const struct expectation *e,
                 const struct sevk_verdict *verdict,
                 const struct session *session, struct launch_packet *ret,
                 struct sevk_error *err)
{
    SECRET(table);

    return launch_secrets_table(&secrets->list, &table, err) &&
           launch_secret_check_len(table.n, e->has_image ? &e->firmware : NULL,
                                   err) &&
           launch_secret_seal(&table, &session->tek, &session->tik,
                              verdict->verdict.evidence.measure.measure,
                              rng_system(), ret, err);
}

bool sevk_secrets_seal(const struct sevk_secrets *secrets,
                       const struct sevk_expectation *expectation,
                       const struct sevk_verdict *verdict,
                       const struct sevk_session *session,
                       struct sevk_packet **ret_packet, struct sevk_error *err)
{
    OWN(sevk_packet_free) struct sevk_packet *p = NULL;

    if (!check_verdict(verdict, session, err) ||
        !check_guest(expectation->e, verdict, err) || !NEW_HANDLE(&p, err) ||
        !seal(secrets, expectation->e, verdict, &session->session, &p->packet,
              err) ||
        !base64_text(BYTES_OF(p->packet.header), &p->header_base64, err) ||
        !base64_text(buf_bytes(&p->packet.payload), &p->payload_base64, err)) {
        return false;
    }
    *ret_packet = TAKE(p);
    return true;
}

void sevk_packet_free(struct sevk_packet **packet)
{
    struct sevk_packet *p = *packet;

    if (p != NULL) {
        launch_packet_free(&p->packet);
        free(p->header_base64);
        free(p->payload_base64);
        free(p);
    }
    *packet = NULL;
}

const uint8_t *sevk_packet_header(const struct sevk_packet *packet,
                                  size_t *ret_n)
{
    *ret_n = sizeof packet->packet.header;
    return packet->packet.header;
}

const uint8_t *sevk_packet_payload(const struct sevk_packet *packet,
                                   size_t *ret_n)
{
    *ret_n = packet->packet.payload.n;
    return packet->packet.payload.p;
}

const char *sevk_packet_header_base64(const struct sevk_packet *packet)
{
    return packet->header_base64;
}

const char *sevk_packet_payload_base64(const struct sevk_packet *packet)
{
    return packet->payload_base64;
}
