/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt as a host that can run an attested launch. */
#include "virt/libvirt_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "virt/libvirt_ops.h"

static struct libvirt_host *of(void *ctx)
{
    return ctx;
}

struct job *libvirt_job(bool (*work)(struct job *), const char *key)
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

bool libvirt_describe(void *ctx, struct host_description *ret,
                      struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(job_free) struct job *job = NULL;

    if (h->description.name[0] == '\0' &&
        (!link_do(&h->link, libvirt_job(job_describe, NULL),
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

bool libvirt_certificates(void *ctx, struct chain *chain,
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

const char *libvirt_state_name(int state)
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
    if (!link_do(&h->link, libvirt_job(job_find, h->domain), what, NULL, &job,
                 err)) {
        return false;
    }
    keep(h->vm.name, sizeof h->vm.name, job->name);
    keep(h->vm.uuid, sizeof h->vm.uuid, job->uuid);
    *ret_state = job->state;
    return true;
}

bool libvirt_vm(void *ctx, struct host_vm *ret, struct sevk_error *err)
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
                         h->vm.name, libvirt_state_name(state));
    }
    snprintf(h->vm.by_hand, sizeof h->vm.by_hand, "virsh destroy %s",
             h->vm.uuid);
    *ret = h->vm;
    return true;
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
        .describe = libvirt_describe,
        .vm = libvirt_vm,
        .certificates = libvirt_certificates,
        .start = libvirt_start,
        .compare = libvirt_compare,
        .measure = libvirt_measure,
        .inject = libvirt_inject,
        .resume = libvirt_resume,
        .abandon = libvirt_abandon,
        .wait = libvirt_wait,
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

    if (!find_existing(host, &state, err) ||
        !libvirt_live_xml(host, &info.xml, err)) {
        return false;
    }
    info.vm = host->vm;
    info.state = libvirt_state_name(state);
    info.has_evidence = info.xml.facts.has_launch_security &&
                        libvirt_measure(host, &info.evidence, NULL);
    *ret = info;
    info = (struct libvirt_info){ 0 };
    return true;
}
