/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about memory: locked, enough of it, and not changed later. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

/*
 * What is locked beside the guest's memory, in KiB. libvirt's own advice is
 * 256 MiB above memory, firmware and video; with 4096 MiB, 4 MiB of firmware
 * and 16 MiB of video that is 4476928, and the guide's 4563402 is enough.
 */
#define FIRMWARE_KIB                                                           \
    4096u /* code and variables, where the image is not known */
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

void lint_sum_up(const struct lint *lint, struct lint_sum *ret)
{
    ret->memory = lint->facts->memory_kib;
    ret->firmware =
        lint->image_kib > 0 ? lint->image_kib + FIRMWARE_KIB / 4 : FIRMWARE_KIB;
    ret->video = video_kib(lint->devices);
    ret->own = QEMU_OWN_KIB;
    ret->all = ret->firmware + ret->video + ret->own;
    /* No machine has so much; what overflows would look small. */
    ret->all = ret->memory > UINT64_MAX - ret->all ? UINT64_MAX
                                                   : ret->all + ret->memory;
}

static bool lint_limit(struct lint *lint, const xmlNode *limit,
                       struct sevk_error *err)
{
    struct lint_sum sum;
    uint64_t kib = 0;
    bool has = false;

    lint_sum_up(lint, &sum);
    if (!domain_memory_kib(limit, "<hard_limit>", &has, &kib, err)) {
        return false;
    }
    if (kib < sum.all) {
        lint_add(
            lint, LINT_MEMORY_HARD_LIMIT, limit, "/domain/memtune/hard_limit",
            "%" PRIu64 " KiB is too low: memory %" PRIu64 " + firmware %" PRIu64
            " + video %" PRIu64 " + QEMU's own %" PRIu64 " = %" PRIu64 " KiB",
            kib, sum.memory, sum.firmware, sum.video, sum.own, sum.all);
    }
    return true;
}

static bool lint_current(struct lint *lint, struct sevk_error *err)
{
    const xmlNode *current = xml_child(lint->domain, "currentMemory");
    uint64_t kib = 0;
    bool has = false;

    if (!domain_memory_kib(current, "<currentMemory>", &has, &kib, err)) {
        return false;
    }
    if (has && lint->facts->has_memory && kib != lint->facts->memory_kib) {
        lint_add(lint, LINT_MEMORY_BALLOON, current, "/domain/currentMemory",
                 "memory that is ballooned away stays locked: an SEV guest's "
                 "pages are pinned");
    }
    return true;
}

/* libvirt adds a balloon to a domain that says nothing about one. */
static void lint_memballoon(struct lint *lint)
{
    const xmlNode *balloon = xml_child(lint->devices, "memballoon");

    if (!xml_attr_is(balloon, "model", "none")) {
        lint_add(lint, LINT_MEMBALLOON,
                 balloon == NULL ? lint->devices : balloon,
                 "/domain/devices/memballoon",
                 "a balloon gives nothing back: an SEV guest's pages are "
                 "pinned");
    }
}

static void lint_plugged(struct lint *lint)
{
    const xmlNode *most = xml_child(lint->domain, "maxMemory");
    const xmlNode *device = xml_child(lint->devices, "memory");

    if (most != NULL || device != NULL) {
        lint_add(lint, LINT_MEMORY_HOTPLUG, most != NULL ? most : device,
                 most != NULL ? "/domain/maxMemory" : "/domain/devices/memory",
                 "memory that is plugged later is neither measured nor "
                 "counted in the lock's limit");
    }
}

bool lint_memory(struct lint *lint, struct sevk_error *err)
{
    const xmlNode *limit =
        xml_child(xml_child(lint->domain, "memtune"), "hard_limit");

    if (limit == NULL &&
        xml_child(xml_child(lint->domain, "memoryBacking"), "locked") == NULL) {
        lint_add(lint, LINT_MEMORY_LOCKED, lint->domain,
                 "/domain/memoryBacking",
                 "nothing lets QEMU lock the VM's memory, so the start fails "
                 "at the limit of its control group");
    }
    lint_plugged(lint);
    lint_memballoon(lint);
    return (limit == NULL || lint_limit(lint, limit, err)) &&
           lint_current(lint, err);
}
