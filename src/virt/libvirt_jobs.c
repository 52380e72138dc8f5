/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of work that a launch asks of libvirt. */
#include "virt/libvirt_jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "base/own.h"

static bool last_error_is(int code)
{
    virErrorPtr e = virGetLastError();

    return e != NULL && e->code == code;
}

bool job_describe(struct job *job)
{
    job->host_name = virConnectGetHostname(job->conn);
    if (job->host_name == NULL ||
        virConnectGetLibVersion(job->conn, &job->version) != 0) {
        return false;
    }
    if (virNodeGetSEVInfo(job->conn, &job->params, &job->n_params, 0) != 0) {
        snprintf(job->error, sizeof job->error, "%s", virGetLastErrorMessage());
        job->n_params = 0;
        return virConnectIsAlive(job->conn) == 1;
    }
    return true;
}

static bool keep_identity(struct job *job)
{
    int reason;

    job->name = strdup(virDomainGetName(job->domain));
    return job->name != NULL &&
           virDomainGetUUIDString(job->domain, job->uuid) == 0 &&
           virDomainGetState(job->domain, &job->state, &reason, 0) == 0;
}

bool job_find(struct job *job)
{
    return job_domain_by_any(job) && keep_identity(job);
}

bool job_look_free(struct job *job)
{
    if (!job_domain(job) && last_error_is(VIR_ERR_NO_DOMAIN)) {
        job->domain = virDomainLookupByName(job->conn, job->text);
    }
    if (job->domain != NULL) {
        return keep_identity(job);
    }
    job->state = -1;
    return last_error_is(VIR_ERR_NO_DOMAIN);
}

bool job_start(struct job *job)
{
    job->domain =
        virDomainCreateXML(job->conn, job->text, VIR_DOMAIN_START_PAUSED);
    return job->domain != NULL;
}

bool job_xml(struct job *job)
{
    if (!job_domain(job)) {
        return false;
    }
    free(job->text);
    job->text = virDomainGetXMLDesc(job->domain, 0);
    return job->text != NULL;
}

bool job_capabilities(struct job *job)
{
    free(job->text);
    job->text = virConnectGetCapabilities(job->conn);
    return job->text != NULL;
}

bool job_measure(struct job *job)
{
    return job_domain(job) &&
           virDomainGetLaunchSecurityInfo(job->domain, &job->params,
                                          &job->n_params, 0) == 0;
}

bool job_inject(struct job *job)
{
    int max = 0;

    return job_domain(job) &&
           virTypedParamsAddString(&job->params, &job->n_params, &max,
                                   VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET_HEADER,
                                   job->header) == 0 &&
           virTypedParamsAddString(&job->params, &job->n_params, &max,
                                   VIR_DOMAIN_LAUNCH_SECURITY_SEV_SECRET,
                                   job->payload) == 0 &&
           virDomainSetLaunchSecurityState(job->domain, job->params,
                                           job->n_params, 0) == 0;
}

bool job_resume(struct job *job)
{
    return job_domain(job) && virDomainResume(job->domain) == 0;
}

/* Only our VM has the session that we made for it. */
static bool is_ours(virDomainPtr domain, const char *session, bool *ret)
{
    OWN(own_free) char *xml = NULL;

    *ret = true;
    if (session == NULL) {
        return true;
    }
    xml = virDomainGetXMLDesc(domain, 0);
    if (xml == NULL) {
        return false;
    }
    *ret = strstr(xml, session) != NULL;
    return true;
}

bool job_destroy(struct job *job)
{
    bool ours = false;

    job->state = -1;
    if (!job_domain(job)) {
        return last_error_is(VIR_ERR_NO_DOMAIN);
    }
    if (!is_ours(job->domain, job->text, &ours)) {
        return last_error_is(VIR_ERR_NO_DOMAIN);
    }
    if (!ours) {
        return true;
    }
    job->state = 0;
    /* It may end by itself meanwhile. */
    return virDomainDestroy(job->domain) == 0 ||
           last_error_is(VIR_ERR_NO_DOMAIN) ||
           last_error_is(VIR_ERR_OPERATION_INVALID);
}

bool job_string(const struct job *job, const char *name, const char **ret)
{
    return virTypedParamsGetString(job->params, job->n_params, name, ret) == 1;
}

bool job_uint(const struct job *job, const char *name, unsigned int *ret)
{
    return virTypedParamsGetUInt(job->params, job->n_params, name, ret) == 1;
}
