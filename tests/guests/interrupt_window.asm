; An exit for the interrupt window occurs as soon as the guest can take interrupts, and the guest
; continues.
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
