; RDTSC with a TSC multiplier of 2^-48: only the offset remains.
; exits: VMCALL
; words: control.USE_TSC_OFFSETTING=1 control.USE_TSC_SCALING=1 vmcs.TSC_MULTIPLIER=1 vmcs.TSC_OFFSET=0x1234
; modes: 64
; models: corei7_skylake_x tigerlake
; bare: no, the bare processor has no TSC multiplier
%include "guest.inc"
    rdtsc
    cmp edx, 0
    expect 1
    cmp eax, 0x1234
    expect 2
    finish 0
