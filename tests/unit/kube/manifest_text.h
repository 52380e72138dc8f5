/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests in tests: parsed from a string. */
#ifndef SEVKIT_TESTS_KUBE_MANIFEST_TEXT_H
#define SEVKIT_TESTS_KUBE_MANIFEST_TEXT_H

#include "base/own.h"
#include "kube/check.h"
#include "lib/unit.h"

static inline bool parse_string(const char *text, struct yaml_file *ret,
                                struct sevk_error *err)
{
    OWN(buf_free) struct buf copy = { 0 };

    return buf_append_string(&copy, text, err) && yaml_parse(&copy, ret, err);
}

static inline struct yaml_file parsed(const char *text)
{
    struct yaml_file file = { 0 };
    struct sevk_error err = { 0 };

    assert_works(parse_string(text, &file, &err), &err);
    return file;
}

/* An instance that keeps all the rules but for notes. */
#define GOOD_VMI                                                               \
    "apiVersion: kubevirt.io/v1\n"                                             \
    "kind: VirtualMachineInstance\n"                                           \
    "metadata: {name: a}\n"                                                    \
    "spec:\n"                                                                  \
    "  startStrategy: Paused\n"                                                \
    "  domain:\n"                                                              \
    "    memory: {guest: 1Gi}\n"                                               \
    "    firmware:\n"                                                          \
    "      bootloader:\n"                                                      \
    "        efi: {secureBoot: false}\n"                                       \
    "    launchSecurity:\n"                                                    \
    "      sev: {attestation: {}}\n"                                           \
    "    devices: {}\n"

#endif
