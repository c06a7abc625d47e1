; An access to the APIC-access page: the guest has no local APIC, so the access ends the guest.
; exits: APIC_ACCESS
; words: control.VIRTUALIZE_APIC_ACCESSES=1
; modes: 32
; bare: no, the bare processor has a local APIC
; ends: code=1 why=APIC_ACCESS .*a local APIC
%include "guest.inc"
    mov eax, [0xfee00030]
    finish 1
