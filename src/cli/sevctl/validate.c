/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl validate: an attestation report by the PEK of a certificate chain. */
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/sevctl/sevctl.h"
#include "owner/chain.h"
#include "owner/report.h"

/* The signature counts; what the chain itself is worth is another question. */
static bool warn_of_chain(const struct sevctl_call *call, struct chain *chain,
                          struct sevk_error *err)
{
    OWN(own_free) struct chain_verdict *v = calloc(1, sizeof *v);
    OWN(trust_free) struct trust trust = { 0 };

    if (v == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!trust_add_amd(&trust, err) || !chain_verify(chain, &trust, v, err)) {
        return false;
    }
    if (!v->yes && !call->quiet) {
        out_warn(call->out,
                 "the PEK signed the report, but nothing vouches for the PEK: "
                 "%s; see 'sevctl verify'",
                 chain_verdict_reason(v));
    }
    return true;
}

static bool run(const struct sevctl_call *call, struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    OWN(buf_free) struct buf report = { 0 };
    struct attestation a;
    char reason[REPORT_REASON_LEN];
    struct bytes pek;
    bool yes = false;

    if (!chain_new(&chain, err) || !chain_add_file(chain, call->args[0], err) ||
        !file_read(call->args[1], ATTESTATION_LEN, "attestation report",
                   &report, err)) {
        return false;
    }
    pek = chain_cert(chain, CHAIN_PEK);
    if (pek.n == 0) {
        return sevk_fail(err, SEVK_INPUT, "'%s' holds no PEK certificate",
                         call->args[0]);
    }
    if (!report_verify(buf_bytes(&report), pek, &a, &yes, reason, err)) {
        return sevk_fail_in(err, "attestation report '%s'", call->args[1]);
    }
    if (!yes) {
        return sevk_fail(err, SEVK_REFUSED, "%s", reason);
    }
    return warn_of_chain(call, chain, err);
}

const struct sevctl_command sevctl_validate = {
    .name = "validate",
    .args = "SEV-CHAIN REPORT",
    .min_args = 2,
    .max_args = 2,
    .summary = "check who signed an attestation report",
    .run = run,
};
