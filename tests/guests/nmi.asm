; Sends itself an NMI by the machine's local APIC: the host is told, and the guest goes on.
; exits: EXCEPTION_OR_NMI
; words: msrs=0x1b,0x802,0x80f,0x830 control.NMI_EXITING=1
; modes: 64
; models: corei7_skylake_x tigerlake
; bare: no, there the NMI comes to the guest
%include "guest.inc"
%include "x2apic.inc"

    x2apic_on
    x2apic_send APIC_NMI
    nop
    nop
    x2apic_send APIC_NMI                ; again: NMIs are not blocked for ever
    nop
    nop
    finish 0
