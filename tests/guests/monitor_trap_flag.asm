; An injected pending MTF VM exit: the exit occurs before the first instruction.
; exits: MONITOR_TRAP_FLAG
; words: control.MONITOR_TRAP_FLAG=1 vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000700
; modes: 64
; models: corei7_icelake_u tigerlake
%include "guest.inc"
    note_flags
    finish 0
