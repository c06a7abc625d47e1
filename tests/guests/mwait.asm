; MWAIT causes #UD, because CPUID hides it from the guest.
; exits: MWAIT
; words: control.MWAIT_EXITING=1
; modes: 64
; bare: no, the bare processor has MWAIT
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov eax, 0x7000
    xor ecx, ecx
    xor edx, edx
    faults 6, mwait
    finish 0
    idt_data
