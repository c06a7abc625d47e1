; XSETBV: the guest reads the value that it wrote, and invalid values cause #GP(0).
; exits: XSETBV
; modes: 64
%include "guest.inc"
%include "idt.inc"

CR4_OSXSAVE equ 1 << 18

    load_idt
    mov eax, 1
    cpuid
    test ecx, 1 << 27                   ; OSXSAVE is off
    expect 1
    xor ecx, ecx
    faults 6, xgetbv
    xor eax, eax
    xor edx, edx
    faults 6, xsetbv
    mov AX_, cr4
    or eax, CR4_OSXSAVE
    mov cr4, AX_
    mov eax, 1
    cpuid
    bt ecx, 27
    setc al
    cmp al, 1
    expect 2
    xor ecx, ecx
    xgetbv
    note eax
    note edx
    cmp eax, 1
    expect 3
    mov eax, 3
    xor edx, edx
    stc
    xsetbv
    note_flags
    xgetbv
    note eax
    cmp eax, 3
    expect 4
    mov eax, 2                          ; without x87
    faults_gp xsetbv
    mov eax, 5                          ; AVX without SSE
    faults_gp xsetbv
    mov eax, 1
    mov edx, 1 << 31                    ; a component that no processor has
    faults_gp xsetbv
    mov eax, 1
    xor edx, edx
    mov ecx, 1                          ; there is no XCR1
    faults_gp xsetbv
    xor ecx, ecx                        ; none of the invalid values was stored
    xgetbv
    note eax
    cmp eax, 3
    expect 5
    finish 0

    idt_data
