; VMREAD and VMWRITE with a shadow VMCS: every field exits by its bitmap, and is #UD.
; exits: VMREAD VMWRITE
; words: control.VMCS_SHADOWING=1
; modes: 64
; models: corei7_haswell_4770 tigerlake
; bare: no, there is no shadow VMCS
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov ebx, 0x681e
    faults 6, vmread rax, rbx
    faults 6, vmwrite rbx, rax
    finish 0
    idt_data
