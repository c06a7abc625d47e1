; SGDT and SLDT at CPL 3 and CPL 0 on user and supervisor pages: access rights, protection keys,
; alignment checks.
; exits: GDTR_OR_IDTR_ACCESS LDTR_OR_TR_ACCESS
; words: control.DESCRIPTOR_TABLE_EXITING=1
; modes: 64
%include "guest.inc"
%include "idt.inc"

PAGE      equ 0x00600000
ENTRY_AT  equ 0x3000 + 3 * 8
KERNEL_AT equ 0x3000 + 4 * 8            ; a supervisor page
STACK_0   equ 0x7800
PKE       equ 1 << 22

; as_user instructions: runs the instructions at CPL 3; INT 1FH returns to CPL 0
%macro as_user 1+
    push qword 0x3b
    push qword 0x7000
    push qword [flags]
    push qword 0x43
    push qword %%there
    mov [back], rsp
    iretq
%%there:
    %1
    int 0x1f
    add rsp, 40
%endmacro

; user_faults N, instructions: expects that the instructions raise exception N at CPL 3
%macro user_faults 2+
%assign number number + 1
    mov dword [seen], -1
    mov dword [error], -1
    mov dword [resume], %%after
    push qword 0x3b
    push qword 0x7000
    push qword [flags]
    push qword 0x43
    push qword %%there
    mov [back], rsp
    iretq
%%there:
    %2
%%after:
    int 0x1f
    add rsp, 40
    cmp dword [seen], %1
    expect number
%endmacro

%macro reload 0
    mov rax, cr3
    mov cr3, rax
%endmacro

    load_idt
    gate 17
    lgdt [gdtr]
    mov ax, 0x18
    ltr ax
    mov eax, return                     ; gate of INT 1FH, with DPL 3
    mov [idt + 0x1f * 16], ax
    mov word [idt + 0x1f * 16 + 2], 0x08
    mov word [idt + 0x1f * 16 + 4], 0xee00
    and dword [KERNEL_AT], ~4
    reload

    mov rdi, PAGE
    mov rsi, PAGE + 0x200000
    as_user sgdt [rdi]
    cmp qword [rdi + 2], gdt
    expect 1
    as_user sldt [rdi + 0x20]
    user_faults 14, sgdt [rsi]
    cmp dword [error], 7
    expect 2
    user_faults 14, str [rsi]
    cmp dword [error], 7
    expect 3
    user_faults 13, lgdt [rdi]
    cmp dword [error], 0
    expect 4
    and dword [ENTRY_AT], ~2
    reload
    user_faults 14, sgdt [rdi]
    cmp dword [error], 7
    expect 5
    sgdt [rdi]                          ; without CR0.WP
    or dword [ENTRY_AT], 2
    reload

    mov rax, cr0                        ; alignment checks
    or eax, 1 << 18
    mov cr0, rax
    mov dword [flags], 0x40002
    as_user sgdt [rdi + 6]
    user_faults 17, sgdt [rdi]
    cmp dword [error], 0
    expect 6
    user_faults 17, sldt [rdi + 1]
    mov dword [flags], 2

    mov eax, 7
    xor ecx, ecx
    cpuid
    test ecx, 1 << 3
    jz near .no_keys
    mov rax, cr4
    or eax, PKE
    mov cr4, rax
    or dword [ENTRY_AT + 4], 5 << 27    ; key 5
    reload
    mov eax, 1 << 11                    ; key 5 forbids writes
    xor ecx, ecx
    xor edx, edx
    wrpkru
    user_faults 14, sgdt [rdi]
    cmp dword [error], 0x27
    expect 10
    sgdt [rdi]
    lgdt [rdi]
    mov eax, 1 << 10                    ; key 5 forbids all accesses
    xor ecx, ecx
    xor edx, edx
    wrpkru
    user_faults 14, sldt [rdi]
    cmp dword [error], 0x27
    expect 11
.no_keys:
    finish 0

return:
    mov rax, [rsp]
    mov rsp, [back]
    jmp rax

    idt_data
    handler 17, 1
    align 8
flags:    dq 2
back:     dq 0
gdt:
    dq 0
    dq 0x00af9b000000ffff
    dq 0x00cf93000000ffff
    dw 103, tss
    db 0, 0x89, 0, 0
    dq 0
    dq 0x00cf9b000000ffff
    dq 0
    dq 0x00cff3000000ffff               ; 38
    dq 0x00affb000000ffff               ; 40
gdtr:
    dw $ - gdt - 1
    dq gdt
tss:
    dd 0
    dq STACK_0
    times 92 db 0
