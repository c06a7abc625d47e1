; Exceptions: the guest's own, and those that handlers raise in the processor's place.
%include "guest.inc"
%include "idt.inc"

CR0_PG      equ 1 << 31
CR4_VMXE    equ 1 << 13
CR4_OSXSAVE equ 1 << 18
AREA        equ 0x6000                  ; aligned to 64

; The accumulator as MOV to a control register takes it.
%if MODE == 64
%define AX_ rax
%else
%define AX_ eax
%endif

    load_idt
    faults 6, ud2
    faults 3, int3
    xor ecx, ecx
    faults 0, div ecx

    mov ecx, 0xbeef                     ; no such MSR
    faults_gp rdmsr
    faults_gp wrmsr
    mov ecx, 0xfe                       ; MTRRCAP is read-only
    rdmsr
    faults_gp wrmsr
    mov ecx, 0x48                       ; IA32_SPEC_CTRL, hidden
    faults_gp rdmsr
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
    mov ecx, 0x175                      ; SYSENTER_ESP: no canonical address
    xor eax, eax
    mov edx, 0x80000000
    faults_gp wrmsr
    mov ecx, 0xc0000082                 ; LSTAR, which the processor judges
    faults_gp wrmsr

    faults 6, vmlaunch
    faults 6, vmresume
    faults 6, vmxoff
    faults 6, vmptrld [0x1000]
    faults 6, vmxon [0x1000]

    mov eax, CR0_PG                     ; PG without PE
    faults_gp mov cr0, AX_
    mov AX_, cr0
    or eax, 1 << 29                     ; NW without CD
    faults_gp mov cr0, AX_
    mov AX_, cr4
    or eax, CR4_VMXE
    faults_gp mov cr4, AX_
    mov AX_, cr4
    or eax, 1 << 31
    faults_gp mov cr4, AX_
%if MODE == 64
    mov rax, cr4                        ; PAE off in IA-32e mode
    and eax, ~(1 << 5)
    faults_gp mov cr4, rax
    mov rax, 1 << 62
    faults_gp mov cr3, rax
    mov rax, cr0                        ; paging off in 64-bit mode
    and eax, ~CR0_PG
    faults_gp mov cr0, rax
%endif

    mov AX_, cr0                        ; the x87 instruction of a task that was switched away
    or eax, 1 << 3
    mov cr0, AX_
    faults 7, fnop
    mov AX_, cr0
    test eax, 1 << 3
    setnz al
    cmp al, 1
    expect 1
    clts
    mov AX_, cr0
    test eax, 1 << 3
    expect 2
    fnop

    mov eax, 1                          ; XCR0, where there is one
    cpuid
    test ecx, 1 << 26
    jz near .no_xcr0
    test ecx, 1 << 27                   ; OSXSAVE is off
    expect 3
    xor ecx, ecx
    faults 6, xgetbv
    mov AX_, cr4
    or eax, CR4_OSXSAVE
    mov cr4, AX_
    mov eax, 1
    cpuid
    bt ecx, 27
    setc al
    cmp al, 1
    expect 4
    xor ecx, ecx
    xgetbv
    cmp eax, 1
    expect 5
    mov eax, 3
    xor edx, edx
    xsetbv
    xgetbv
    cmp eax, 3
    expect 6
    mov eax, 2                          ; without x87
    faults_gp xsetbv
    mov eax, 1
    mov ecx, 1                          ; there is no XCR1
    faults_gp xsetbv
    mov eax, 0xd                        ; XSAVES and IA32_XSS: both or neither
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

%if MODE == 64
    mov ebx, 1 << 30                    ; the first address that is not mapped
    faults 14, mov [rbx], eax
    cmp dword [error], 2
    expect 7
    mov rax, cr2
    cmp rax, rbx
    expect 8
%endif

    mov dword [seen], -1                ; a single step
    mov dword [resume], .stepped
    pushf
%if MODE == 64
    or dword [rsp], TF
%elif MODE == 32
    or dword [esp], TF
%else
    mov bp, sp
    or word [bp], TF
%endif
    popf
    nop
    nop
.stepped:
    cmp dword [seen], 1
    expect 9
    mov AX_, dr6
    bt eax, 14
    setc al
    cmp al, 1
    expect 10

    mov ecx, 0x1d9                      ; DR7.GD: what a debug exception clears and what it sets
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

    mov dword [seen], -1                ; INT1 while a MOV SS holds a single step back
    mov dword [resume], .int1
    mov cx, ss
    pushf
%if MODE == 64
    or dword [rsp], TF
%elif MODE == 32
    or dword [esp], TF
%else
    mov bp, sp
    or word [bp], TF
%endif
    popf
    mov ss, cx
    db 0xf1
.int1:
    cmp dword [seen], 1
    expect 19

%if MODE != 16                          ; exceptions while an event is delivered
    faults 13, int 0x40                 ; beyond the IDT
    cmp dword [error], 0x40 * 8 + 2
    expect 11
    no_gate 3
    faults 11, int3                     ; benign first: the second alone
    cmp dword [error], 3 * 8 + 2
    expect 12
    no_gate 6
    faults 11, ud2
    cmp dword [error], 6 * 8 + 3
    expect 13
    no_gate 13                          ; both contributory: a double fault
    mov ecx, 0xbeef
    faults 8, rdmsr
    cmp dword [error], 0
    expect 14
    faults 8, int 0x40
    cmp dword [error], 0
    expect 15
%if MODE == 64
    no_gate 14                          ; likewise of a page fault
    mov ebx, 1 << 30
    faults 8, mov [rbx], eax
%endif
%endif
    finish 0

    idt_data
