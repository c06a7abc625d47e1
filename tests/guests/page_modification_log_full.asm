; Writes to more pages than the page-modification log can hold. Trapline empties the log, and each
; write completes.
; exits: PAGE_MODIFICATION_LOG_FULL
; words: control.ENABLE_PML=1 vmcs.EPT_POINTER+=0x40 vmcs.PML_INDEX=1
; modes: 64
; models: corei7_skylake_x tigerlake
%include "guest.inc"
FIRST equ 2 << 20
    mov ebx, FIRST
.write:
    mov [ebx], ebx
    add ebx, 1 << 20
    cmp ebx, 16 << 20
    jb .write
    mov ebx, FIRST
.read:
    mov eax, [ebx]
    note eax
    cmp eax, ebx
    expect 1
    add ebx, 1 << 20
    cmp ebx, 16 << 20
    jb .read
    finish 0
