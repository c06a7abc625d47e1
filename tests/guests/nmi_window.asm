; An exit for the NMI window occurs before the first instruction, and the guest continues.
; exits: NMI_WINDOW
; words: control.NMI_WINDOW_EXITING=1 control.VIRTUAL_NMIS=1
; modes: 64
%include "guest.inc"
    note_flags
    finish 0
