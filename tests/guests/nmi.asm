; The guest sends itself an NMI through the machine's local APIC. The NMI causes an exit, and the
; guest continues.
; exits: EXCEPTION_OR_NMI
; words: msrs=0x1b,0x802,0x80f,0x830 control.NMI_EXITING=1
; modes: 64
; models: corei7_skylake_x tigerlake
; bare: no, the bare processor delivers the NMI to the guest
%include "guest.inc"
%include "x2apic.inc"

    x2apic_on
    x2apic_send APIC_NMI
    nop
    nop
    x2apic_send APIC_NMI                ; again: NMIs do not stay blocked
    nop
    nop
    finish 0
