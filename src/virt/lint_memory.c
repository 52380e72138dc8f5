/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about memory: locked, enough of it, and not changed later. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

/* What is locked beside the guest's memory, in KiB. */
#define FIRMWARE_KIB 4096u /* code and variables, where the image is not here */
#define VIDEO_KIB    16384u  /* of a device that does not say how much */
#define QEMU_OWN_KIB 262144u /* buffers, page tables, threads */

static uint64_t video_kib(const xmlNode *devices)
{
    uint64_t sum = 0;

    for (const xmlNode *at = xml_child(devices, "video"); at != NULL;
         at = xml_next(at)) {
        const xmlNode *model = xml_child(at, "model");
        OWN(own_free) char *text = NULL;
        uint64_t kib = 0;

        if (!xml_attr(model, "vram", &text, NULL) || text == NULL ||
            !number_parse(text, 0, UINT32_MAX, "vram", &kib, NULL)) {
            kib = VIDEO_KIB;
        }
        sum += xml_attr_is(model, "type", "none") ? 0 : kib;
    }
    return sum;
}

/* Units are those of <memory>; only the usual ones matter here. */
static bool read_limit(const xmlNode *node, uint64_t *ret_kib,
                       struct sevk_error *err)
{
    OWN(own_free) char *text = NULL;
    OWN(own_free) char *unit = NULL;
    uint64_t value = 0;
    unsigned int shift = 0;

    if (!xml_text(node, &text, err) || !xml_attr(node, "unit", &unit, err)) {
        return false;
    }
    if (!number_parse(text, 0, UINT64_MAX >> 21, "<hard_limit>", &value,
                      NULL)) {
        return sevk_fail(err, SEVK_INPUT, "<hard_limit> is not a number");
    }
    if (unit != NULL &&
        (strcasecmp(unit, "MiB") == 0 || strcasecmp(unit, "M") == 0)) {
        shift = 10;
    } else if (unit != NULL &&
               (strcasecmp(unit, "GiB") == 0 || strcasecmp(unit, "G") == 0)) {
        shift = 20;
    } else if (unit != NULL && strcasecmp(unit, "KiB") != 0 &&
               strcasecmp(unit, "k") != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "<hard_limit> has a unit that is not read here; use "
                         "KiB, MiB or GiB");
    }
    *ret_kib = value << shift;
    return true;
}

static bool lint_limit(struct lint *lint, const xmlNode *limit,
                       struct sevk_error *err)
{
    static const struct lint_rule low = {
        "memory-hard-limit", "3", LINT_ERROR,
        "raise <hard_limit> to at least the sum"
    };
    uint64_t memory = lint->facts->memory_kib;
    uint64_t firmware =
        lint->image_seen ? lint->image_kib + FIRMWARE_KIB / 4 : FIRMWARE_KIB;
    uint64_t video = video_kib(lint->devices);
    uint64_t need = firmware + video + QEMU_OWN_KIB;
    uint64_t kib = 0;

    if (!read_limit(limit, &kib, err)) {
        return false;
    }
    if (kib < need || kib - need < memory) {
        lint_add(lint, &low, NULL, "/domain/memtune/hard_limit",
                 "%" PRIu64 " KiB is too low: memory %" PRIu64
                 " + firmware %" PRIu64 " + video %" PRIu64
                 " + QEMU's own %u = %" PRIu64 " KiB",
                 kib, memory, firmware, video, QEMU_OWN_KIB, memory + need);
    }
    return true;
}

static bool lint_current(struct lint *lint, struct sevk_error *err)
{
    static const struct lint_rule balloon = {
        "memory-balloon", NULL, LINT_WARNING,
        "make <currentMemory> the same as <memory>"
    };
    OWN(own_free) char *now = NULL;
    OWN(own_free) char *all = NULL;
    OWN(own_free) char *unit_now = NULL;
    OWN(own_free) char *unit_all = NULL;
    const xmlNode *current = xml_child(lint->domain, "currentMemory");
    const xmlNode *memory = xml_child(lint->domain, "memory");

    if (current == NULL || memory == NULL) {
        return true;
    }
    if (!xml_text(current, &now, err) || !xml_text(memory, &all, err) ||
        !xml_attr(current, "unit", &unit_now, err) ||
        !xml_attr(memory, "unit", &unit_all, err)) {
        return false;
    }
    /* Different units are not compared: they may well mean the same. */
    if (strcmp(unit_now == NULL ? "KiB" : unit_now,
               unit_all == NULL ? "KiB" : unit_all) == 0 &&
        strcmp(now, all) != 0) {
        lint_add(lint, &balloon, NULL, "/domain/currentMemory",
                 "memory that is ballooned away stays locked: an SEV guest's "
                 "pages are pinned");
    }
    return true;
}

bool lint_memory(struct lint *lint, struct sevk_error *err)
{
    static const struct lint_rule locked = {
        "memory-locked", "3", LINT_ERROR,
        "add <memoryBacking><locked/></memoryBacking>, or "
        "<memtune><hard_limit> as the guide's virt-install does"
    };
    static const struct lint_rule plug = {
        "memory-hotplug", NULL, LINT_WARNING,
        "remove <maxMemory> and <memory model='dimm'>"
    };
    const xmlNode *limit =
        xml_child(xml_child(lint->domain, "memtune"), "hard_limit");

    if (limit == NULL &&
        xml_child(xml_child(lint->domain, "memoryBacking"), "locked") == NULL) {
        lint_add(lint, &locked, NULL, "/domain/memoryBacking",
                 "nothing lets QEMU lock the VM's memory, so the start fails "
                 "at the limit of its control group");
    }
    if (xml_child(lint->domain, "maxMemory") != NULL ||
        xml_child(lint->devices, "memory") != NULL) {
        lint_add(lint, &plug, NULL, "/domain/maxMemory",
                 "memory that is plugged later is neither measured nor "
                 "counted in the lock's limit");
    }
    return (limit == NULL || lint_limit(lint, limit, err)) &&
           lint_current(lint, err);
}
