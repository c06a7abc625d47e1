; PAUSE causes an exit and has no effect.
; exits: PAUSE
; words: control.PAUSE_EXITING=1
; modes: 64
%include "guest.inc"
    mov ecx, 3
    stc
.again:
    pause
    dec ecx
    jnz .again
    note ecx
    note_flags
    finish 0
