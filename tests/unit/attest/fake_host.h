/* SPDX-License-Identifier: Apache-2.0 */
/* A host for tests: honest, unlucky or evil, with a real firmware's answers. */
#ifndef SEVKIT_TESTS_ATTEST_FAKE_HOST_H
#define SEVKIT_TESTS_ATTEST_FAKE_HOST_H

#include "attest/host.h"
#include "attest/watch.h"
#include "fw/channel.h"

enum fake_op {
    FAKE_DESCRIBE,
    FAKE_VM,
    FAKE_CERTIFICATES,
    FAKE_START,
    FAKE_COMPARE,
    FAKE_MEASURE,
    FAKE_INJECT,
    FAKE_RESUME,
    FAKE_ABANDON,
    FAKE_SCHEDULE,
    FAKE_OPS,
};

/*
 * Behind the host stands the firmware of a platform with the made chain's PDH
 * key: it opens the session that it is given, measures what was loaded, and
 * takes a secret only with the right MAC. What the host may do, its fields
 * say; nothing else of it can be changed.
 */
struct fake_host {
    /* What it is. */
    struct host_description description;
    const char *name;
    const char *parts[CHAIN_ROLES]; /* certificates; NULL: not given */
    struct buf loaded;              /* what the firmware measures */
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;

    bool schedules; /* the VM is placed before its platform is known */

    /* How it is unlucky. */
    unsigned int fails;         /* bits 1 << enum fake_op */
    bool fails_late;            /* the failing call has its effect */
    unsigned int abandon_fails; /* so many tries of abandon fail */

    /* How it is evil. */
    const struct channel *replayed; /* keys of an older session */
    const char *difference;         /* its description of the VM */
    bool lies_policy;
    uint32_t policy;
    bool lies_api; /* the firmware has another than the host says */
    uint8_t true_api_minor;
    bool changes_measurement; /* with every call */

    /* How the user behaves. */
    bool stops;
    enum fake_op stop_after;

    /* What happened. */
    unsigned int calls[FAKE_OPS];
    unsigned int waits;
    bool exists;
    bool running;
    bool wants_stop;
    uint32_t session_policy;
    uint8_t session[SESSION_BUF_LEN];
    uint8_t measure[32];
    struct channel channel;
    struct buf secret; /* what the guest got */
    char steps[256];   /* names of the steps that were told, with spaces */
    char warnings[1024];
};

/* An honest host with the made chain, API 1.51 build 3. */
void fake_host_init(struct fake_host *fake);
void fake_host_clear(struct fake_host *fake); /* also for OWN() */

void fake_host_load(struct fake_host *fake, struct bytes what);

struct host fake_host_ops(struct fake_host *fake);
struct watch fake_host_watch(struct fake_host *fake);

#endif
