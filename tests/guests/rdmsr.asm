; RDMSR returns the initial values of the guest's MSRs, and causes #GP(0) for an MSR that does not
; exist.
; exits: RDMSR
; words: control.USE_MSR_BITMAPS=1
; modes: 64
%include "guest.inc"
%include "idt.inc"
%include "msr.inc"
    load_idt
    stc
    mov ecx, 0x174
    rdmsr
    note_flags
    reads 0x174, 0, 0, 1                ; SYSENTER_CS
    reads 0x175, 0, 0, 2
    reads 0x176, 0, 0, 3
    reads 0x277, 0x00070406, 0x00070406, 4
    reads 0xc0000080, 0x500 * (MODE / 64), 0, 5
    reads 0xc0000081, 0, 0, 6           ; STAR does not have the host's value
    reads 0xc0000082, 0, 0, 7
    reads 0xc0000083, 0, 0, 8
    reads 0xc0000100, 0, 0, 10
    reads 0xc0000101, 0, 0, 11
    reads 0xc0000102, 0, 0, 12
    mov ecx, 0xbeef
    faults_gp rdmsr
%if MODE == 64                          ; the upper halves are cleared
    mov rax, -1
    mov rdx, -1
    mov ecx, 0x174
    rdmsr
    shr rax, 32
    shr rdx, 32
    or eax, edx
    expect 13
%endif
    finish 0
    idt_data
