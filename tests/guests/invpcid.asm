; INVPCID: the operands that it accepts and refuses.
; exits: INVPCID
; words: control.INVLPG_EXITING=1 control.ENABLE_INVPCID=1
; modes: real 64
; models: corei7_haswell_4770 tigerlake
%include "guest.inc"
%include "idt.inc"

%if MODE == 64
%define AX_ rax
%else
%define AX_ eax
%endif

    load_idt
    mov eax, 7
    xor ecx, ecx
    cpuid
    test ebx, 1 << 10
    jz near .none

    mov dword [descriptor + 8], 0x8000
    xor eax, eax
    invpcid AX_, [descriptor]
    inc eax
    invpcid AX_, [descriptor]
    inc eax
    invpcid AX_, [descriptor]
    inc eax
    invpcid AX_, [descriptor]
    inc eax
    faults_gp invpcid AX_, [descriptor]
    mov dword [descriptor + 12], 0x80000000 ; not canonical; only type 0 checks this
    xor eax, eax
    faults_gp invpcid AX_, [descriptor]
    mov eax, 1
    invpcid AX_, [descriptor]
    mov dword [descriptor + 12], 0
    mov dword [descriptor], 1           ; a PCID without CR4.PCIDE
    xor eax, eax
    faults_gp invpcid AX_, [descriptor]
    mov eax, 1
    faults_gp invpcid AX_, [descriptor]
    mov eax, 2
    invpcid AX_, [descriptor]
    mov dword [descriptor], 0x1000      ; a reserved bit
    faults_gp invpcid AX_, [descriptor]
    mov dword [descriptor], 0
    mov dword [descriptor + 4], 1
    faults_gp invpcid AX_, [descriptor]
    mov dword [descriptor + 4], 0
%if MODE == 64
    mov rax, cr4                        ; PCIDE
    or eax, 1 << 17
    mov cr4, rax
    mov dword [descriptor], 0xfff
    xor eax, eax
    invpcid rax, [rel descriptor]
    mov rax, 0x100000000                ; all 64 bits of the type count
    faults_gp invpcid rax, [descriptor]
    mov ebx, 1 << 30                    ; the first address that is not mapped
    xor eax, eax
    faults 14, invpcid rax, [rbx]
    cmp dword [error], 0
    expect 1
    mov rax, cr2
    cmp rax, 1 << 30
    expect 2
%endif
.none:
    finish 0

    idt_data
    align 16
descriptor: dd 0, 0, 0, 0
