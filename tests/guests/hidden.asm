; Features of the machine that are hidden from a guest: CPUID bits, MSRs, bits of CR4.
; exits: CPUID RDMSR WRMSR RDPMC CR_ACCESS
; modes: real 32 64
; models: corei5_lynnfield_750 tigerlake
; bare: no, the bare processor hides nothing
%include "guest.inc"
%include "idt.inc"
%include "msr.inc"

CR4_VMXE equ 1 << 13
CR4_SMXE equ 1 << 14
CR4_OSXSAVE equ 1 << 18
AREA equ 0x6000                         ; aligned to 64

%macro has 3 ; register, bit, status: expects that the bit is 1
    bt %1, %2
    setc al
    cmp al, 1
    expect %3
%endmacro

%macro lacks 3 ; register, bit, status: expects that the bit is 0
    bt %1, %2
    setc al
    cmp al, 0
    expect %3
%endmacro

    load_idt
    mov eax, 1
    cpuid
    mov esi, ecx
    mov edi, edx
    has esi, 31, 1                      ; a hypervisor
    lacks esi, 5, 2                     ; VMX
    lacks esi, 21, 3                    ; x2APIC
    lacks esi, 24, 4                    ; TSC deadline
    lacks edi, 9, 5                     ; APIC
    has edi, 5, 6                       ; MSRs
    mov eax, 0x40000000
    cpuid
    cmp eax, 0x40000001
    expect 7
    cmp ebx, 'Trap'
    expect 8
    cmp ecx, 'line'
    expect 9
    cmp edx, 0
    expect 10
    mov eax, 0x80000001
    cpuid
    mov esi, edx
%if MODE == 64
    has esi, 11, 11                     ; SYSCALL
%else
    lacks esi, 11, 11
%endif
    has esi, 29, 12                     ; IA-32e mode

    reads 0x1b, 0xfee00100, 0, 33       ; the local APIC is off
    reads 0xfe, 0, 0, 34                ; no MTRRs
    reads 0xc0000084, 0, 0, 37          ; FMASK has no value of the host or the firmware
    keeps 0x1d9, 2, 0, 35
    keeps 0x1d9, 0, 0, 35
    mov ecx, 0x48                       ; IA32_SPEC_CTRL
    faults_gp rdmsr
    xor ecx, ecx                        ; there is no performance counter
    faults_gp rdpmc
    mov AX_, cr4
    or eax, CR4_VMXE
    faults_gp mov cr4, AX_
    mov AX_, cr4
    or eax, CR4_SMXE
    faults_gp mov cr4, AX_
    mov AX_, cr4
    cmp eax, eax
    and eax, CR4_VMXE | CR4_SMXE
    expect 36
    mov ecx, 0xbeef                     ; not an MSR on any processor
    faults_gp wrmsr

    mov ecx, 0x1d9                      ; DR7.GD: the bits that a debug exception clears and sets
    mov eax, 2
    xor edx, edx
    wrmsr
    mov eax, 0xffff0ff0
    mov dr6, AX_
    mov eax, 0x2400
    mov dr7, AX_
    faults 1, mov AX_, dr0
    mov AX_, dr6
    cmp eax, 0xffff2ff0
    expect 16
    mov AX_, dr7
    cmp eax, 0x400
    expect 17
    mov ecx, 0x1d9
    rdmsr
    test eax, eax
    expect 18

    mov eax, 1                          ; the guest has both XSAVES and IA32_XSS, or neither
    cpuid
    test ecx, 1 << 26
    jz near .no_xcr0
    mov AX_, cr4
    or eax, CR4_OSXSAVE
    mov cr4, AX_
    mov eax, 0xd
    mov ecx, 1
    cpuid
    test eax, 1 << 3
    jz near .no_xsaves
    mov ecx, 0xda0
    rdmsr
    or eax, edx
    expect 20
    wrmsr
    mov eax, 1 << 8                     ; a supervisor state, which CPUID does not show
    faults_gp wrmsr
    xor eax, eax
    xsaves [AREA]
    jmp .no_xcr0
.no_xsaves:
    mov ecx, 0xda0
    faults_gp rdmsr
    xor eax, eax
    faults 6, xsaves [AREA]
.no_xcr0:
    finish 0

    idt_data
