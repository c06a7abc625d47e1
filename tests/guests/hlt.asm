; HLT ends the guest, because nothing can wake it.
; exits: HLT
; modes: 64
; bare: no, it would wait forever
; ends: code=1 why=HLT .*nothing would wake the guest
%include "guest.inc"
    hlt
    finish 1
