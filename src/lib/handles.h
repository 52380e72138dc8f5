/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind the opaque handles of libsevkit. */
#ifndef SEVKIT_LIB_HANDLES_H
#define SEVKIT_LIB_HANDLES_H

#include <sevkit/sevkit.h>

#include "attest/verdict.h"
#include "base/buf.h"
#include "owner/chain.h"
#include "owner/launch_secret.h"
#include "owner/session_record.h"
#include "owner/trust.h"

/*
 * src/lib translates: handles into the libraries' values, and back. It decides
 * nothing and derives nothing, so that a program that uses libsevkit and
 * sevkit(1) can't come to different results.
 *
 * A handle is one allocation with its values inside; those with pointers are
 * released by the handle's free function.
 */
struct sevk_trust {
    struct trust roots;
    struct acceptance rules; /* for its platforms */
};

struct sevk_chain {
    struct chain *chain;
};

struct sevk_firmware {
    struct firmware firmware;
};

struct sevk_expectation {
    struct expectation *e; /* never settled: a copy of it is */
    bool touched;          /* a value was set: too late for a reference */
};

struct sevk_measurement {
    struct evidence evidence;
};

struct sevk_session {
    struct session session;
    bool has_record; /* else only the keys are known */
    struct session_record record;
    char *prefix; /* of its files; NULL: none */
    char *godh_base64;
    char *blob_base64;
    bool used;           /* for the guest with … */
    uint8_t measure[32]; /* … this MEASURE */
};

struct sevk_verdict {
    struct verdict verdict;
    char explanation[EXPLAIN_TEXT_LEN]; /* "" if none was looked for */
    struct chain *chain;                /* of sevk_chain_verify(), else NULL */
    struct chain_verdict links;
};

struct sevk_secrets {
    struct launch_secrets list;
};

struct sevk_packet {
    struct launch_packet packet;
    char *header_base64;
    char *payload_base64;
};

/* A new handle of zeros in *RET. */
#define NEW_HANDLE(ret, err)                                                   \
    ((*(ret) = calloc(1, sizeof **(ret))) != NULL ||                           \
     sevk_fail(err, SEVK_HOST, "out of memory"))

/* FROM as base64 text of its own, in new memory. */
SEVK_MUST_CHECK bool base64_text(struct bytes from, char **ret,
                                 struct sevk_error *err);

/*
 * Before a yes about EVIDENCE leaves the library: the session is for that guest
 * from now on. SEVK_REFUSED when it is for another.
 */
SEVK_MUST_CHECK bool session_use(struct sevk_session *session,
                                 const struct evidence *evidence,
                                 struct sevk_error *err);

#endif
