/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt as a host that can run an attested launch. */
#include "virt/libvirt_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/own.h"
#include "virt/domain_compare.h"
#include "virt/libvirt_jobs.h"
#include "virt/xml.h"

static struct libvirt_host *of(void *ctx)
{
    return ctx;
}

/* NULL when memory is short, which link_do() reports. */
static struct job *job_for(bool (*work)(struct job *), const char *key)
{
    struct job *job = job_new(work);

    if (job != NULL && key != NULL) {
        job->key = strdup(key);
        if (job->key == NULL) {
            job_free(&job);
        }
    }
    return job;
}

static void keep(char *to, size_t n, const char *from)
{
    snprintf(to, n, "%s", from == NULL ? "" : from);
}

/* -- What the host says of itself. --------------------------------------------------- */

/* "host" and "host.example.org" are one machine's names. */
static bool same_name(const char *a, const char *b)
{
    size_t n = strcspn(a, ".");
    size_t m = strcspn(b, ".");

    if (a[n] != '\0' && b[m] != '\0') {
        return strcasecmp(a, b) == 0;
    }
    return n == m && n != 0 && strncasecmp(a, b, n) == 0;
}

static bool keep_certificates(struct libvirt_host *h, const struct job *job,
                              struct sevk_error *err)
{
    const char *pdh = NULL;
    const char *chain = NULL;

    if (!job_string(job, VIR_NODE_SEV_PDH, &pdh) ||
        !job_string(job, VIR_NODE_SEV_CERT_CHAIN, &chain)) {
        return true;
    }
    h->pdh = strdup(pdh);
    h->cert_chain = strdup(chain);
    return (h->pdh != NULL && h->cert_chain != NULL) ||
           sevk_fail(err, SEVK_HOST, "out of memory");
}

static bool describe_from(struct libvirt_host *h, const struct job *job,
                          struct sevk_error *err)
{
    struct host_description *d = &h->description;
    char own_name[HOST_TEXT_LEN] = "";
    unsigned int max_es = 1;

    (void)gethostname(own_name, sizeof own_name - 1);
    keep(d->name, sizeof d->name, job->host_name);
    snprintf(d->software, sizeof d->software, "libvirt %lu.%lu.%lu",
             job->version / 1000000, job->version / 1000 % 1000,
             job->version % 1000);
    d->same_machine = same_name(own_name, d->name);
    if (job->n_params == 0) {
        return sevk_fail(err, SEVK_HOST,
                         "host '%.80s' offers no SEV: %.300s; its "
                         "administrator finds out why with 'sevkit host check'",
                         d->name, job->error);
    }
    (void)job_uint(job, VIR_NODE_SEV_MAX_ES_GUESTS, &max_es);
    if (!job_uint(job, VIR_NODE_SEV_CBITPOS, &d->cbitpos) ||
        !job_uint(job, VIR_NODE_SEV_REDUCED_PHYS_BITS, &d->reduced_phys_bits)) {
        return sevk_fail(err, SEVK_HOST,
                         "host '%.80s' does not say its C-bit position",
                         d->name);
    }
    d->sev = true;
    d->sev_es = max_es != 0;
    return keep_certificates(h, job, err);
}

static bool op_describe(void *ctx, struct host_description *ret,
                        struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(job_free) struct job *job = NULL;

    if (h->description.name[0] == '\0' &&
        (!link_do(&h->link, job_for(job_describe, NULL),
                  "asking the host what it can do", NULL, &job, err) ||
         !describe_from(h, job, err))) {
        return false;
    }
    if (h->xml != NULL &&
        !domain_xml_fits(&h->xml->facts, h->description.cbitpos,
                         h->description.reduced_phys_bits, err)) {
        return false;
    }
    *ret = h->description;
    return true;
}

static bool op_certificates(void *ctx, struct chain *chain,
                            struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);

    if (h->pdh == NULL) {
        return sevk_fail(err, SEVK_HOST,
                         "the host gave none; is its platform provisioned?");
    }
    return chain_add(chain, bytes_of_string(h->pdh), "the host's PDH", err) &&
           chain_add(chain, bytes_of_string(h->cert_chain),
                     "the host's certificate chain", err);
}

/* -- The VM. --------------------------------------------------------------------------- */

