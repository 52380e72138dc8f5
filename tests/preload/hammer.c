/* SPDX-License-Identifier: Apache-2.0 */
/* Random ioctls with random structures: none may harm the program. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

#define PAGES 16
#define VMS   4

struct hammer {
    uint64_t random;
    uint8_t *ram; /* PAGES pages, and nothing behind them */
    int sev;
    int kvm;
    int vms[VMS];
};

/* Numerical Recipes' generator: the same run for the same seed. */
static uint64_t draw(struct hammer *h, uint64_t n)
{
    h->random = h->random * 6364136223846793005u + 1442695040888963407u;
    return (h->random >> 33) % n;
}

static uint64_t some_word(struct hammer *h)
{
    static const uint32_t lengths[] = { 0,    1,    15,   16,    48,    52,
                                        64,   128,  208,  2084,  4096,  6252,
                                        8192, 3200, 1664, 16384, 16385, 20480 };
    static const uint64_t odd[] = { NOWHERE,
                                    4096,
                                    ~0ull,
                                    ~0ull - 15,
                                    0x7fffffffffffull,
                                    0xffff800000000000ull };

    switch (draw(h, 8)) {
    case 0:
        return odd[draw(h, sizeof odd / sizeof odd[0])];
    case 1:
        return draw(h, 0x10000000ull); /* a large number; nobody lives there */
    case 2:
    case 3:
        return at(h->ram) + draw(h, PAGES * PAGE);
    case 4:
        return at(h->ram) + draw(h, PAGES) * PAGE;
    default:
        return lengths[draw(h, sizeof lengths / sizeof lengths[0])];
    }
}

/* A structure in its own memory, or an address that has none. */
static void *some_structure(struct hammer *h)
{
    static uint64_t words[16];

    for (size_t i = 0; i < 16; i++) {
        words[i] = some_word(h);
    }
    return draw(h, 16) == 0 ? (void *)(uintptr_t)some_word(h) : words;
}

static int some_vm(struct hammer *h)
{
    return h->vms[draw(h, VMS)];
}

static void on_sev(struct hammer *h)
{
    uint32_t cmd = (uint32_t)draw(h, 14);

    /* Making keys takes long, and others come seldom to anything then. */
    if (cmd != SEV_FACTORY_RESET && (cmd != SEV_PEK_GEN || draw(h, 8) == 0)) {
        (void)issue(h->sev, cmd, some_structure(h));
    }
}

static void on_guest(struct hammer *h)
{
    int vm = some_vm(h);

    (void)encrypt_op(vm, (uint32_t)draw(h, 25), some_structure(h),
                     draw(h, 16) == 0 ? h->kvm : h->sev);
}

/* Guests that are further on than chance would bring them. */
static void new_vm(struct hammer *h)
{
    struct kvm_sev_launch_start start = { 0 };
    size_t i = (size_t)draw(h, VMS);

    close(h->vms[i]);
    h->vms[i] = make_vm(h->kvm, 0);
    if (draw(h, 4) != 0) {
        (void)encrypt_op(h->vms[i],
                         draw(h, 2) != 0 ? KVM_SEV_INIT : KVM_SEV_ES_INIT, NULL,
                         h->sev);
        start.policy = (uint32_t)draw(h, 8);
        (void)encrypt_op(h->vms[i], KVM_SEV_LAUNCH_START, &start, h->sev);
    }
}

static void on_kvm(struct hammer *h)
{
    static const unsigned long requests[] = {
        KVM_GET_API_VERSION,
        KVM_CHECK_EXTENSION,
        KVM_SET_USER_MEMORY_REGION,
        KVM_MEMORY_ENCRYPT_REG_REGION,
        KVM_MEMORY_ENCRYPT_UNREG_REGION,
        KVM_GET_REGS,
        KVM_SET_SREGS,
    };
    unsigned long request =
        requests[draw(h, sizeof requests / sizeof requests[0])];

    (void)ioctl(draw(h, 2) != 0 ? some_vm(h) : h->kvm, request,
                some_structure(h));
}

/* Memory with nothing before and behind it: what is written past its end must
 * be refused, and hit nobody. */
static uint8_t *lonely_memory(void)
{
    size_t n = PAGES * PAGE;
    uint8_t *p = make_memory(3 * n);

    CHECK(mprotect(p, n, PROT_NONE) == 0);
    CHECK(mprotect(p + 2 * n, n, PROT_NONE) == 0);
    return p + n;
}

/* WORDS: a seed, how many. */
void part_hammer(char **words)
{
    struct hammer h = { .random = strtoull(words[0], NULL, 0),
                        .ram = lonely_memory(),
                        .sev = open_device("/dev/sev", O_RDWR),
                        .kvm = open_device("/dev/kvm", O_RDWR) };
    int n = atoi(words[1]);

    for (size_t i = 0; i < VMS; i++) {
        h.vms[i] = make_vm(h.kvm, 0);
    }
    for (int i = 0; i < n; i++) {
        switch (draw(&h, 16)) {
        case 0:
            new_vm(&h);
            break;
        case 1:
        case 2:
            on_kvm(&h);
            break;
        case 3:
            on_sev(&h);
            break;
        default:
            on_guest(&h);
            break;
        }
    }
    for (size_t i = 0; i < VMS; i++) {
        close(h.vms[i]);
    }
    CHECK(status_of(h.sev).guest_count == 0);
    close(start_guest(h.kvm, h.sev, 0, NULL)); /* it works as ever */
    CHECK(status_of(h.sev).guest_count == 0);
}
