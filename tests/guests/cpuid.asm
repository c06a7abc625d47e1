; CPUID returns the processor's own answers and changes nothing else.
; exits: CPUID
; modes: real 64
%include "guest.inc"
    mov ebp, 0x01234567
    stc
    xor eax, eax
    mov ecx, 0x89abcdef
    stc
    cpuid
    note_flags
    note ebx
    note ecx
    note edx
    cmp ebx, "Genu"
    expect 1
    cmp edx, "ineI"
    expect 2
    cmp ecx, "ntel"
    expect 3
    cmp ebp, 0x01234567
    expect 4
    mov eax, 1                          ; processor model
    cpuid
    note eax
    mov eax, 0x80000002                 ; processor name
    cpuid
    note eax
    note ebx
    note ecx
    note edx
    mov eax, 0x80000008                 ; widths of addresses
    cpuid
    note eax
    mov eax, 4                          ; leaf with subleaves: the first cache
    xor ecx, ecx
    cpuid
    note eax
    note ebx
    note ecx
%if MODE == 64                          ; the upper halves are cleared
    mov rax, 0xffffffff00000000
    mov rbx, rax
    mov rcx, rax
    mov rdx, rax
    cpuid
    mov rbp, rax
    or rbp, rbx
    or rbp, rcx
    or rbp, rdx
    shr rbp, 32
    expect 5
%endif
    finish 0