static const char *state_name(int state)
{
    static const char *const names[] = {
        [VIR_DOMAIN_NOSTATE] = "in no state",
        [VIR_DOMAIN_RUNNING] = "running",
        [VIR_DOMAIN_BLOCKED] = "running",
        [VIR_DOMAIN_PAUSED] = "paused",
        [VIR_DOMAIN_SHUTDOWN] = "shutting down",
        [VIR_DOMAIN_SHUTOFF] = "shut off",
        [VIR_DOMAIN_CRASHED] = "crashed",
        [VIR_DOMAIN_PMSUSPENDED] = "suspended",
    };

    return state >= 0 && (size_t)state < sizeof names / sizeof *names
               ? names[state]
               : "in an unknown state";
}

/* Finds the existing VM; from then on it is acted on by UUID. */
static bool find_existing(struct libvirt_host *h, int *ret_state,
                          struct sevk_error *err)
{
    OWN(job_free) struct job *job = NULL;
    char what[HOST_TEXT_LEN];

    snprintf(what, sizeof what, "looking for the VM '%.100s'", h->domain);
    if (!link_do(&h->link, job_for(job_find, h->domain), what, NULL, &job,
                 err)) {
        return false;
    }
    keep(h->vm.name, sizeof h->vm.name, job->name);
    keep(h->vm.uuid, sizeof h->vm.uuid, job->uuid);
    *ret_state = job->state;
    return true;
}

static bool op_vm(void *ctx, struct host_vm *ret, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    int state = VIR_DOMAIN_PAUSED;

    if (h->xml == NULL && !find_existing(h, &state, err)) {
        return false;
    }
    if (h->want_paused && state != VIR_DOMAIN_PAUSED) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM '%.80s' is %s: secrets can be injected only "
                         "while it is paused, before its first resume; start "
                         "it with 'virsh create --paused'",
                         h->vm.name, state_name(state));
    }
    *ret = h->vm;
    return true;
}

/* -- Start. ----------------------------------------------------------------------------- */

static bool check_free(struct libvirt_host *h, struct sevk_error *err)
{
    struct job *job = job_for(job_look_free, h->vm.uuid);
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
                     found->name, found->uuid, state_name(found->state));
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

