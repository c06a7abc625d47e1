; XRSTORS of a supervisor state causes #UD, because CPUID hides supervisor states from the guest.
; exits: XRSTORS
; words: control.ENABLE_XSAVES_XRSTORS=1 msrs=0xda0
; modes: 64
; models: tigerlake
; bare: no, the bare processor has this state
%include "guest.inc"
%include "idt.inc"
CR4_OSXSAVE equ 1 << 18
    load_idt
    mov rax, cr4
    or eax, CR4_OSXSAVE
    mov cr4, rax
    mov ecx, 0xda0                      ; IA32_XSS: CET's user state
    mov eax, 1 << 11
    xor edx, edx
    wrmsr
    mov eax, -1
    mov edx, -1
    faults 6, xrstors [0x20000]
    finish 0
    idt_data
