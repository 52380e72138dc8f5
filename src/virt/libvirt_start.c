/* SPDX-License-Identifier: Apache-2.0 */
/* A VM over libvirt comes into being, and goes. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/own.h"
#include "virt/libvirt_ops.h"
#include "virt/xml.h"

static struct libvirt_host *of(void *ctx)
{
    return ctx;
}

/* -- Start. ----------------------------------------------------------------------------- */

static bool check_free(struct libvirt_host *h, struct sevk_error *err)
{
    struct job *job = libvirt_job(job_look_free, h->vm.uuid);
    OWN(job_free) struct job *found = NULL;

    if (job != NULL && (job->text = strdup(h->vm.name)) == NULL) {
        job_free(&job);
    }
    if (!link_do(&h->link, job, "looking for a VM of that name", NULL, &found,
                 err)) {
        return false;
    }
    if (found->state < 0) {
        return true;
    }
    return sevk_fail(err, SEVK_REFUSED,
                     "the host has a VM '%.80s' (%s) already, which is %s; an "
                     "attested VM begins with keys of its own: end and "
                     "undefine that one, or give yours another <name> and "
                     "<uuid>",
                     found->name, found->uuid,
                     libvirt_state_name(found->state));
}

static bool write_session(struct libvirt_host *h,
                          const struct host_session *session, char **ret_xml,
                          struct sevk_error *err)
{
    OWN(buf_free) struct buf cert = { 0 };
    OWN(buf_free) struct buf blob = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct domain_session with = {
        .policy = session->policy,
        .cbitpos = h->description.cbitpos,
        .reduced_phys_bits = h->description.reduced_phys_bits,
    };

    if (!base64_append(&cert, bytes_make(session->godh, SEV_CERT_LEN), err) ||
        !base64_append(&blob, bytes_make(session->blob, SESSION_BUF_LEN),
                       err)) {
        return false;
    }
    with.dh_cert = buf_string(&cert);
    with.session = buf_string(&blob);
    if (!domain_xml_set_session(h->xml, &with, err) ||
        !xml_write(h->xml->doc, &text, err)) {
        return false;
    }
    *ret_xml = strdup(buf_string(&text));
    return *ret_xml != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

bool libvirt_start(void *ctx, const struct host_session *session,
                   struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    struct job *job = libvirt_job(job_start, NULL);
    OWN(job_free) struct job *done = NULL;

    if (job == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!check_free(h, err) || !write_session(h, session, &job->text, err)) {
        job_free(&job);
        return false;
    }
    h->may_exist = true;
    if (!link_do(&h->link, job, "starting the VM", &h->starting, &done, err)) {
        return false;
    }
    if (!done->ok) {
        h->may_exist = done->unsure;
        return sevk_fail(err, SEVK_HOST, "starting the VM: %.400s",
                         done->error);
    }
    return true;
}

/* -- Abandon. ------------------------------------------------------------------------------------ */

#define ABANDON_MS_MAX 20000u /* for each call of one try */

static bool destroy(struct libvirt_host *h, struct link *link,
                    struct sevk_error *err)
{
    struct job *job = libvirt_job(job_destroy, h->vm.uuid);
    OWN(job_free) struct job *done = NULL;

    if (job != NULL && h->xml->facts.session != NULL) {
        job->text = strdup(h->xml->facts.session);
        if (job->text == NULL) {
            job_free(&job);
        }
    }
    return link_do(link, job, "destroying the VM", NULL, &done, err);
}

/* Over the old connection if it lives, else over a new one. */
static bool try_abandon(struct libvirt_host *h, struct sevk_error *err)
{
    struct link link = h->link;

    link.watch = NULL; /* the user has said "stop" already */
    if (link.timeout_ms > ABANDON_MS_MAX) {
        link.timeout_ms = ABANDON_MS_MAX;
    }
    if (!link_alive(&link)) {
        link_drop(&h->link);
        link.conn = NULL;
        if (!link_open(&link, err)) {
            return false;
        }
        h->link.conn = link.conn;
    }
    if (!destroy(h, &link, err)) {
        /* What does not answer is given up; the next try connects anew. */
        link_drop(&h->link);
        return false;
    }
    return true;
}

bool libvirt_abandon(void *ctx, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);

    if (!h->may_exist) {
        return true;
    }
    if (!try_abandon(h, err)) {
        return false;
    }
    if (h->starting != NULL) {
        /* The start is under way still: what it makes has to go as well. */
        if (call_wait(h->starting, ABANDON_MS_MAX, NULL) != CALL_DONE) {
            return sevk_fail(err, SEVK_HOST,
                             "the host is still starting the VM");
        }
        call_end(&h->starting);
        if (!try_abandon(h, err)) {
            return false;
        }
    }
    h->may_exist = false;
    return true;
}

void libvirt_wait(void *ctx, unsigned int ms)
{
    struct timespec t = { .tv_sec = ms / 1000,
                          .tv_nsec = (long)(ms % 1000) * 1000000 };

    (void)ctx;
    while (nanosleep(&t, &t) != 0) {
    }
}
