; MOV to and from CR8: it has four bits, and setting another bit causes #GP(0).
; exits: CR_ACCESS
; words: control.CR8_LOAD_EXITING=1 control.CR8_STORE_EXITING=1
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov rax, cr8
    note rax
    mov eax, 15
    stc
    mov cr8, rax
    note_flags
    xor eax, eax
    mov rax, cr8
    note rax
    cmp rax, 15
    expect 1
    mov eax, 16
    faults_gp mov cr8, rax
    xor eax, eax
    mov cr8, rax
    finish 0
    idt_data