static bool op_start(void *ctx, const struct host_session *session,
                     struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    struct job *job = job_for(job_start, NULL);
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

/* -- What it is, and what it measured. ----------------------------------------------------- */

static bool live_xml(struct libvirt_host *h, struct domain_xml *ret,
                     struct sevk_error *err)
{
    OWN(job_free) struct job *job = NULL;

    return link_do(&h->link, job_for(job_xml, h->vm.uuid),
                   "reading the VM's live XML", NULL, &job, err) &&
           domain_xml_parse(bytes_of_string(job->text), "the VM's live XML",
                            ret, err);
}

/* For a VM that somebody else started: what would make a yes worthless. */
static bool check_existing(const struct domain_facts *live,
                           struct buf *differences, struct sevk_error *err)
{
    bool es = (live->policy & DOMAIN_POLICY_ES) != 0;
    struct sevk_error fault = { 0 };

    if (!live->has_launch_security) {
        return buf_append_string(differences, "it has no launchSecurity", err);
    }
    if (live->dh_cert == NULL || live->session == NULL) {
        return buf_append_string(
            differences, "it was started without an owner's session", err);
    }
    return domain_xml_check(live, es, &fault) ||
           buf_append_string(differences, fault.message, err);
}

static bool op_compare(void *ctx, struct buf *differences,
                       struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(domain_xml_close) struct domain_xml live = { 0 };

    if (h->ignore_config) {
        return true;
    }
    if (!live_xml(h, &live, err)) {
        return false;
    }
    return h->xml == NULL
               ? check_existing(&live.facts, differences, err)
               : domain_compare(h->xml->doc, live.doc, differences, err);
}

static bool byte_param(const struct job *job, const char *name, uint8_t *ret,
                       struct sevk_error *err)
{
    unsigned int value = 0;

    if (!job_uint(job, name, &value) || value > 255) {
        return sevk_fail(err, SEVK_HOST, "the host gave no usable '%s'", name);
    }
    *ret = (uint8_t)value;
    return true;
}

static bool evidence_from(const struct job *job, struct evidence *ret,
                          struct sevk_error *err)
{
    const char *measurement = NULL;
    struct evidence e = { 0 };
    uint8_t raw[MEASURE_BUF_LEN];

    if (!job_string(job, VIR_DOMAIN_LAUNCH_SECURITY_SEV_MEASUREMENT,
                    &measurement) ||
        !job_uint(job, VIR_DOMAIN_LAUNCH_SECURITY_SEV_POLICY, &e.policy)) {
        return sevk_fail(err, SEVK_HOST, "the host gave no measurement");
    }
    if (!byte_param(job, VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MAJOR, &e.api_major,
                    err) ||
        !byte_param(job, VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MINOR, &e.api_minor,
                    err) ||
        !byte_param(job, VIR_DOMAIN_LAUNCH_SECURITY_SEV_BUILD_ID, &e.build,
                    err) ||
        !base64_decode_exact(raw, sizeof raw, bytes_of_string(measurement),
                             "the host's measurement", err) ||
        !measure_buf_decode(BYTES_OF(raw), &e.measure, err)) {
        return false;
    }
    *ret = e;
    return true;
}

static bool op_measure(void *ctx, struct evidence *ret, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(job_free) struct job *job = NULL;

    return link_do(&h->link, job_for(job_measure, h->vm.uuid),
                   "asking for the measurement", NULL, &job, err) &&
           evidence_from(job, ret, err);
}

/* -- Secret, resume. -------------------------------------------------------------------------- */

static bool base64_of(struct bytes from, char **ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!base64_append(&text, from, err)) {
        return false;
    }
    *ret = strdup(buf_string(&text));
    return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

static bool op_inject(void *ctx, const struct launch_packet *packet,
                      struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    struct job *job = job_for(job_inject, h->vm.uuid);
    OWN(job_free) struct job *done = NULL;

    if (job == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!base64_of(BYTES_OF(packet->header), &job->header, err) ||
        !base64_of(buf_bytes(&packet->payload), &job->payload, err)) {
        job_free(&job);
        return false;
    }
    return link_do(&h->link, job, "injecting the secret", NULL, &done, err);
}

static bool op_resume(void *ctx, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(job_free) struct job *job = NULL;

    return link_do(&h->link, job_for(job_resume, h->vm.uuid), "resuming the VM",
                   NULL, &job, err);
}

/* -- Abandon. ------------------------------------------------------------------------------------ */

#define ABANDON_MS_MAX 20000u /* for each call of one try */

static bool destroy(struct libvirt_host *h, struct link *link,
                    struct sevk_error *err)
{
    struct job *job = job_for(job_destroy, h->vm.uuid);
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

static bool op_abandon(void *ctx, struct sevk_error *err)
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

static void op_wait(void *ctx, unsigned int ms)
{
    struct timespec t = { .tv_sec = ms / 1000,
                          .tv_nsec = (long)(ms % 1000) * 1000000 };

    (void)ctx;
    while (nanosleep(&t, &t) != 0) {
    }
}

/* -- The whole. ------------------------------------------------------------------------------------- */

bool libvirt_host_open(struct libvirt_host *host, struct sevk_error *err)
{
    if (host->xml != NULL) {
        keep(host->vm.name, sizeof host->vm.name, host->xml->facts.name);
        keep(host->vm.uuid, sizeof host->vm.uuid, host->xml->facts.uuid);
    }
    return link_open(&host->link, err);
}

void libvirt_host_close(struct libvirt_host *host)
{
    call_end(&host->starting);
    link_close(&host->link);
    free(host->pdh);
    free(host->cert_chain);
    host->pdh = NULL;
    host->cert_chain = NULL;
}

struct host libvirt_host_ops(struct libvirt_host *host)
{
    return (struct host){
        .ctx = host,
        .describe = op_describe,
        .vm = op_vm,
        .certificates = op_certificates,
        .start = op_start,
        .compare = op_compare,
        .measure = op_measure,
        .inject = op_inject,
        .resume = op_resume,
        .abandon = op_abandon,
        .wait = op_wait,
    };
}

void libvirt_info_clear(struct libvirt_info *info)
{
    domain_xml_close(&info->xml);
    *info = (struct libvirt_info){ 0 };
}

bool libvirt_host_info(struct libvirt_host *host, struct libvirt_info *ret,
                       struct sevk_error *err)
{
    OWN(libvirt_info_clear) struct libvirt_info info = { 0 };
    int state = 0;

    if (!find_existing(host, &state, err) || !live_xml(host, &info.xml, err)) {
        return false;
    }
    info.vm = host->vm;
    info.state = state_name(state);
    info.has_evidence = info.xml.facts.has_launch_security &&
                        op_measure(host, &info.evidence, NULL);
    *ret = info;
    info = (struct libvirt_info){ 0 };
    return true;
}
