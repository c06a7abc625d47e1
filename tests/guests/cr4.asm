; MOV to and from CR4: the guest reads the value that it wrote, and invalid values cause #GP(0).
; exits: CR_ACCESS
; modes: real 64
%include "guest.inc"
%include "idt.inc"

CR4_TSD equ 1 << 2
CR4_PAE equ 1 << 5
CR4_PCE equ 1 << 8

    load_idt
    mov AX_, cr4
    note eax
    or eax, CR4_TSD | CR4_PCE
    stc
    mov cr4, AX_
    note_flags
    mov ebx, eax
    mov AX_, cr4
    note eax
    cmp eax, ebx
    expect 1
    mov AX_, cr4
    or eax, 1 << 31                     ; reserved on all processors
    faults_gp mov cr4, AX_
    mov AX_, cr4
    or eax, 1 << 15
    faults_gp mov cr4, AX_
%if MODE == 64
    mov rax, cr4                        ; PAE off in IA-32e mode
    and eax, ~CR4_PAE
    faults_gp mov cr4, rax
    mov rax, cr4
    bts rax, 40
    faults_gp mov cr4, rax
%endif
    mov AX_, cr4
    note eax
    finish 0

    idt_data
