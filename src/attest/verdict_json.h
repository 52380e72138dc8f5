/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict as a value tree, which is printed as text or as JSON. */
#ifndef SEVKIT_ATTEST_VERDICT_JSON_H
#define SEVKIT_ATTEST_VERDICT_JSON_H

#include "attest/verdict.h"

struct json_object; /* json-c's */

/*
 * Adds the members of sevkit-vm-validate(1) to TO, an object:
 *
 *     { "verdict": "yes"|"no",
 *       "platform": { "verified", "virtual", "id_hex", "root", "generation" },
 *       "covered": [ … ], "not_covered": [ … ], "reasons": [ … ],
 *       "warnings": [ … ],
 *       "evidence": { "measurement", "api", "build", "policy" },
 *       "inputs": { "policy", "firmware_sha256_hex", "firmware_size",
 *                   "kernel_sha256_hex", "initrd_sha256_hex",
 *                   "cmdline_sha256_hex", "vcpus", "cpu_signature", "vm_type",
 *                   "launch_digest_hex", "launch_digests" },
 *       "explanation": { "text", "found", "complete", "candidates",
 *                        "changes": [ { "what", "expected", "found" } ] } }
 *
 * What is not known is left out. Fails (SEVK_HOST) when memory is short.
 */
SEVK_MUST_CHECK bool verdict_to_json(const struct verdict *verdict,
                                     struct json_object *to,
                                     struct sevk_error *err);

/* Only the member "evidence". */
SEVK_MUST_CHECK bool evidence_to_json(const struct evidence *evidence,
                                      struct json_object *to,
                                      struct sevk_error *err);

#endif
