/* SPDX-License-Identifier: Apache-2.0
 *
 * From the reset vector to C: real mode, flat 32-bit protected mode, stack. */

        /* Lies at 0xfffff000 (guest.ld), so that offsets from the code
         * segment's base at reset, 0xffff0000, are plain arithmetic. */
        .section .boot, "ax"
boot:
        .set OFFSET, 0xf000

        .code16
start16:
        cli
        cld
        lgdtl   %cs:(gdtr - boot + OFFSET)
        movl    $0x11, %eax             /* protected mode, caches on */
        movl    %eax, %cr0
        ljmpl   $0x08, $start32

/* Where the host would start the other processors of an SEV-ES guest: they
 * have nothing to do. */
        .globl ap_park
ap_park:
        cli
        hlt
        jmp     ap_park

        .code32
start32:
        movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %fs
        movw    %ax, %gs
        movw    %ax, %ss
        movl    $stack_top, %esp
        movl    $bss_start, %edi
        movl    $bss_size, %ecx
        xorl    %eax, %eax
        rep stosb
        call    guest_main
1:      cli
        hlt
        jmp     1b

        .balign 8
gdt:
        .quad   0
        .quad   0x00cf9b000000ffff      /* 08h: code, 4 GiB */
        .quad   0x00cf93000000ffff      /* 10h: data, 4 GiB */
gdtr:
        .word   gdtr - gdt - 1
        .long   gdt

        .section .reset, "ax"
        .code16
        jmp     start16
        .balign 16, 0xff

        .section .note.GNU-stack, "", @progbits
