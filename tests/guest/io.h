/* SPDX-License-Identifier: Apache-2.0
 *
 * The few instructions C has no words for: ports, interrupts, halting. */
#ifndef GUEST_IO_H
#define GUEST_IO_H

#include <stddef.h>
#include <stdint.h>

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void in8_many(uint16_t port, void *to, size_t length)
{
    __asm__ volatile("rep insb"
                     : "+D"(to), "+c"(length)
                     : "d"(port)
                     : "memory");
}

static inline void interrupts_off(void)
{
    __asm__ volatile("cli" : : : "memory");
}

/* Sleeps until the next interrupt. "sti" takes effect after the instruction
 * that follows it, so no interrupt can slip in between the two. */
static inline void interrupts_on_and_wait(void)
{
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

/* Stops for good: no interrupt wakes it, and it costs the host no time. */
static inline _Noreturn void halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt" : : : "memory");
}

#endif
