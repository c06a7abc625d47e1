; Notes the width of physical addresses and then each MTRR: its number, its low and its high half. Runs
; on the bare processor only (tests/boot/bare.asm), because Trapline does not show MTRRs to guests.
%include "guest.inc"

    mov eax, 0x80000008
    cpuid
    movzx eax, al
    note eax
    mov ecx, 0xfe                       ; IA32_MTRRCAP
    call note_msr
    movzx ebp, al                       ; number of variable ranges
    mov ecx, 0x2ff                      ; IA32_MTRR_DEF_TYPE
    call note_msr
    mov ecx, 0x250
    call note_msr
    mov ecx, 0x258
    call note_msr
    mov ecx, 0x259
    call note_msr
    mov ecx, 0x268
.fixed:
    call note_msr
    inc ecx
    cmp ecx, 0x270
    jb .fixed
    mov ecx, 0x200
    lea ebp, [ecx + 2 * ebp]
.variable:
    call note_msr
    inc ecx
    cmp ecx, ebp
    jb .variable
    finish 0

note_msr:
    rdmsr
    note ecx
    note eax
    note edx
    ret
