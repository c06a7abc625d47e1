; An exception that cannot be delivered: the processor shuts down.
; exits: TRIPLE_FAULT
; words: vmcs.EXCEPTION_BITMAP=0
; modes: 64
; bare: no, there it is the end of the machine
; ends: code=1 why=TRIPLE_FAULT .*a triple fault
%include "guest.inc"
    lidt [no_idt]
    ud2
    finish 1
no_idt:
    dw 0
    dd 0, 0
