; VMFUNC of a function that is not enabled causes #UD, as on a processor without VMX.
; exits: VMFUNC
; words: control.ENABLE_VM_FUNCTIONS=1
; modes: 64
; models: corei7_haswell_4770 tigerlake
%include "guest.inc"
%include "idt.inc"
    load_idt
    xor eax, eax
    xor ecx, ecx
    faults 6, vmfunc
    finish 0
    idt_data
