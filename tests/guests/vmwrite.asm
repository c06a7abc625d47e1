; VMWRITE causes #UD, because the guest has no VMX.
; exits: VMWRITE
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    faults 6, vmwrite AX_, AX_
    finish 0
    idt_data
