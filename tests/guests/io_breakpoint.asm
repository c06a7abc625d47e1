; I/O breakpoints: with CR4.DE, a debug exception follows the access.
; exits: IO_INSTRUCTION
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"

%if MODE == 64
%define AX_ rax
%else
%define AX_ eax
%endif
CR4_DE  equ 1 << 3
DR7_IO  equ 0x00020400                  ; DR0 is a one-byte port, not enabled yet
ENABLED equ 1

%macro traps 2+ ; status, instruction: expects #DB by DR0 after it
    xor eax, eax
    mov dr6, AX_
    mov dword [resume], %%after
    mov dword [seen], -1
    mov eax, DR7_IO | ENABLED
    mov dr7, AX_
    mov eax, 0x5a
    %2
    nop
%%after:
    mov ebx, [seen]
    xor eax, eax
    mov dr7, AX_
    cmp ebx, 1
    expect %1
    mov eax, [fault_from]               ; after the access
    note eax
    mov AX_, dr6
    note eax
    and eax, 0xf
    cmp eax, 1
    expect %1 + 100
%endmacro

    load_idt
    mov AX_, cr4
    or eax, CR4_DE
    mov cr4, AX_
    mov eax, 0xe0                       ; a port without a device
    mov dr0, AX_
    traps 1, out 0xe0, al
    traps 2, in al, 0xe0
    traps 3, out 0xdf, ax
    mov dx, 0xe0
    mov esi, $$ + 0
    traps 4, outsb
    mov ecx, 3
    mov esi, $$ + 0
    traps 5, rep outsb                  ; after its first iteration
    note ecx
    cmp ecx, 2
    expect 6

    mov dword [seen], -1                ; accesses that do not match
    mov eax, DR7_IO | ENABLED
    mov dr7, AX_
    out 0xe1, al
    in al, 0xdf
    mov eax, 0x400
    mov dr7, AX_
    cmp dword [seen], -1
    expect 7
    finish 0

    idt_data
