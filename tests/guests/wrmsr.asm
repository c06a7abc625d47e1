; WRMSR: each MSR keeps the written value, and invalid values cause #GP(0).
; exits: WRMSR RDMSR
; modes: real 64
%include "guest.inc"
%include "idt.inc"
%include "msr.inc"
    load_idt
    keeps 0x174, 0x0008, 0, 20
    keeps 0x175, 0x89abcdef, 0x00000567, 21
    keeps 0x176, 0x12345678, 0xffffffff, 22
    keeps 0x277, 0x00070106, 0x00070406, 23
    keeps 0xc0000081, 0x11111111, 0x00100008, 27
    keeps 0xc0000082, 0x22222222, 0x00000022, 28
    keeps 0xc0000083, 0x22222222, 0xffffff82, 29
    keeps 0xc0000084, 0x00000700, 0, 30
    keeps 0xc0000102, 0x44444444, 0xffffff44, 31
%if MODE == 64
    keeps 0xc0000100, 0x33333333, 0x00000033, 32
    swapgs
    reads 0xc0000101, 0x44444444, 0xffffff44, 33
    swapgs
%endif

    mov ecx, 0xc0000080                 ; EFER: SCE and NXE
    rdmsr
    mov ebx, eax
    or eax, 0x801
    wrmsr
    rdmsr
    note eax
    or ebx, 0x801
    cmp eax, ebx
    expect 40

    mov ecx, 0xbeef                     ; no such MSR
    faults_gp wrmsr
    mov ecx, 0xfe                       ; MTRRCAP is read-only
    rdmsr
    faults_gp wrmsr
    mov ecx, 0xc0000080                 ; EFER: a reserved bit
    rdmsr
    or eax, 2
    faults_gp wrmsr
%if MODE != 16
    mov ecx, 0xc0000080                 ; LME with paging on
    rdmsr
    xor eax, 1 << 8
    faults_gp wrmsr
%endif
    mov ecx, 0x277                      ; PAT: memory type 2
    mov eax, 0x00070402
    mov edx, 0x00070406
    faults_gp wrmsr
    mov ecx, 0x175                      ; SYSENTER_ESP: not canonical
    xor eax, eax
    mov edx, 0x80000000
    faults_gp wrmsr
    mov ecx, 0xc0000082                 ; LSTAR: the processor checks the value
    faults_gp wrmsr
    finish 0

    idt_data
