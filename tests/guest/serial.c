/* SPDX-License-Identifier: Apache-2.0
 *
 * COM1 (16550 UART) and what its interrupt needs: IDT, 8259 PICs, local APIC. */
#include "serial.h"

#include "io.h"

enum {
    UART_DATA = 0x3f8,
    UART_DIVISOR_LOW = 0x3f8, /* while the divisor latch is open */
    UART_DIVISOR_HIGH = 0x3f9,
    UART_INTERRUPTS = 0x3f9,
    UART_FIFO = 0x3fa,
    UART_LINE = 0x3fb,
    UART_MODEM = 0x3fc,
    UART_STATUS = 0x3fd,
};

enum {
    STATUS_RECEIVED = 0x01,
    PIC1 = 0x20,
    PIC2 = 0xa0,
    PIC_END = 0x20,
    FIRST_VECTOR = 0x20, /* of the PICs' sixteen lines; below are exceptions */
    LAST_VECTOR = 0x2f,
    CODE_SELECTOR = 0x08,
};

struct interrupt_frame;

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint16_t attributes;
    uint16_t offset_high;
};

static struct gate idt[LAST_VECTOR + 1];

void serial_init(void)
{
    out8(UART_INTERRUPTS, 0);
    out8(UART_LINE, 0x80); /* open the divisor latch */
    out8(UART_DIVISOR_LOW, 1);
    out8(UART_DIVISOR_HIGH, 0);
    out8(UART_LINE, 0x03);  /* 8 bits, no parity, 1 stop bit */
    out8(UART_FIFO, 0x01);  /* on, an interrupt at every byte */
    out8(UART_MODEM, 0x0b); /* DTR, RTS, and OUT2, which lets IRQ 4 out */
}

/* The line stays raised until serial_wait() has read every byte, so there is
 * nothing to do here but to end the sleep. */
__attribute__((interrupt)) static void wake(struct interrupt_frame *frame)
{
    (void)frame;
    out8(PIC1, PIC_END);
}

__attribute__((interrupt)) static void fault(struct interrupt_frame *frame)
{
    (void)frame;
    print("fault\n");
    halt();
}

static void set_gate(unsigned vector, uintptr_t handler)
{
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)handler,
        .selector = CODE_SELECTOR,
        .attributes = 0x8e00, /* present, 32-bit interrupt gate */
        .offset_high = (uint16_t)(handler >> 16),
    };
}

static void load_idt(void)
{
    struct __attribute__((packed)) {
        uint16_t limit;
        uint32_t base;
    } idtr = { sizeof(idt) - 1, (uint32_t)(uintptr_t)idt };

    for (unsigned vector = 0; vector < FIRST_VECTOR; vector++)
        set_gate(vector, (uintptr_t)fault);
    for (unsigned vector = FIRST_VECTOR; vector <= LAST_VECTOR; vector++)
        set_gate(vector, (uintptr_t)wake);
    __asm__ volatile("lidt %0" : : "m"(idtr), "m"(idt));
}

static void init_pics(void)
{
    out8(PIC1, 0x11);
    out8(PIC1 + 1, FIRST_VECTOR);
    out8(PIC1 + 1, 0x04); /* the second hangs on line 2 */
    out8(PIC1 + 1, 0x01);
    out8(PIC2, 0x11);
    out8(PIC2 + 1, FIRST_VECTOR + 8);
    out8(PIC2 + 1, 0x02);
    out8(PIC2 + 1, 0x01);
    out8(PIC1 + 1, (uint8_t) ~(1 << 4)); /* IRQ 4 alone: COM1 */
    out8(PIC2 + 1, 0xff);
}

static void init_local_apic(void)
{
    volatile uint32_t *spurious = (volatile uint32_t *)0xfee000f0;
    volatile uint32_t *lint0 = (volatile uint32_t *)0xfee00350;

    *spurious = 0x1ff;
    *lint0 = 0x700; /* ExtINT: pass the PICs' interrupts on */
}

uint8_t serial_wait(void)
{
    interrupts_off();
    if (idt[0].attributes == 0) {
        load_idt();
        init_pics();
        init_local_apic();
        out8(UART_INTERRUPTS, 0x01); /* byte received */
    }
    while (!(in8(UART_STATUS) & STATUS_RECEIVED))
        interrupts_on_and_wait();
    return in8(UART_DATA);
}
