; EPT that no processor takes, writable and not readable: it is met at the first instruction.
; exits: EPT_MISCONFIGURATION
; words: vmcs.EPT_POINTER=0x201e memory.0x2000=0x2
; modes: 64
; bare: no, there is no EPT
; ends: code=1 why=EPT_MISCONFIGURATION
%include "guest.inc"
    finish 1
