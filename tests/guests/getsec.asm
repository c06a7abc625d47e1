; GETSEC: #UD, as the guest has no SMX; CR4.SMXE is set behind its back, or it would not exit.
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
