/* SPDX-License-Identifier: Apache-2.0 */
/* The legacy attestation report: what a running guest was launched as. */
#include "owner/report.h"

#include <stdio.h>
#include <string.h>

#include "crypto/ec.h"
#include "wire/sev_cert.h"

static bool holds(struct bytes report, const struct attestation *a,
                  const struct sev_cert *pek)
{
    struct sev_ec_field field;
    struct ec_signature signature;
    struct ec_point point;

    sev_cert_get_ec(pek, &field);
    if (field.curve != SEV_CURVE_P384) {
        return false;
    }
    memcpy(point.x, field.x, sizeof point.x);
    memcpy(point.y, field.y, sizeof point.y);
    memcpy(signature.r, a->r, sizeof signature.r);
    memcpy(signature.s, a->s, sizeof signature.s);
    return p384_verify(&point, EC_SHA256,
                       bytes_make(report.p, ATTESTATION_SIGNED_LEN),
                       &signature);
}

bool report_verify(struct bytes report, struct bytes pek,
                   struct attestation *ret, bool *ret_yes,
                   char ret_reason[static REPORT_REASON_LEN],
                   struct sevk_error *err)
{
    struct attestation a;
    struct sev_cert cert;
    const char *why = NULL;

    if (!attestation_decode(report, &a, err) ||
        !sev_cert_decode(pek, &cert, err)) {
        return false;
    }
    if (cert.pubkey_usage != SEV_USAGE_PEK) {
        return sevk_fail(err, SEVK_INPUT,
                         "the certificate is no PEK's: its key usage is %Xh",
                         cert.pubkey_usage);
    }
    if (a.sig_usage != SEV_USAGE_PEK || a.sig_algo != SEV_ALGO_ECDSA_SHA256) {
        why = "the report names another kind of signer than a PEK";
    } else if (!holds(report, &a, &cert)) {
        why = "the PEK did not sign the attestation report";
    }
    *ret = a;
    *ret_yes = why == NULL;
    snprintf(ret_reason, REPORT_REASON_LEN, "%s", why == NULL ? "" : why);
    return true;
}
