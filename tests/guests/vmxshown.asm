; With vmx=shown, CPUID shows VMX, but IA32_FEATURE_CONTROL is locked with VMX off.
; exits: CPUID RDMSR WRMSR CR_ACCESS VMXON VMXOFF
; words: vmx=shown
; modes: 32 64
; bare: no, the bare processor has VMX on
%include "guest.inc"
%include "idt.inc"

CR4_VMXE equ 1 << 13
%if MODE == 64
%define AX_ rax
%else
%define AX_ eax
%endif

    load_idt
    mov eax, 1
    cpuid
    bt ecx, 5
    setc al
    cmp al, 1
    expect 1
    mov ecx, 0x3a                       ; IA32_FEATURE_CONTROL: locked with VMX off
    rdmsr
    cmp eax, 1
    expect 2
    faults_gp wrmsr
    mov ecx, 0x480                      ; IA32_VMX_BASIC: a VMCS has at most 4 KiB
    rdmsr
    and edx, 0x1fff
    cmp edx, 0x1000
    expect 3
    faults_gp wrmsr

    faults 6, vmxon [0x1000]            ; VMXE is clear
    mov AX_, cr4
    or eax, CR4_VMXE
    mov cr4, AX_
    mov AX_, cr4
    bt eax, 13
    setc al
    cmp al, 1
    expect 4
    faults_gp vmxon [0x1000]
    faults 6, vmxoff                    ; not in VMX operation
    mov AX_, cr4
    and eax, ~CR4_VMXE
    mov cr4, AX_
    mov AX_, cr4
    bt eax, 13
    setc al
    cmp al, 0
    expect 5
    finish 0

    idt_data
