; PAUSE in a loop that exceeds PLE_WINDOW causes exits and has no effect.
; exits: PAUSE
; words: control.PAUSE_LOOP_EXITING=1 vmcs.PLE_GAP=1000 vmcs.PLE_WINDOW=100
; modes: 64
; models: corei7_haswell_4770 tigerlake
%include "guest.inc"
    mov ecx, 1000
.again:
    pause
    dec ecx
    jnz .again
    note ecx
    finish 0
