; IN and OUT of each size: no device answers, and IN changes only the part of the register that it
; reads.
; exits: IO_INSTRUCTION
; words: control.USE_IO_BITMAPS=1
; modes: real 64
%include "guest.inc"
PORT equ 0x5a0
    mov dx, PORT
    mov eax, 0x12345678
    stc
    in al, dx
    note_flags
    note eax
    cmp eax, 0x123456ff
    expect 1
    mov eax, 0x12345678
    in ax, dx
    note eax
    cmp eax, 0x1234ffff
    expect 2
    mov AX_, 0x12345678
    in eax, dx
    note eax
    cmp eax, -1
    expect 3
%if MODE == 64
    mov rax, 0x1234567812345678
    in eax, dx
    shr rax, 32
    expect 4
%endif
    mov eax, 0x12345678
    in al, 0xee                         ; an immediate port
    note eax
    mov eax, 0x12345678
    stc
    out dx, al
    out dx, ax
    out dx, eax
    out 0xee, al
    note_flags
    note eax
    cmp eax, 0x12345678
    expect 5
    finish 0
