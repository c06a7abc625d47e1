; RDTSC: the time-stamp counter advances, and a write to its MSR restarts it from the written value.
; exits: RDTSC RDMSR WRMSR
; words: control.RDTSC_EXITING=1
; modes: 64
%include "guest.inc"
    mov AX_, -1
    mov edx, -1
    stc
    rdtsc
    note_flags
    mov esi, eax
    mov edi, edx
    rdtsc
    sub eax, esi
    sbb edx, edi
    note edx                            ; fewer than 2^32 ticks have passed
    expect 1
    mov ecx, 0x10
    xor eax, eax
    xor edx, edx
    wrmsr
    rdtsc
    note edx
    cmp edx, 0
    expect 2
    mov ebx, eax
    rdmsr
    note edx
    cmp edx, 0
    expect 3
    cmp eax, ebx
    seta al
    cmp al, 1
    expect 4
%if MODE == 64                          ; the upper halves are cleared
    mov rax, -1
    mov rdx, -1
    rdtsc
    shr rax, 32
    shr rdx, 32
    or eax, edx
    expect 5
%endif
    finish 0
