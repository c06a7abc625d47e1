; An EPT entry that is writable but not readable is misconfigured: the first instruction causes the
; exit.
; exits: EPT_MISCONFIGURATION
; words: vmcs.EPT_POINTER=0x201e memory.0x2000=0x2
; modes: 64
; bare: no, the bare processor uses no EPT
; ends: code=1 why=EPT_MISCONFIGURATION
%include "guest.inc"
    finish 1
