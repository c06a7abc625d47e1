; CLTS clears CR0.TS, and x87 instructions work.
; exits: CR_ACCESS
; modes: 64
%include "guest.inc"
CR0_TS equ 1 << 3
    mov AX_, cr0
    or eax, CR0_TS
    mov cr0, AX_
    stc
    clts
    note_flags
    fnop
    mov AX_, cr0
    note eax
    test eax, CR0_TS
    expect 1
    finish 0
