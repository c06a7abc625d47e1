; An access to a local APIC that has to be emulated: the guest has none, and ends.
; exits: APIC_ACCESS
; words: control.VIRTUALIZE_APIC_ACCESSES=1
; modes: 32
; bare: no, there it has one
; ends: code=1 why=APIC_ACCESS .*a local APIC
%include "guest.inc"
    mov eax, [0xfee00030]
    finish 1
