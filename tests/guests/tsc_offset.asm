; RDTSC with a TSC offset: the processor adds the offset without an exit.
; exits: VMCALL
; words: control.USE_TSC_OFFSETTING=1 vmcs.TSC_OFFSET=0x1000000000000000
; modes: 64
; bare: no, the bare processor has no TSC offset
%include "guest.inc"
    rdtsc
    shr edx, 28
    cmp edx, 1
    expect 1
    mov ecx, 0x10
    rdmsr
    shr edx, 28
    cmp edx, 1
    expect 2
    finish 0
