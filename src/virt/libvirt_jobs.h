/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of work that a launch asks of libvirt. */
#ifndef SEVKIT_VIRT_LIBVIRT_JOBS_H
#define SEVKIT_VIRT_LIBVIRT_JOBS_H

#include "virt/link.h"

/*
 * Each is a work function of a struct job (link.h) and runs in a thread. What
 * it needs and what it finds is named here by the job's fields; "key" is a
 * UUID unless said otherwise.
 */

/* host_name, version; params: what virNodeGetSEVInfo() says. When the host
 * offers no SEV, there are no params and error says why. */
bool job_describe(struct job *job);

/* key: name, UUID or id. Finds name, uuid, state. */
bool job_find(struct job *job);

/*
 * key: a UUID, text: a name. Is there a VM with either? Then name, uuid, and
 * state; state is -1 when both are free.
 */
bool job_look_free(struct job *job);

/* text: XML. Starts it, transient and paused. */
bool job_start(struct job *job);

/* text becomes the live XML. */
bool job_xml(struct job *job);

/* text: libvirt's capabilities, which tell the host's CPU. */
bool job_capabilities(struct job *job);

/* params: the launch measurement and what belongs to it. */
bool job_measure(struct job *job);

/* header, payload: base64. */
bool job_inject(struct job *job);

bool job_resume(struct job *job);

/*
 * text: the session that only our VM has; NULL: it is certainly ours. Destroys
 * it. state: 0 when it was there, -1 when it was not, or is another's.
 */
bool job_destroy(struct job *job);

/* A parameter by name: false when it is not there or of another kind. */
bool job_string(const struct job *job, const char *name, const char **ret);
bool job_uint(const struct job *job, const char *name, unsigned int *ret);

#endif
