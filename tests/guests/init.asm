; INIT, which the guest sends to itself by the machine's local APIC, ends it, and the machine as well.
; exits: INIT_SIGNAL
; words: msrs=0x1b,0x802,0x80f,0x830
; modes: 64
; models: corei7_skylake_x tigerlake
; bare: no, there it is reset
; ends: reset, as in Bochs 2.7 INIT stays pending after its exit, and comes with VMXOFF
%include "guest.inc"
%include "x2apic.inc"

    x2apic_on
    x2apic_send APIC_INIT
    nop
    nop
    finish 1
