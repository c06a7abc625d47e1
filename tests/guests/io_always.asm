; IN and OUT with unconditional I/O exiting, without bitmaps.
; exits: IO_INSTRUCTION
; words: control.UNCONDITIONAL_IO_EXITING=1 control.USE_IO_BITMAPS=0
; modes: 64
%include "guest.inc"
    mov dx, 0x5a0
    mov eax, 0x12345678
    in al, dx
    note eax
    cmp eax, 0x123456ff
    expect 1
    out dx, al
    finish 0
