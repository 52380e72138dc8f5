/* SPDX-License-Identifier: Apache-2.0 */
/* What the processor says of itself, seen from inside a guest. */
#include "guest/cpu.h"

#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/own.h"

#define SEV_STATUS_MSR 0xc0010131

static void read_hypervisor(char ret[static 13])
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;

    ret[0] = '\0';
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & (1U << 31)) == 0) {
        return;
    }
    __cpuid(0x40000000, a, b, c, d);
    store_le32((uint8_t *)ret, b);
    store_le32((uint8_t *)ret + 4, c);
    store_le32((uint8_t *)ret + 8, d);
    ret[12] = '\0';
    for (size_t i = 0; ret[i] != '\0'; i++) {
        if (ret[i] < ' ' || ret[i] > '~' || ret[i] == '"' || ret[i] == '\\') {
            ret[i] = '?';
        }
    }
}

static bool read_claim(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;

    return __get_cpuid(0x8000001f, &a, &b, &c, &d) != 0 && (a & 2) != 0;
}

struct cpu cpu_read(const char *root)
{
    struct cpu cpu = { .claims_sev = read_claim() };
    OWN(own_free) char *path = NULL;
    OWN(own_close) int fd = -1;
    uint8_t value[8];

    read_hypervisor(cpu.hypervisor);
    if (asprintf(&path, "%s/dev/cpu/0/msr", root) < 0) {
        path = NULL;
        return cpu;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 &&
        pread(fd, value, sizeof value, SEV_STATUS_MSR) == sizeof value) {
        cpu.has_status = true;
        cpu.status = load_le64(value);
    }
    return cpu;
}
