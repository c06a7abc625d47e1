; A write to a page whose sub-page permission table is missing. The words on the command line make
; the EPT and the instruction at 0x2100: MOV [0x2200], AL, to a read-only page with sub-page
; permissions.
; exits: SPP_RELATED_EVENT
; words: control.SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT=1 vmcs.SUB_PAGE_PERMISSION_TABLE_POINTER=0x4000 vmcs.EPT_POINTER=0x201e memory.0x2000=0x3007 memory.0x3000=0x4007 memory.0x4000=0x5007 memory.0x5010=0x2000000000002035 memory.0x2100=0x00f42200a2 vmcs.GUEST_RIP=0x2100
; modes: real
; models: corei7_icelake_u tigerlake
; bare: no, the bare processor uses no EPT
; ends: code=1 why=SPP_RELATED_EVENT
%include "guest.inc"
    finish 1
