/* SPDX-License-Identifier: Apache-2.0 */
/* AMD's key server: two questions, asked with patience. */
#ifndef SEVKIT_FETCH_KDS_H
#define SEVKIT_FETCH_KDS_H

#include "attest/watch.h"
#include "base/buf.h"
#include "http/http.h"

/*
 * The server gives the signed CEK of a chip for its id (GET_ID), and ASK || ARK
 * for a processor's name (formats.md 1.4):
 *
 *     https://kdsintf.amd.com/cek/id/<128 upper-case hex digits>
 *     https://download.amd.com/developer/eula/sev/ask_ark_<name>.cert
 *
 * It answers about one question in ten seconds, and 429 to the rest. Then it is
 * asked again after the time it names (Retry-After), or after 5, 10, 20, …
 * seconds when it names none, as long as all waiting together stays within a
 * limit; a wait beyond the limit is not begun. 503 is treated alike.
 *
 * What comes back was only carried by TLS: it is nobody's word until its
 * signatures were checked (fetch.h).
 */
#define KDS_CEK_SERVER    "https://kdsintf.amd.com"
#define KDS_CEK_PATH      "/cek/id/"
#define KDS_ID_LEN        64
#define KDS_PROCESSOR_MAX 32

/* Waits; false when the user wants to stop. */
struct kds_pause {
    bool (*wait)(void *ctx, uint32_t seconds);
    void *ctx;
};

/* Starts with all zeros, then filled; the pointers are the caller's. */
struct kds {
    const char *server; /* "https://mirror.example/amd" with the paths above
                         * behind it; NULL: AMD's own two */
    struct bytes ca;    /* PEM; empty: the system's CAs */
    uint32_t timeout;   /* seconds for each answer, 1 to 3600 */
    uint32_t wait_max;  /* seconds in all */
    struct kds_pause pause;
    const struct watch *watch;
    uint32_t waited;
    struct http *http; /* opened when needed; kds_close() */
};

void kds_close(struct kds *kds); /* also for OWN() */

/*
 * The answer's bytes, at most CHAIN_FILE_MAX. SEVK_HOST: no such chip, server
 * out of reach, not trusted, too busy, or the user stopped it. SEVK_USAGE: the
 * server's address or the processor's name can't be one.
 */
SEVK_MUST_CHECK bool kds_cek(struct kds *kds,
                             const uint8_t id[static KDS_ID_LEN],
                             struct buf *ret, struct sevk_error *err);
SEVK_MUST_CHECK bool kds_ask_ark(struct kds *kds, const char *processor,
                                 struct buf *ret, struct sevk_error *err);

/* SEVK_USAGE unless NAME is 1 to 32 lower-case letters and digits: "milan". */
SEVK_MUST_CHECK bool kds_check_processor(const char *name,
                                         struct sevk_error *err);

#endif
