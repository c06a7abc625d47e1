; INS and OUTS with ports without devices: memory, counters, pointers, single steps and faults.
; exits: IO_INSTRUCTION
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"

%if MODE == 64
ABSENT   equ 0x00600000
ENTRY_AT equ 0x3000 + 3 * 8
%define AX_ rax
%define CX_ rcx
%define SI_ rsi
%define DI_ rdi
%else
ABSENT   equ 0x00400000
ENTRY_AT equ 0x1000 + 4
%define AX_ eax
%define CX_ ecx
%define SI_ esi
%define DI_ edi
%endif

%macro wipe 0
    mov dword [buffer], 0x11111111
    mov dword [buffer + 4], 0x11111111
    mov dword [buffer + 8], 0x11111111
%endmacro

%macro holds 4 ; three values of four bytes, status
    cmp dword [buffer], %1
    expect %4
    cmp dword [buffer + 4], %2
    expect %4
    cmp dword [buffer + 8], %3
    expect %4
%endmacro

    load_idt
    gate 12
    cld
    mov dx, 0x5a0                       ; no device, also on the bare machine

    wipe
    mov edi, buffer
    mov ecx, 0x77
    a32 insb
    holds 0x111111ff, 0x11111111, 0x11111111, 1
    cmp edi, buffer + 1
    expect 2
    cmp ecx, 0x77                       ; without REP, ECX does not change
    expect 3

    wipe
    mov edi, buffer
    mov ecx, 3
    a32 rep insw
    holds 0xffffffff, 0x1111ffff, 0x11111111, 4
    cmp edi, buffer + 6
    expect 5
    cmp ecx, 0
    expect 6

    wipe
    mov edi, buffer + 8
    mov ecx, 2
    std
    a32 rep insd
    cld
    holds 0x11111111, -1, -1, 7
    cmp edi, buffer
    expect 8

    wipe
    mov ecx, 0
    a32 rep insb
    holds 0x11111111, 0x11111111, 0x11111111, 9
    cmp edi, buffer
    expect 10

    mov esi, buffer
    mov ecx, 2
    a32 rep outsd
    cmp esi, buffer + 8
    expect 11
    cmp ecx, 0
    expect 12
    mov eax, 0x12345678
    out 0x80, al
    in al, 0xee                         ; no device either
    cmp eax, 0x123456ff
    expect 13

%if MODE != 64                          ; 16-bit addresses leave the upper halves unchanged
    wipe
    mov edi, 0xabcd0000 + buffer
    mov ecx, 0x12340002
    a16 rep insb
    holds 0x1111ffff, 0x11111111, 0x11111111, 14
    cmp edi, 0xabcd0000 + buffer + 2
    expect 15
    cmp ecx, 0x12340000
    expect 16
%else                                   ; 32-bit addresses clear the upper halves
    wipe
    mov rdi, 0xabcd00000000 + buffer
    mov rcx, 0x123400000002
    a32 rep insb
    holds 0x1111ffff, 0x11111111, 0x11111111, 14
    mov eax, buffer + 2
    cmp rdi, rax
    expect 15
    cmp rcx, 0
    expect 16
    mov ecx, 0xc0000100                 ; FS has a base
    mov eax, 0x100
    xor edx, edx
    wrmsr
    mov edx, 0x5a0
    mov esi, buffer - 0x100
    fs outsb
    cmp rsi, buffer - 0x100 + 1
    expect 17
    mov rsi, 0x8000000000000000
    faults_gp outsb
    mov rdi, rsi
    faults_gp insb
    cmp rdi, rsi
    expect 18
%endif

%if MODE == 16
    mov edi, 0xfffe                     ; beyond the segment's limit
    faults_gp insd
    cmp edi, 0xfffe
    expect 20
    mov esi, 0x10000
    faults_gp a32 outsb
    faults 12, a32 ss outsb
    mov eax, ds                         ; the segment override counts
    mov gs, ax
    gs outsb
%endif

%if MODE == 32
    lgdt [table_gdtr]
    mov ax, 0x30                        ; a segment of 16 bytes
    mov es, ax
    mov gs, ax
    mov edi, 14
    mov ecx, 4
    faults_gp rep insb                  ; after two iterations
    cmp edi, 16
    expect 20
    cmp ecx, 2
    expect 21
    mov esi, 13
    faults_gp gs outsd
    mov esi, 12
    gs outsd
    cmp esi, 16
    expect 22
    mov ax, 0x38                        ; read-only data
    mov es, ax
    mov edi, buffer
    faults_gp insb
    mov ax, 0x38
    mov ds, ax
    mov esi, buffer
    outsb
    mov ax, 0x10
    mov ds, ax
    mov es, ax
%endif

%if MODE != 16                          ; a page that is not present
    and dword [ENTRY_AT], ~0x61
    mov AX_, cr3
    mov cr3, AX_
    mov edi, ABSENT - 4
    mov ecx, 3
    mov dx, 0x5a0                       ; no device, also on the bare machine
    faults 14, rep insd
    cmp dword [error], 2
    expect 30
    cmp ecx, 2
    expect 31
    cmp edi, ABSENT
    expect 32
    mov AX_, cr2
    cmp eax, ABSENT
    expect 33
    mov esi, ABSENT - 2
    faults 14, outsd
    cmp dword [error], 0
    expect 34
    cmp esi, ABSENT - 2
    expect 35
    or dword [ENTRY_AT], 1
    mov esi, ABSENT
    outsd
    mov eax, [ENTRY_AT]
    and eax, 0x60
    cmp eax, 0x20                       ; accessed but not dirty
    expect 36
%endif

    mov dword [steps], 0                ; single steps: one after each iteration
    mov dword [seen], -1
%if MODE == 16
    mov word [1 * 4], count_step
%else
    mov eax, count_step
    mov [idt + MODE / 4], ax
    shr eax, 16
    mov [idt + MODE / 4 + 6], ax
%endif
    mov edi, buffer
    mov ecx, 3
    pushf
%if MODE == 64
    or dword [rsp], TF
%elif MODE == 32
    or dword [esp], TF
%else
    mov bp, sp
    or word [bp], TF
%endif
    popf
    a32 rep insb
main_stepped:
    nop
    pushf
%if MODE == 64
    and dword [rsp], ~TF
%elif MODE == 32
    and dword [esp], ~TF
%else
    mov bp, sp
    and word [bp], ~TF
%endif
    popf
    cmp dword [steps], 3
    expect 40
    finish 0

; Counts the steps that end at or before the end of the instruction.
count_step:
    push AX_
%if MODE == 64
    mov eax, [rsp + 8]
%elif MODE == 32
    mov eax, [esp + 4]
%else
    mov bp, sp
    movzx eax, word [bp + 4]
%endif
    cmp eax, main_stepped
    ja .out
    inc dword [steps]
.out:
    pop AX_
%if MODE == 64
    iretq
%else
    iret
%endif


    idt_data
    handler 12, 1
    align 4
steps:  dd 0
buffer: dd 0, 0, 0, 0
%if MODE == 32
    align 8
table:
    dq 0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00008b0041000067, 0, 0x00cf9b000000ffff
    dq 0x004093000000000f               ; 30: 16 bytes
    dq 0x00cf91000000ffff               ; 38: read-only
table_gdtr:
    dw $ - table - 1
    dd table
%endif
