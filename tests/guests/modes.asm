; Enters every mode from real mode and returns: 32-bit mode without paging and with PAE paging,
; compatibility mode and 64-bit mode.
; exits: CR_ACCESS RDMSR WRMSR
; words: control.UNRESTRICTED_GUEST=1
; modes: real
; models: corei5_arrandale_m520 corei7_skylake_x tigerlake
%include "guest.inc"

PML4      equ 0x10000
PDPT      equ 0x11000
DIRECTORY equ 0x12000
PAE_PDPT  equ 0x13020                   ; a multiple of 32

    lgdt [gdtr]
    mov eax, cr0
    or eax, 1
    mov cr0, eax
    smsw bx
    test bx, 1
    setnz al
    cmp al, 1
    expect 1
    jmp dword 0x08:protected

bits 32
protected:
    mov ax, 0x10
    mov ss, ax
    mov ds, ax
    mov es, ax
    mov esp, 0x8000
    mov dword [PML4], PDPT | 3
    mov dword [PDPT], DIRECTORY | 3
    mov dword [DIRECTORY], 0x83         ; maps the first 2 MiB at 0 and again at 2 MiB
    mov dword [DIRECTORY + 8], 0x83
    mov dword [PAE_PDPT], DIRECTORY | 1
    mov dword [PAE_PDPT + 4], 0
    mov dword [PAE_PDPT + 8], 0
    mov dword [PAE_PDPT + 12], 0

    mov eax, cr4                        ; PAE paging
    or eax, 1 << 5
    mov cr4, eax
    mov eax, PAE_PDPT
    mov cr3, eax
    mov eax, cr0
    or eax, 1 << 31
    mov cr0, eax
    jmp $ + 2
    mov eax, cr0
    note eax
    mov eax, cr4
    note eax
    mov dword [0x20000], 0x12345678
    cmp dword [0x220000], 0x12345678
    expect 2
    mov eax, cr3
    cmp eax, PAE_PDPT
    expect 3
    mov eax, cr0                        ; paging off again
    and eax, ~(1 << 31)
    mov cr0, eax
    mov dword [0x220000], 0
    cmp dword [0x20000], 0x12345678
    expect 4

    mov ebx, 2                          ; IA-32e mode, twice
.again:
    mov eax, PML4
    mov cr3, eax
    mov ecx, 0xc0000080
    rdmsr
    or eax, 1 << 8
    wrmsr
    test eax, 1 << 10
    expect 5
    mov eax, cr0
    or eax, 1 << 31
    mov cr0, eax
    mov ecx, 0xc0000080                 ; compatibility mode
    rdmsr
    note eax
    and eax, 0x500
    cmp eax, 0x500
    expect 6
    cmp dword [0x220000], 0x12345678
    expect 7
    jmp 0x18:.in_64

bits 64
.in_64:
    mov rax, 0x123456789abcdef0
    shr rax, 32
    cmp eax, 0x12345678
    expect 8
    mov rax, cr0
    note rax
    bt eax, 31
    setc al
    cmp al, 1
    expect 9
    mov rax, cr8
    mov eax, 5
    mov cr8, rax
    mov rcx, cr8
    cmp rcx, 5
    expect 10
    push qword 0x08
    lea rax, [rel .out_of_64]
    push rax
    retfq

bits 32
.out_of_64:
    mov eax, cr0
    and eax, ~(1 << 31)
    mov cr0, eax
    mov ecx, 0xc0000080
    rdmsr
    note eax
    and eax, 0x500
    cmp eax, 0x100                      ; LMA is 0, LME is still 1
    expect 11
    rdmsr
    and eax, ~(1 << 8)
    wrmsr
    dec ebx
    jnz .again

    mov eax, cr4
    and eax, ~(1 << 5)
    mov cr4, eax
    jmp 0x20:.in_16

bits 16
.in_16:
    mov ax, 0x28
    mov ss, ax
    mov ds, ax
    mov es, ax
    mov eax, cr0
    and eax, ~1
    mov cr0, eax
    jmp 0:.real
.real:
    xor ax, ax
    mov ss, ax
    mov ds, ax
    mov es, ax
    mov sp, 0x8000
    mov ax, 1                           ; LMSW sets PE and does not clear it
    lmsw ax
    xor ax, ax
    lmsw ax
    mov eax, cr0
    note eax
    test al, 1
    setnz bl
    cmp bl, 1
    expect 12
    and eax, ~1
    mov cr0, eax
    finish 0

    align 8
gdt:
    dq 0
    dq 0x00cf9b000000ffff               ; 08: 32-bit code
    dq 0x00cf93000000ffff               ; 10: data
    dq 0x00af9b000000ffff               ; 18: 64-bit code
    dq 0x00009b000000ffff               ; 20: 16-bit code
    dq 0x000093000000ffff               ; 28: 16-bit data
gdtr:
    dw $ - gdt - 1
    dd gdt
