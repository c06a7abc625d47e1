; MOV to and from debug registers: the guest reads the values that it wrote. CR4.DE disables DR4 and
; DR5, and DR7.GD causes #DB.
; exits: DR_ACCESS
; words: control.MOV_DR_EXITING=1
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"

CR4_DE equ 1 << 3
DR7_GD equ 1 << 13

%macro keeps 2 ; register, status
    mov AX_, 0x12345678
    mov %1, AX_
    xor eax, eax
    mov AX_, %1
    note eax
    cmp eax, 0x12345678
    expect %2
%endmacro

    load_idt
    keeps dr0, 1
    keeps dr1, 2
    keeps dr2, 3
    keeps dr3, 4
    xor eax, eax
    stc
    mov dr6, AX_
    note_flags
    mov AX_, dr6                        ; the bits that are always 1
    note eax
    cmp eax, 0xffff0ff0
    expect 5
    mov eax, -1
    mov dr6, AX_
    mov AX_, dr6
    note eax
    mov AX_, dr7
    note eax
    cmp eax, 0x400
    expect 6
    mov AX_, dr4                        ; other names of DR6 and DR7
    note eax
    mov AX_, dr5
    note eax
    cmp eax, 0x400
    expect 7
    mov AX_, cr4
    or eax, CR4_DE
    mov cr4, AX_
    faults 6, mov dr4, AX_
    faults 6, mov AX_, dr5
%if MODE == 64
    mov rax, 1 << 40
    faults_gp mov dr6, rax
    mov rax, 1 << 40
    faults_gp mov dr7, rax
    mov rax, 0x123456789abcdef0         ; a 64-bit address
    mov dr1, rax
    xor eax, eax
    mov rax, dr1
    note rax
    xor eax, eax
    mov dr1, rax
%endif
    xor eax, eax
    mov dr6, AX_
    mov eax, 0x400 | DR7_GD
    mov dr7, AX_
    mov dword [resume], .detected
    mov dword [seen], -1
    mov AX_, dr0
.detected:
    ; The saved flags are not noted: this #DB is a fault, but Bochs 2.7 does not set RF in them.
    mov eax, [seen]
    note eax
    cmp eax, 1
    expect 9
    mov AX_, dr6
    note eax
    mov AX_, dr7                        ; the exception clears GD
    note eax
    cmp eax, 0x400
    expect 8
    xor eax, eax
    mov dr0, AX_
    mov dr2, AX_
    mov dr3, AX_
    finish 0

    idt_data
