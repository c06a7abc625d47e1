; Memory that the guest does not have ends it.
; exits: EPT_VIOLATION
; words: mem=1
; modes: 64
; bare: no, there it has it
; ends: code=1 why=EPT_VIOLATION .*not the guest's memory
%include "guest.inc"
    mov eax, [0x100000]
    finish 1
