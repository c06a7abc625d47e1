; An MSR that a VM entry may not load: the VM entry fails, and the first instruction is never
; reached.
; exits: ENTRY_FAILURE_MSR_LOADING
; words: vmcs.VM_ENTRY_MSR_LOAD_COUNT=1 vmcs.VM_ENTRY_MSR_LOAD_ADDRESS=0x2000 memory.0x2000=0xc0000100 audit=warn
; modes: 64
; bare: no, the bare processor makes no VM entry
; ends: code=4 why=reason 34 ENTRY_FAILURE_MSR_LOADING
%include "guest.inc"
    finish 1
