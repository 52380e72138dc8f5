/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs about a host share: where its facts come from. */
#ifndef SEVKIT_CLI_HOST_H
#define SEVKIT_CLI_HOST_H

#include "cli/device.h"
#include "cli/virt.h"
#include "host/facts.h"

struct host_options {
    struct device_options device;
    const char *connect;
    const char *from;
    struct opt_u32 timeout;
};

/* Rows for a struct TYPE that begins with a struct host_options. */
#define HOST_LIVE_ROWS(type)                                                   \
    DEVICE_ROWS(type, device), CONNECT_ROW(type, connect),                     \
        TIMEOUT_ROW(type, timeout)

#define HOST_FROM_ROW(type)                                                    \
    {                                                                          \
        .name = "from", .arg = "DIR",                                          \
        .help = "a host that 'host capture' recorded", .set = opt_set_string,  \
        .at = offsetof(type, from)                                             \
    }

/*
 * Records this machine, its firmware and its libvirt, or loads --from. Without
 * --connect libvirt is asked only where one runs, and that it fails is a fact.
 */
SEVK_MUST_CHECK bool host_record_from(const struct host_options *o,
                                      struct host_record *ret,
                                      struct sevk_error *err);

/* The facts in a record, libvirt's included. */
SEVK_MUST_CHECK bool host_facts_from(const struct host_record *record,
                                     struct host_facts *ret,
                                     struct sevk_error *err);

#endif
