; VMREAD causes #UD, because the guest has no VMX.
; exits: VMREAD
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    faults 6, vmread AX_, AX_
    finish 0
    idt_data
