/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a cluster: can it run SEV guests, and how far are some VMs? */
#ifndef SEVKIT_KUBE_CLUSTER_H
#define SEVKIT_KUBE_CLUSTER_H

#include "kube/client.h"
#include "kube/report.h"

/*
 * Asks for the KubeVirt resources, the nodes, and each of the N VMS
 * ("NAMESPACE/NAME", or "NAME" in the kubeconfig's namespace; an instance, else
 * a VirtualMachine), and applies the rules (kube/rules.h; not the definitions,
 * for the server has its own). To see nodes takes a role that may.
 */
SEVK_MUST_CHECK bool cluster_check(struct kube_client *client,
                                   const char *const *vms, size_t n,
                                   struct kube_report *ret,
                                   struct sevk_error *err);

/* Does this answer say that the instance is paused? */
bool vmi_paused(struct json_object *vmi);

#endif
