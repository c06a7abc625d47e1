; An access beyond the guest's memory ends the guest.
; exits: EPT_VIOLATION
; words: mem=1
; modes: 64
; bare: no, the machine has this memory
; ends: code=1 why=EPT_VIOLATION .*memory that is not the guest's
%include "guest.inc"
    mov eax, [0x100000]
    finish 1
