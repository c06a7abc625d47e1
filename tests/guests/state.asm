; CPUID and MSRs: what a guest reads is its own and stays what it wrote.
%include "guest.inc"

; The accumulator as MOV from a control or debug register takes it.
%if MODE == 64
%define AX_ rax
%else
%define AX_ eax
%endif

%macro has 3 ; register, bit, status: it is set
    bt %1, %2
    setc al
    cmp al, 1
    expect %3
%endmacro

%macro lacks 3
    bt %1, %2
    setc al
    cmp al, 0
    expect %3
%endmacro

; keeps number, low, high, status: WRMSR, and RDMSR reads the same
%macro keeps 4
    mov ecx, %1
    mov eax, %2
    mov edx, %3
    wrmsr
    xor eax, eax
    xor edx, edx
    rdmsr
    cmp eax, %2
    expect %4
    cmp edx, %3
    expect %4
%endmacro

; reads number, low, high, status
%macro reads 4
    mov ecx, %1
    rdmsr
    cmp eax, %2
    expect %4
    cmp edx, %3
    expect %4
%endmacro

    mov AX_, cr2                        ; nothing of who ran before
    mov ebx, eax
%assign i 0
%rep 4
    mov AX_, dr %+ i
    or ebx, eax
%assign i i + 1
%endrep
    test ebx, ebx
    expect 50
    mov AX_, dr6
    cmp eax, 0xffff0ff0
    expect 51

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

    keeps 0x174, 0x0008, 0, 20
    keeps 0x175, 0x89abcdef, 0x00000567, 21
    keeps 0x176, 0x12345678, 0xffffffff, 22
    keeps 0x277, 0x00070106, 0x00070406, 23
    reads 0xc0000081, 0, 0, 24          ; nothing of the host's is there
    reads 0xc0000082, 0, 0, 25
    reads 0xc0000102, 0, 0, 26
    keeps 0xc0000081, 0x11111111, 0x00100008, 27
    keeps 0xc0000082, 0x22222222, 0x00000022, 28
    keeps 0xc0000084, 0x00000700, 0, 29
    keeps 0xc0000100, 0x33333333, 0x00000033, 30
    keeps 0xc0000102, 0x44444444, 0xffffff44, 31
    keeps 0x1d9, 2, 0, 32
    keeps 0x1d9, 0, 0, 32
    reads 0x1b, 0xfee00100, 0, 33
    reads 0xfe, 0, 0, 34
%if MODE == 64
    swapgs
    mov ecx, 0xc0000101
    rdmsr
    cmp eax, 0x44444444
    expect 35
    swapgs
%endif

    mov ecx, 0xc0000080                 ; EFER: SCE and NXE
    rdmsr
    mov ebx, eax
    or eax, 0x801
    wrmsr
    rdmsr
    or ebx, 0x801
    cmp eax, ebx
    expect 40

    mov ecx, 0x10                       ; the time stamp begins anew
    xor eax, eax
    xor edx, edx
    wrmsr
    rdtsc
    cmp edx, 0
    expect 41
    mov ebx, eax
    rdmsr
    cmp edx, 0
    expect 42
    cmp eax, ebx
    seta al
    cmp al, 1
    expect 43

    mov eax, 0x12345678                 ; ports without devices
    in al, 0x60
    cmp eax, 0x123456ff
    expect 44
    mov dx, 0xcfc
    in eax, dx
    cmp eax, -1
    expect 45
    out 0x80, al

    mov AX_, 0x12345678                 ; debug registers
    mov dr0, AX_
    xor eax, eax
    mov AX_, dr0
    cmp eax, 0x12345678
    expect 46
    mov dr3, AX_                        ; the next guest is not to find this
    mov cr2, AX_
    mov eax, 0xffff2ff1
    mov dr6, AX_

    invd
    wbinvd
    pause
    finish 0
