; A write to a register of the virtual APIC. The processor writes the register before the exit, and
; the exit only reports the write.
; exits: APIC_WRITE
; words: control.USE_TPR_SHADOW=1 control.VIRTUALIZE_APIC_ACCESSES=1 control.APIC_REGISTER_VIRTUALIZATION=1
; modes: 32
; models: corei7_haswell_4770 tigerlake
%include "guest.inc"
LVT_TIMER equ 0xfee00320
    mov dword [LVT_TIMER], 0x10020      ; masked
    mov eax, [LVT_TIMER]
    note eax
    cmp eax, 0x10020
    expect 1
    mov dword [LVT_TIMER], 0x10000
    finish 0
