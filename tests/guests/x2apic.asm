; The task priority of a virtual x2APIC, through its MSR and through CR8.
; exits: VMCALL
; words: control.USE_TPR_SHADOW=1 control.VIRTUALIZE_X2APIC_MODE=1 control.CR8_LOAD_EXITING=0 control.CR8_STORE_EXITING=0 msrs=0x808
; modes: 64
; bare: no, the x2APIC must first be enabled in IA32_APIC_BASE
%include "guest.inc"
    mov ecx, 0x808
    mov eax, 0x50
    xor edx, edx
    wrmsr
    mov rax, cr8
    cmp rax, 5
    expect 1
    mov eax, 7
    mov cr8, rax
    rdmsr
    cmp eax, 0x70
    expect 2
    finish 0
