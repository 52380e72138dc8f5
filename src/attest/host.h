/* SPDX-License-Identifier: Apache-2.0 */
/* A host that can run an attested launch, as the owner sees it. */
#ifndef SEVKIT_ATTEST_HOST_H
#define SEVKIT_ATTEST_HOST_H

#include "attest/evidence.h"
#include "base/buf.h"
#include "owner/chain.h"
#include "owner/launch_secret.h"
#include "owner/session.h"

/*
 * The host is the enemy (security): whatever a function returns is its word,
 * until the measurement proves it. libvirt is one filling of this struct,
 * KubeVirt another.
 *
 * Every function returns within a deadline that the filling has, and soon
 * after the user wanted to stop; both are failures (SEVK_HOST). A function
 * that failed may have had its effect all the same: a start whose answer was
 * lost has perhaps made a VM. Hence abandon() after every start that was
 * attempted.
 */
#define HOST_TEXT_LEN 256

/* What the host says of itself. Plain data. */
struct host_description {
    char name[HOST_TEXT_LEN];     /* its host name */
    char software[HOST_TEXT_LEN]; /* "libvirt 9.0.0"; "" if not known */
    bool same_machine;            /* the owner runs on the hypervisor itself */
    bool sev;
    bool sev_es;
    uint32_t cbitpos; /* 0: it does not say */
    uint32_t reduced_phys_bits;
};

/* What a VM is started with: public, made by the owner. */
struct host_session {
    const uint8_t *godh; /* SEV_CERT_LEN bytes */
    const uint8_t *blob; /* SESSION_BUF_LEN bytes */
    uint32_t policy;
};

/* The VM, by what it is acted on. */
struct host_vm {
    char name[HOST_TEXT_LEN];
    char uuid[GUID_TEXT_LEN];    /* "" until the host has given one */
    char by_hand[HOST_TEXT_LEN]; /* what to type to destroy it */
};

struct host {
    void *ctx;

    SEVK_MUST_CHECK bool (*describe)(void *ctx, struct host_description *ret,
                                     struct sevk_error *err);

    /* Which VM a start would make, or exists; known before it is started. */
    SEVK_MUST_CHECK bool (*vm)(void *ctx, struct host_vm *ret,
                               struct sevk_error *err);

    /*
     * For hosts that choose the platform only once they know the VM (KubeVirt):
     * has it created and placed, so that there are certificates to ask for. It
     * does not run then, for it has no session. NULL: the platform is known.
     * Counts as an attempted start; vm() is asked again afterwards.
     */
    SEVK_MUST_CHECK bool (*schedule)(void *ctx, struct sevk_error *err);

    /* Adds the platform's certificates: PDH, PEK, OCA, CEK. */
    SEVK_MUST_CHECK bool (*certificates)(void *ctx, struct chain *chain,
                                         struct sevk_error *err);

    /*
     * Starts the VM, paused. SEVK_REFUSED when it runs already, and when the
     * owner's description does not fit this host.
     */
    SEVK_MUST_CHECK bool (*start)(void *ctx, const struct host_session *session,
                                  struct sevk_error *err);

    /*
     * Asks for the description of the VM that was started and appends to
     * DIFFERENCES how it differs from the one asked for; nothing when it does
     * not.
     */
    SEVK_MUST_CHECK bool (*compare)(void *ctx, struct buf *differences,
                                    struct sevk_error *err);

    SEVK_MUST_CHECK bool (*measure)(void *ctx, struct evidence *ret,
                                    struct sevk_error *err);
    SEVK_MUST_CHECK bool (*inject)(void *ctx,
                                   const struct launch_packet *packet,
                                   struct sevk_error *err);
    SEVK_MUST_CHECK bool (*resume)(void *ctx, struct sevk_error *err);

    /*
     * Destroys the VM, also one whose start has not been answered yet, also
     * over a new connection when the old one is lost. Does not heed the wish
     * to stop. True when the VM is gone, or was never there.
     */
    SEVK_MUST_CHECK bool (*abandon)(void *ctx, struct sevk_error *err);

    /* Lets MS milliseconds pass between two tries. */
    void (*wait)(void *ctx, unsigned int ms);
};

#endif
