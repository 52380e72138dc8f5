/* SPDX-License-Identifier: Apache-2.0 */
/* Asks libvirt what it says of SEV on its host, and which it is. */
#include "virt/capabilities_ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/own.h"

static char *format_versions(unsigned long libvirt, unsigned long qemu)
{
    char *text = NULL;

    return asprintf(&text, "libvirt %lu.%lu.%lu\nqemu %lu.%lu.%lu\n",
                    libvirt / 1000000, libvirt / 1000 % 1000, libvirt % 1000,
                    qemu / 1000000, qemu / 1000 % 1000, qemu % 1000) < 0
               ? NULL
               : text;
}

static bool work_capabilities(struct job *job)
{
    unsigned long libvirt = 0;
    unsigned long qemu = 0;

    if (virConnectGetLibVersion(job->conn, &libvirt) != 0) {
        return false;
    }
    /* Unknown where no QEMU is installed: the capabilities then fail. */
    (void)virConnectGetVersion(job->conn, &qemu);
    job->name = format_versions(libvirt, qemu);
    job->text = virConnectGetDomainCapabilities(job->conn, NULL, "x86_64",
                                                "q35", NULL, 0);
    return job->name != NULL && job->text != NULL;
}

static void own_link(struct link *link)
{
    link_close(link);
}

bool capabilities_ask(const char *uri, uint32_t timeout_s, struct buf *ret_xml,
                      struct buf *ret_versions, struct sevk_error *err)
{
    static const struct watch nobody = { 0 };
    OWN(own_link)
    struct link link = { .uri = uri,
                         .timeout_ms = (uint64_t)timeout_s * 1000,
                         .watch = &nobody };
    OWN(job_free) struct job *job = NULL;
    struct job *asked = job_new(work_capabilities);

    if (asked == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!link_open(&link, err)) {
        job_free(&asked);
        return false;
    }
    return link_do(&link, asked, "asking for the domain capabilities", NULL,
                   &job, err) &&
           buf_append_string(ret_xml, job->text, err) &&
           buf_append_string(ret_versions, job->name, err);
}
