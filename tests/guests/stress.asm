; Millions of exits of many kinds leave registers and memory unchanged.
; exits: CPUID RDMSR WRMSR CR_ACCESS DR_ACCESS IO_INSTRUCTION VMCALL RDTSC INVLPG PAUSE WBINVD_OR_WBNOINVD INVD EXCEPTION_OR_NMI
; words: control.RDTSC_EXITING=1 control.INVLPG_EXITING=1 control.PAUSE_EXITING=1 control.MOV_DR_EXITING=1 control.CR3_LOAD_EXITING=1 control.CR3_STORE_EXITING=1 checksum=1 trace=0 budget=0
; modes: 64
; models: corei7_skylake_x
; bare: no, other guests compare the same instructions
%include "guest.inc"
%include "idt.inc"

%ifndef ROUNDS
%define ROUNDS 400000                   ; 26 exits in each round
%endif
PATTERN        equ 0x20000
PATTERN_QWORDS equ 0x2000
CR0_TS         equ 1 << 3
CR4_PGE        equ 1 << 7

%macro holds 3 ; register, value, status
    mov rax, %2
    cmp %1, rax
    expect %3
%endmacro

; each_register macro [, {, more arguments}]: applies the macro to each register that no exit below
; changes, and its value
%macro each_register 1-2
    %1 rbp, 0x1111111111111111 %2
    %1 r8,  0x2222222222222222 %2
    %1 r9,  0x3333333333333333 %2
    %1 r10, 0x4444444444444444 %2
    %1 r11, 0x5555555555555555 %2
    %1 r12, 0x6666666666666666 %2
    %1 r13, 0x7777777777777777 %2
    %1 r14, 0x8888888888888888 %2
%endmacro

    load_idt
    mov edi, PATTERN
    mov ecx, PATTERN_QWORDS
.fill:
    mov [rdi], rdi
    add rdi, 8
    loop .fill
    each_register mov
%assign i 0
%rep 16
    mov rax, 0x0123456789abcd00 + i
    movq xmm %+ i, rax
%assign i i + 1
%endrep
    mov r15d, ROUNDS

.round:
    mov eax, 0x40000000                 ; 1 exit
    xor ecx, ecx
    cpuid
    cmp ebx, 'Trap'
    expect 1

    mov ecx, 0x175                      ; 2: IA32_SYSENTER_ESP
    mov eax, r15d
    xor edx, edx
    wrmsr
    xor eax, eax
    rdmsr
    cmp eax, r15d
    expect 2
    mov ecx, 0xc0000082                 ; 2: IA32_LSTAR
    mov eax, r15d
    xor edx, edx
    wrmsr
    xor eax, eax
    rdmsr
    cmp eax, r15d
    expect 3
    mov ecx, 0xbeef                     ; 1, and the exception
    faults_gp rdmsr

    mov rax, cr0                        ; 2
    mov rbx, rax
    or eax, CR0_TS
    mov cr0, rax
    clts
    mov rax, cr0
    cmp rax, rbx
    expect 4
    mov rax, cr4                        ; 2
    mov rbx, rax
    xor rax, CR4_PGE
    mov cr4, rax
    mov cr4, rbx
    mov rax, cr4
    cmp rax, rbx
    expect 5
    mov rax, cr3                        ; 2
    mov cr3, rax
    mov rax, 7                          ; 2
    mov cr8, rax
    mov rax, cr8
    cmp eax, 7
    expect 6
    mov dr1, r12                        ; 2
    mov rax, dr1
    cmp rax, r12
    expect 7

    mov eax, r15d                       ; 2
    in al, 0x60
    cmp al, 0xff
    expect 8
    out 0x80, al
    mov eax, VERSION                    ; 1
    vmcall
    cmp eax, 1
    expect 9
    rdtsc                               ; 1
    invlpg [PATTERN]                    ; 1
    pause                               ; 1
    wbinvd                              ; 1
    invd                                ; 1
    faults 6, ud2                       ; 1 each
    faults 3, int3

    each_register holds, {, 10}
%assign i 0
%rep 16
    movq rax, xmm %+ i
    mov rbx, 0x0123456789abcd00 + i
    cmp rax, rbx
    expect 11
%assign i i + 1
%endrep
    dec r15d
    jnz .round

    mov edi, PATTERN
    mov ecx, PATTERN_QWORDS
.check:
    cmp [rdi], rdi
    expect 12
    add rdi, 8
    loop .check
    finish 0

    idt_data
