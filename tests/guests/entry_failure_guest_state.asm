; Invalid guest state: the processor refuses the VM entry, and the first instruction is never
; reached.
; exits: ENTRY_FAILURE_GUEST_STATE
; words: vmcs.GUEST_RFLAGS=0 audit=warn
; modes: 64
; bare: no, the bare processor makes no VM entry
; ends: code=4 why=reason 33 ENTRY_FAILURE_GUEST_STATE
%include "guest.inc"
    finish 1
