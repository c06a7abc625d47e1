; An exception that cannot be delivered ends in a triple fault.
; exits: TRIPLE_FAULT
; words: vmcs.EXCEPTION_BITMAP=0
; modes: 64
; bare: no, a triple fault resets the machine
; ends: code=1 why=TRIPLE_FAULT .*a triple fault
%include "guest.inc"
    lidt [no_idt]
    ud2
    finish 1
no_idt:
    dw 0
    dd 0, 0
