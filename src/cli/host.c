/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs about a host share: where its facts come from. */
#include "cli/host.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"
#include "cli/lint.h"
#include "host/gather.h"

static bool note_libvirt(struct host_record *record, const char *why,
                         struct sevk_error *err)
{
    record->has[RECORD_LIBVIRT] = true;
    return buf_printf(&record->text[RECORD_LIBVIRT], err, "error %s\n", why);
}

/* Opening a connection may start a daemon; looking for its socket does not. */
static bool libvirt_runs(void)
{
    return getenv("LIBVIRT_DEFAULT_URI") != NULL ||
           access("/run/libvirt/libvirt-sock", F_OK) == 0 ||
           access("/run/libvirt/virtqemud-sock", F_OK) == 0;
}

static bool ask_libvirt(const struct host_options *o,
                        struct host_record *record, struct sevk_error *err)
{
    OWN(buf_free) struct buf xml = { 0 };
    OWN(buf_free) struct buf versions = { 0 };
    const struct virt_module *module;
    struct sevk_error inner = { 0 };

    if (o->connect == NULL && !libvirt_runs()) {
        return note_libvirt(record, "none runs here", err);
    }
    if (!virt_open(&module, &inner) ||
        !module->ask_capabilities(o->connect != NULL ||
                                          getenv("LIBVIRT_DEFAULT_URI") != NULL
                                      ? o->connect
                                      : "qemu:///system",
                                  o->timeout.value, &xml, &versions, &inner)) {
        return o->connect == NULL
                   ? note_libvirt(record, inner.message, err)
                   : sevk_fail(err, inner.code, "%s", inner.message);
    }
    record->has[RECORD_LIBVIRT] = true;
    record->has[RECORD_CAPABILITIES] = true;
    return buf_append(&record->text[RECORD_LIBVIRT], buf_bytes(&versions),
                      err) &&
           buf_append(&record->text[RECORD_CAPABILITIES], buf_bytes(&xml), err);
}

static bool ask_firmware(const struct host_options *o,
                         struct host_record *record, struct sevk_error *err)
{
    OWN(device_close) struct device *device = NULL;
    struct sevk_error inner = { 0 };
    bool named = o->device.device != NULL || o->device.directory != NULL;

    if (!device_from_options(&o->device, false, &device, &inner) && named) {
        return sevk_fail(err, inner.code, "%s", inner.message);
    }
    return host_gather_firmware(device, inner.message, record, err);
}

static bool check_from(const struct host_options *o, struct sevk_error *err)
{
    if (o->device.device != NULL || o->device.directory != NULL ||
        o->connect != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "with '--from', nothing is asked: leave '--device', "
                         "'--virtual' and '--connect' out");
    }
    return true;
}

bool host_record_from(const struct host_options *o, struct host_record *ret,
                      struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };

    if (o->from != NULL) {
        return check_from(o, err) && host_record_load(o->from, ret, err);
    }
    if (!host_gather("", &record, err) || !ask_firmware(o, &record, err) ||
        !ask_libvirt(o, &record, err)) {
        return false;
    }
    *ret = record;
    record = (struct host_record){ 0 };
    return true;
}

bool host_facts_from(const struct host_record *record, struct host_facts *ret,
                     struct sevk_error *err)
{
    const struct lint_module *module;

    host_facts_read(record, ret);
    return !record->has[RECORD_CAPABILITIES] ||
           (lint_open(&module, err) &&
            module->read_capabilities(
                buf_bytes(&record->text[RECORD_CAPABILITIES]), &ret->libvirt,
                err));
}
