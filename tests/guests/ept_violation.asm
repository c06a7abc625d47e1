; Reads, writes and instruction fetches beyond the guest's memory: with beyond=fault each causes
; #GP(0).
; exits: EPT_VIOLATION
; words: beyond=fault control.ENABLE_EPT=1
; modes: 32 64
; bare: no, the machine has this memory
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
    mov eax, [BEYOND - 4]               ; the end of its memory
    cmp eax, 0
    expect 2
    finish 0
    idt_data
