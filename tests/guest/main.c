/* SPDX-License-Identifier: Apache-2.0
 *
 * The test guest: says on its serial line which kernel and secrets reached it,
 * then obeys. README.md has the protocol. */
#include "areas.h"
#include "io.h"
#include "kernel.h"
#include "power.h"
#include "secrets.h"
#include "serial.h"

void guest_main(void);

/* Set once in memory that start-up does not clear: a later start that finds
 * it came from a reset. */
static const uint8_t awake[] = "sevkit test guest was here";
static uint8_t marker[sizeof(awake)] __attribute__((section(".noinit")));

static bool was_awake(void)
{
    bool seen = bytes_equal(marker, awake, sizeof(awake));

    __builtin_memcpy(marker, awake, sizeof(awake));
    return seen;
}

static void check_kernel(struct area hashes)
{
    static const char *const say[] = {
        [KERNEL_NONE] = "kernel: none\n",
        [KERNEL_VERIFIED] = "kernel: verified\n",
        [KERNEL_NO_TABLE] = "kernel: hash table absent\n",
        [KERNEL_MISMATCH] = "kernel: MISMATCH kernel\n",
        [INITRD_MISMATCH] = "kernel: MISMATCH initrd\n",
        [CMDLINE_MISMATCH] = "kernel: MISMATCH cmdline\n",
    };
    enum kernel_verdict verdict = kernel_check(hashes);

    print(say[verdict]);
    if (verdict >= KERNEL_MISMATCH) {
        print("halted\n");
        halt();
    }
}

static _Noreturn void reset(void)
{
    print("reset\n");
    power_reset();
}

static _Noreturn void shut_down(void)
{
    print("poweroff\n");
    power_off();
}

static void report_secrets(struct area secrets)
{
    secrets_print(secrets);
    print("done\n");
}

void guest_main(void)
{
    struct areas areas = areas_find();
    bool again = was_awake();

    serial_init();
    print("sevkit test guest\n");
    if (again)
        print("rebooted\n");
    check_kernel(areas.hashes);
    report_secrets(areas.secrets);

    if (kernel_cmdline_has("test=reboot") && !again)
        reset();
    if (kernel_cmdline_has("test=poweroff"))
        shut_down();
    for (;;) {
        switch (serial_wait()) {
        case 'r':
            reset();
        case 'p':
            shut_down();
        case 's':
            report_secrets(areas.secrets);
            break;
        default:
            break;
        }
    }
}
