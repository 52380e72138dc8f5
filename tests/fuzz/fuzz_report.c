/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes attestation reports, with the PEK behind them: who may say yes. */
#include "owner/report.h"

#include "fuzz.h"
#include "wire/sev_cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    size_t at = n < ATTESTATION_LEN ? n : ATTESTATION_LEN;
    char reason[REPORT_REASON_LEN];
    struct bytes rest = { n > at ? p + at : NULL, n - at };
    struct attestation a;
    struct sev_cert pek;
    bool yes = false;

    if (!report_verify(bytes_make(p, at), rest, &a, &yes, reason, NULL)) {
        must(!yes);
        return 0;
    }
    must(n == ATTESTATION_LEN + SEV_CERT_LEN);
    must(yes == (reason[0] == '\0'));
    must(sev_cert_decode(rest, &pek, NULL));
    must(pek.pubkey_usage == SEV_USAGE_PEK);
    must(!yes || a.sig_usage == SEV_USAGE_PEK);
    return 0;
}
