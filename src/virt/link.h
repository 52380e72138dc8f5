/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to libvirt on which no call can hang. */
#ifndef SEVKIT_VIRT_LINK_H
#define SEVKIT_VIRT_LINK_H

#include <libvirt/libvirt.h>

#include "virt/call.h"

/*
 * A job is one piece of work on a connection: what it needs, what it found,
 * and what libvirt said. It runs in a thread (call.h), because libvirt keeps
 * errors by thread and a call may hang; so it owns everything it touches.
 */
#define JOB_TEXT_LEN 320

struct job {
    virConnectPtr conn; /* a reference of its own; NULL only while opening */
    /* Freed with the job: freeing it earlier would wipe libvirt's error. */
    virDomainPtr domain;
    char *uri;
    char *key;     /* a domain's UUID, or what the user calls it */
    char *text;    /* XML to start, or what came back */
    char *header;  /* of a launch secret, base64 */
    char *payload; /* base64, encrypted */

    char *host_name;
    unsigned long version;
    char uuid[VIR_UUID_STRING_BUFLEN];
    char *name;
    int state;
    virTypedParameterPtr params;
    int n_params;

    bool (*work)(struct job *job); /* false: libvirt's error says why */
    bool ok;
    bool unsure; /* the connection failed: the work may have been done */
    char error[JOB_TEXT_LEN];
};

struct job *job_new(bool (*work)(struct job *job)); /* NULL: no memory */
void job_free(struct job **job);                    /* also for OWN() */

struct link {
    const char *uri; /* NULL: libvirt's default */
    uint64_t timeout_ms;
    const struct watch *watch; /* heeded by link_do(), not by closing */
    virConnectPtr conn;
};

/*
 * Opens the connection, with keepalive: it counts as lost after 15 seconds
 * without a sign of life.
 */
SEVK_MUST_CHECK bool link_open(struct link *link, struct sevk_error *err);

/* Closes it, waiting no longer than one deadline, … */
void link_close(struct link *link);
/* … or, for one that does not answer any more, without waiting. */
void link_drop(struct link *link);

bool link_alive(const struct link *link);

/*
 * Runs JOB, which is given away, on the connection, and gives it back in *RET
 * when libvirt said yes. Otherwise SEVK_HOST, "WHAT: " and libvirt's words,
 * and *RET is not written; but when PENDING is not NULL, *RET is given also
 * for a job that libvirt refused (look at ok), and a call that is late or was
 * stopped is left in *PENDING for the caller to wait on.
 */
SEVK_MUST_CHECK bool link_do(struct link *link, struct job *job,
                             const char *what, struct call **pending,
                             struct job **ret, struct sevk_error *err);

/*
 * Finds job->domain, the one that job->key names: first by name, as names may
 * look like UUIDs and numbers, then by UUID, then by id.
 */
bool job_domain_by_any(struct job *job);

/* Finds job->domain by the UUID in job->key, and in no other way. */
bool job_domain(struct job *job);

#endif
