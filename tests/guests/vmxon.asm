; VMXON causes #UD, because the guest has no VMX.
; exits: VMXON
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    faults 6, vmxon [0x6000]
    finish 0
    idt_data
