/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes files of certificates: they fill the file, and each is judged. */
#include "base/own.h"
#include "fuzz.h"
#include "owner/cert_signature.h"

#define ITEMS_MAX 8

/* With and without neighbours: what is empty is so for both. */
static void judge(const struct cert_item *item,
                  const struct cert_signers *signers)
{
    struct cert_signers alone = { .roots = signers->roots };
    struct cert_signature with, without;

    if (item->role > CHAIN_CEK) {
        cert_signature_of_amd(item, signers, &with);
        must(with.state != CERT_SIGNATURE_EMPTY);
        must((with.state == CERT_SIGNATURE_OK) == (with.reason[0] == '\0'));
        return;
    }
    for (size_t slot = 0; slot < SEV_CERT_SLOTS; slot++) {
        cert_signature_of_slot(item, slot, signers, &with);
        cert_signature_of_slot(item, slot, &alone, &without);
        must((with.state == CERT_SIGNATURE_EMPTY) ==
             (without.state == CERT_SIGNATURE_EMPTY));
        /* A neighbour can only add to what is known. */
        must(without.state != CERT_SIGNATURE_OK ||
             with.state == CERT_SIGNATURE_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    OWN(buf_free) struct buf decoded = { 0 };
    OWN(trust_free) struct trust roots = { 0 };
    struct cert_item items[ITEMS_MAX];
    struct cert_signers signers = { items, 0, &roots };
    struct bytes content = { 0 };
    size_t at = 0;

    must(trust_add_amd(&roots, NULL));
    if (!cert_file_content(bytes_make(p, n), "fuzz", &decoded, &content,
                           NULL)) {
        return 0;
    }
    while (at < content.n && signers.n < ITEMS_MAX) {
        size_t before = at;

        if (!cert_file_next(content, &at, &items[signers.n], NULL)) {
            must(at == before);
            break;
        }
        must(items[signers.n].offset == before && at <= content.n);
        must(items[signers.n].completed ||
             items[signers.n].bytes.n == at - before);
        signers.n++;
    }
    for (size_t i = 0; i < signers.n; i++) {
        judge(&items[i], &signers);
    }
    return 0;
}
