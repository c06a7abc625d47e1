; Memory that the guest does not have: read, written and executed, each #GP(0) with beyond=fault.
; exits: EPT_VIOLATION
; words: beyond=fault control.ENABLE_EPT=1
; modes: 32 64
; bare: no, there it has it
%include "guest.inc"
%include "idt.inc"
BEYOND equ 16 << 20                     ; mem=16
    load_idt
    mov ebx, BEYOND
    faults_gp mov eax, [ebx]
    faults_gp mov [ebx], eax
    mov eax, BEYOND
    faults_gp jmp AX_
    cmp dword [fault_from], BEYOND
    expect 1
    mov eax, [BEYOND - 4]               ; the last that it has
    cmp eax, 0
    expect 2
    finish 0
    idt_data
