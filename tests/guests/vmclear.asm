; VMCLEAR causes #UD, because the guest has no VMX.
; exits: VMCLEAR
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    faults 6, vmclear [0x6000]
    finish 0
    idt_data
