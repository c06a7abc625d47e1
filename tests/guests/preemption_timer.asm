; A guest that loops for ever: its time ends it.
; exits: VMX_PREEMPTION_TIMER_EXPIRED
; words: control.ACTIVATE_VMX_PREEMPTION_TIMER=1 budget=50
; modes: 64
; bare: no, there it loops for ever
; ends: code=1 why=budget=
%include "guest.inc"
    jmp $
