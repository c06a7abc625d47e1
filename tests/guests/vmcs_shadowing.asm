; VMREAD and VMWRITE with VMCS shadowing: the bitmaps make every field cause an exit, and the guest
; gets #UD.
; exits: VMREAD VMWRITE
; words: control.VMCS_SHADOWING=1
; modes: 64
; models: corei7_haswell_4770 tigerlake
; bare: no, the bare processor has no shadow VMCS
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov ebx, 0x681e
    faults 6, vmread rax, rbx
    faults 6, vmwrite rbx, rax
    finish 0
    idt_data
