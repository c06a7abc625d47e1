; The guest sends itself an INIT through the machine's local APIC. The INIT ends the guest and
; resets the machine.
; exits: INIT_SIGNAL
; words: msrs=0x1b,0x802,0x80f,0x830
; modes: 64
; models: corei7_skylake_x tigerlake
; bare: no, the INIT would reset the processor
; ends: reset, because in Bochs 2.7 the INIT stays pending after its exit and is delivered at VMXOFF
%include "guest.inc"
%include "x2apic.inc"

    x2apic_on
    x2apic_send APIC_INIT
    nop
    nop
    finish 1
