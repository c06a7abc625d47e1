; HLT: waits for ever, where nothing can wake the guest.
; exits: HLT
; modes: 64
; bare: no, there it waits for ever
; ends: code=1 why=HLT .*nothing would wake the guest
%include "guest.inc"
    hlt
    finish 1
