; The guest sends itself an interrupt. The virtual APIC delivers it, and the EOI causes an exit.
; exits: VIRTUALIZED_EOI
; words: control.USE_TPR_SHADOW=1 control.VIRTUALIZE_APIC_ACCESSES=1 control.APIC_REGISTER_VIRTUALIZATION=1 control.VIRTUAL_INTERRUPT_DELIVERY=1 vmcs.EOI_EXIT_BITMAP_0=0x1000000
; modes: 32
; models: corei7_haswell_4770 tigerlake
; bare: no, the local APIC of the bare processor is off
%include "guest.inc"
%include "idt.inc"
VECTOR  equ 0x18
APIC_EOI equ 0xfee000b0
APIC_ICR equ 0xfee00300
    load_idt
    gate VECTOR
    sti
    mov dword [APIC_ICR], 0x40000 | VECTOR
    nop
    nop
    cmp dword [ticks], 1
    expect 1
    finish 0
handler_%[VECTOR]:
    inc dword [ticks]
    mov dword [APIC_EOI], 0
    iretd
    idt_data
ticks: dd 0
