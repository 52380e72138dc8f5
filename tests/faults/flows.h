/* SPDX-License-Identifier: Apache-2.0 */
/* What an owner does, each as one function that works or says why not. */
#ifndef SEVKIT_TESTS_FAULTS_FLOWS_H
#define SEVKIT_TESTS_FAULTS_FLOWS_H

#include "base/buf.h"
#include "base/secret.h"
#include "lib/temp_dir.h"

/* What the flows work on; made once, while nothing fails. */
struct flow_world {
    struct temp_dir out; /* what a flow writes goes there, and nowhere else */
    char *prefix;        /* of the session's files in it */
    char *chain[6];      /* the virtual platform's certificates */
    char *firmware;
    char *kernel;
    char *secret;
    char *reference;
    char *tik;
    char *tek;
    char *oca_key;
    char *oca_cert;
    char *csr;
    char *descriptors;
};

struct flow_world flow_world_make(void);
void flow_world_drop(struct flow_world *world);

/*
 * A flow: true when all of it worked, and what it gave was looked at. A flow
 * that writes files writes all of N_FILES or none.
 */
struct flow {
    const char *name;
    bool (*run)(const struct flow_world *world, struct sevk_error *err);
    size_t n_files;
};

extern const struct flow flows[];
extern const size_t n_flows;

#endif
