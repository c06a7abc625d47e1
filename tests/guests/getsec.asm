; GETSEC causes #UD, because the guest has no SMX. The VMCS sets CR4.SMXE, because GETSEC causes no
; exit without it.
; exits: GETSEC
; words: vmcs.GUEST_CR4+=0x4000
; modes: 64
; models: corei5_lynnfield_750 corei5_arrandale_m520
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    faults 6, getsec
    finish 0
    idt_data
