; A guest that loops forever ends when its time budget is exhausted.
; exits: VMX_PREEMPTION_TIMER_EXPIRED
; words: control.ACTIVATE_VMX_PREEMPTION_TIMER=1 budget=50
; modes: 64
; bare: no, it would loop forever
; ends: code=1 why=budget=
%include "guest.inc"
    jmp $
