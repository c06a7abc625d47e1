; VMXOFF causes #UD, because the guest has no VMX.
; exits: VMXOFF
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    faults 6, vmxoff
    finish 0
    idt_data
