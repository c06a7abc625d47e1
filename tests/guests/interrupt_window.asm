; The interrupt window: an exit as soon as the guest takes interrupts, and it goes on.
; exits: INTERRUPT_WINDOW
; words: control.INTERRUPT_WINDOW_EXITING=1
; modes: 64
%include "guest.inc"
    stc
    sti
    nop
    nop
    note_flags
    finish 0
