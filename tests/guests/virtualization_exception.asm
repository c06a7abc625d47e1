; An access beyond the guest's memory causes #VE in the guest.
; exits: EXCEPTION_OR_NMI
; words: control.EPT_VIOLATION_VE=1
; modes: 64
; models: corei7_haswell_4770 tigerlake
; bare: no, the bare processor uses no EPT
%include "guest.inc"
%include "idt.inc"
BEYOND equ 16 << 20                     ; mem=16
    load_idt
    gate 20
    mov ebx, BEYOND
    faults 20, mov eax, [ebx]
    finish 0
    handler 20, 0
    idt_data
