; MWAIT: #UD, as CPUID shows the guest a processor without it.
; exits: MWAIT
; words: control.MWAIT_EXITING=1
; modes: 64
; bare: no, there it is to be had
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov eax, 0x7000
    xor ecx, ecx
    xor edx, edx
    faults 6, mwait
    finish 0
    idt_data
