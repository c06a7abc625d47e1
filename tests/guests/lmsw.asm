; LMSW from a register and from memory writes the lower four bits of CR0, but it does not clear PE.
; exits: CR_ACCESS
; modes: real 64
%include "guest.inc"
    mov AX_, cr0
    mov esi, eax
    or eax, 0xfff0 | 1 << 3 | 1         ; only the lower four bits count: TS and PE
    stc
    lmsw ax
    note_flags
    mov AX_, cr0
    note eax
    smsw bx
    note ebx
    or esi, 1 << 3 | 1
    cmp eax, esi
    expect 1
    mov word [0x7000], 0xfff0
    lmsw [0x7000]
    mov AX_, cr0
    note eax
    and esi, ~(1 << 3)                  ; PE stays
    cmp eax, esi
    expect 2
%if MODE == 16
    and eax, ~1                         ; back to real mode
    mov cr0, eax
%endif
    finish 0
