; RDRAND of each size returns a number and sets CF. The other arithmetic flags are 0.
; exits: RDRAND
; words: control.RDRAND_EXITING=1
; modes: real 64
; models: corei7_ivy_bridge_3770k tigerlake
%include "guest.inc"
%macro drawn 1 ; status: expects CF, and notes the flags
    note_flags
    setc al
    cmp al, 1
    expect %1
%endmacro
    mov esi, 100                        ; a processor may have no number for a while
.again:
    mov edi, 0x12340000
    or eax, -1                          ; SF, PF
    rdrand di
    jc .drawn
    dec esi
    jnz .again
    finish 1
.drawn:
    drawn 2
%if MODE == 16                          ; in other modes Bochs 2.7 reports 32 bits instead of 16
    mov eax, edi
    shr eax, 16
    note eax                            ; the upper half is unchanged
    cmp eax, 0x1234
    expect 3
%endif
    rdrand ecx
    drawn 4
    rdrand ebx
    cmp ebx, ecx                        ; equal once in 2^32 runs
    setne al
    cmp al, 1
    expect 5
%if MODE == 64
    mov rbx, -1
    rdrand ebx
    shr rbx, 32
    expect 6
    rdrand rbx
    drawn 7
%endif
    finish 0
