; RDTSCP returns the time-stamp counter, and IA32_TSC_AUX in ECX.
; exits: RDTSCP WRMSR
; words: control.RDTSC_EXITING=1 control.ENABLE_RDTSCP=1
; modes: 64
%include "guest.inc"
    mov ecx, 0xc0000103
    mov eax, 0x12345678
    xor edx, edx
    wrmsr
    mov AX_, -1
    mov edx, -1
    stc
    rdtscp
    note_flags
    note ecx
    cmp ecx, 0x12345678
    expect 1
    mov esi, eax
    mov edi, edx
    rdtscp
    sub eax, esi
    sbb edx, edi
    note edx
    expect 2
%if MODE == 64                          ; the upper halves are cleared
    mov rcx, -1
    rdtscp
    shr rcx, 32
    expect 3
%endif
    finish 0
