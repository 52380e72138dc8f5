/* SPDX-License-Identifier: Apache-2.0 */
/* The XML of a domain that libvirt has, and whether its state was saved. */
#include "virt/live_domain.h"

#include <string.h>

#include "base/error.h"
#include "base/own.h"
#include "virt/libvirt_jobs.h"

/* state: 1 when there is a saved state. Not every driver can say so. */
static bool work_domain(struct job *job)
{
    if (!job_domain_by_any(job)) {
        return false;
    }
    job->state = virDomainHasManagedSaveImage(job->domain, 0) == 1;
    job->text = virDomainGetXMLDesc(job->domain, 0);
    return job->text != NULL;
}

static void own_link(struct link *link)
{
    link_close(link);
}

bool live_domain_ask(const char *uri, const char *domain, uint32_t timeout_s,
                     struct buf *ret_xml, bool *ret_saved,
                     struct sevk_error *err)
{
    static const struct watch nobody = { 0 };
    OWN(own_link)
    struct link link = { .uri = uri,
                         .timeout_ms = (uint64_t)timeout_s * 1000,
                         .watch = &nobody };
    OWN(job_free) struct job *job = NULL;
    struct job *asked = job_new(work_domain);

    if (asked == NULL || (asked->key = strdup(domain)) == NULL) {
        job_free(&asked);
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!link_open(&link, err)) {
        job_free(&asked);
        return false;
    }
    if (!link_do(&link, asked, "reading the VM's XML", NULL, &job, err) ||
        !buf_append_string(ret_xml, job->text, err)) {
        return false;
    }
    *ret_saved = job->state == 1;
    return true;
}
