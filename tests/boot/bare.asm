; A Multiboot2 kernel that starts a test guest on the bare processor, in the initial state that
; docs/guests.md describes. The guest must see the same under Trapline. Assembled with -DMODE=16, 32 or
; 64 for mode=real, 32 and 64.

MAGIC      equ 0xe85250d6
MODULE_TAG equ 3

TABLES     equ 0x1000
GDT        equ 0x4000
GDT_LIMIT  equ 0x2f
TSS        equ 0x4100
STACK      equ 0x8000
CODE       equ 0x8000                   ; address of the guest's binary
LOW_END    equ 0x9f000                  ; the BIOS uses the memory from here on
TRAMPOLINE equ 0x90000                  ; code that switches to real mode; guests do not use this memory

CODE_64 equ 0x08
DATA    equ 0x10
TASK    equ 0x18
CODE_32 equ 0x28

bits 32
section .multiboot2 align=8
header:
    dd MAGIC, 0, header_end - header, -(MAGIC + header_end - header)
    dw 0, 0
    dd 8
header_end:

section .text
global start
%if MODE != 16
extern guest                            ; the linker defines it as CODE
%endif
start:
    cli
    cld
    mov al, 0xff                        ; mask all interrupts; the guest unmasks those that it uses
    out 0x21, al
    out 0xa1, al
    mov dx, 0x3fb                       ; COM1: 8 data bits, no parity, 1 stop bit
    mov al, 3
    out dx, al
    fninit

    lea esi, [ebx + 8]                  ; the first tag of the boot information; search for the module
.tag:
    cmp dword [esi], MODULE_TAG
    je .module
    mov eax, [esi + 4]
    lea esi, [esi + eax + 7]
    and esi, ~7
    jmp .tag
.module:
    mov ebp, [esi + 12]                 ; end of the module
    mov esi, [esi + 8]
    xor edi, edi
    mov ecx, LOW_END / 4
    xor eax, eax
    rep stosd
    mov edi, CODE
    mov ecx, ebp
    sub ecx, esi
    rep movsb

    xor eax, eax
    mov dr0, eax
    mov dr1, eax
    mov dr2, eax
    mov dr3, eax
    mov eax, 0xffff0ff0
    mov dr6, eax
    mov eax, 0x400
    mov dr7, eax

%if MODE == 16
    mov esi, to_real
    mov edi, TRAMPOLINE
    mov ecx, to_real_end - to_real
    rep movsb
    mov eax, 0x640                      ; MCE, OSFXSR, OSXMMEXCPT
    mov cr4, eax
    xor eax, eax
    mov cr3, eax
    lgdt [real_gdtr]
    jmp 0x08:0
%else
    mov esi, gdt
    mov edi, GDT
    mov ecx, GDT_LIMIT + 1
    rep movsb
    lgdt [gdtr]
    lidt [no_idt]
    xor eax, eax
    mov edi, TABLES
%if MODE == 32
    mov eax, 0xe7                       ; 4 MiB pages: present, writable, user, accessed, dirty
.page:
    stosd
    add eax, 1 << 22
    jnc .page
    mov eax, 0x650                      ; PSE, MCE, OSFXSR, OSXMMEXCPT
    mov cr4, eax
%else
    mov dword [TABLES], TABLES + 0x1027
    mov dword [TABLES + 0x1000], TABLES + 0x2027
    mov edi, TABLES + 0x2000
    mov eax, 0xe7                       ; 2 MiB pages
.page:
    stosd
    mov dword [edi], 0
    add edi, 4
    add eax, 1 << 21
    cmp eax, 1 << 30
    jb .page
    mov eax, 0x660                      ; PAE, MCE, OSFXSR, OSXMMEXCPT
    mov cr4, eax
    mov ecx, 0xc0000080                 ; EFER: LME
    mov eax, 1 << 8
    xor edx, edx
    wrmsr
%endif
    mov eax, TABLES
    mov cr3, eax
    mov eax, 0x80000031                 ; PE, ET, NE, PG
    mov cr0, eax
    mov eax, DATA
    mov ss, ax
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    xor eax, eax
    lldt ax
%if MODE == 32
    jmp CODE_32:begin
%else
    jmp CODE_64:begin
%endif

bits MODE
begin:
    mov eax, TASK
    ltr ax
    xor eax, eax
    mov ebx, eax
    mov ecx, eax
    mov edx, eax
    mov esi, eax
    mov edi, eax
    mov ebp, eax
%if MODE == 64
    mov r8, rax
    mov r9, rax
    mov r10, rax
    mov r11, rax
    mov r12, rax
    mov r13, rax
    mov r14, rax
    mov r15, rax
%endif
    mov esp, STACK
    push 2
%if MODE == 64
    popfq
%else
    popfd
%endif
    jmp guest
%endif

section .rodata
%if MODE == 16
bits 16
to_real:
    mov eax, 0x10
    mov ss, ax
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    lidt [cs:real_idtr - to_real]
    lgdt [cs:no_gdtr - to_real]
    mov eax, 0x30                       ; ET, NE
    mov cr0, eax
    jmp TRAMPOLINE >> 4:.real - to_real
.real:
    xor eax, eax
    mov ss, ax
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ebx, eax
    mov ecx, eax
    mov edx, eax
    mov esi, eax
    mov edi, eax
    mov ebp, eax
    mov esp, STACK
    push word 2
    popf
    jmp 0:CODE
no_gdtr:
    dw 0
    dd 0
real_idtr:
    dw 0x3ff
    dd 0
to_real_end:
    align 8
real_gdt:
    dq 0
    dq 0x00009b090000ffff               ; 08: 16-bit code at TRAMPOLINE
    dq 0x000093000000ffff               ; 10: 16-bit data
real_gdtr:
    dw $ - real_gdt - 1
    dd real_gdt
%else
gdt:
    dq 0
    dq 0x00af9b000000ffff
    dq 0x00cf93000000ffff
    dq 0x0000890000000067 | TSS << 16
    dq 0
    dq 0x00cf9b000000ffff
gdtr:
    dw GDT_LIMIT
    dd GDT, 0
no_idt:
    dw 0
    dd 0, 0
%endif
