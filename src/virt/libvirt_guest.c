/* SPDX-License-Identifier: Apache-2.0 */
/* A VM over libvirt: what it is, what it measured, what it is given. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/own.h"
#include "virt/domain_compare.h"
#include "virt/libvirt_ops.h"

static struct libvirt_host *of(void *ctx)
{
    return ctx;
}

/* -- What it is, and what it measured. ----------------------------------------------------- */

bool libvirt_live_xml(struct libvirt_host *h, struct domain_xml *ret,
                      struct sevk_error *err)
{
    OWN(job_free) struct job *job = NULL;

    return link_do(&h->link, libvirt_job(job_xml, h->vm.uuid),
                   "reading the VM's live XML", NULL, &job, err) &&
           domain_xml_parse(bytes_of_string(job->text), "the VM's live XML",
                            ret, err);
}

bool libvirt_compare(void *ctx, struct buf *differences, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(domain_xml_close) struct domain_xml live = { 0 };

    if (h->ignore_config) {
        return true;
    }
    if (!libvirt_live_xml(h, &live, err)) {
        return false;
    }
    return h->xml == NULL
               ? domain_check_existing(&live.facts, differences, err)
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

bool libvirt_evidence(const struct job *job, struct evidence *ret,
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

static void prefer_stated(const struct virt_as_validator *stated,
                          struct evidence *e)
{
    if (stated->has_measure) {
        e->measure = stated->stated.measure;
    }
    if (stated->has_api_major) {
        e->api_major = stated->stated.api_major;
    }
    if (stated->has_api_minor) {
        e->api_minor = stated->stated.api_minor;
    }
    if (stated->has_build) {
        e->build = stated->stated.build;
    }
    if (stated->has_policy) {
        e->policy = stated->stated.policy;
    }
}

bool libvirt_measure(void *ctx, struct evidence *ret, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(job_free) struct job *job = NULL;

    if (!link_do(&h->link, libvirt_job(job_measure, h->vm.uuid),
                 "asking for the measurement", NULL, &job, err) ||
        !libvirt_evidence(job, ret, err)) {
        return false;
    }
    if (h->stated != NULL) {
        prefer_stated(h->stated, ret);
    }
    return true;
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

bool libvirt_inject(void *ctx, const struct launch_packet *packet,
                    struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    struct job *job = libvirt_job(job_inject, h->vm.uuid);
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

bool libvirt_resume(void *ctx, struct sevk_error *err)
{
    struct libvirt_host *h = of(ctx);
    OWN(job_free) struct job *job = NULL;

    return link_do(&h->link, libvirt_job(job_resume, h->vm.uuid),
                   "resuming the VM", NULL, &job, err);
}
