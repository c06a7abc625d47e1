; RDMSR and WRMSR always cause exits without MSR bitmaps.
; exits: RDMSR WRMSR
; words: control.USE_MSR_BITMAPS=0
; modes: 64
%include "guest.inc"
%include "msr.inc"
    keeps 0x174, 0x0008, 0, 1
    finish 0
