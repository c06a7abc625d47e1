; The loops of the benchmark: vmx/bench/bench.def.
;
; bool loop_X(uint64_t *samples: RDI, uint64_t count: RSI, uint64_t argument: RDX)
; Each writes count samples, and says whether it could. The time of a sample is that between two time
; stamps, each of which waits until all before it is done, and holds back all behind it (SDM Vol 2B,
; "RDTSC"). VM exits keep all general registers but those that an instruction gives its results in.

%include "vmx/bench/offsets.inc"

HYPERCALL_VERSION equ 0
HYPERCALL_BENCH   equ 4

GUEST_RIP equ 0x681e                    ; fields of the VMCS
HOST_RSP  equ 0x6c14
HOST_RIP  equ 0x6c16
EXIT_REASON equ 0x4402

REASON_VMCALL equ 18

ALL_CONTEXTS equ 2                      ; type of INVEPT and INVVPID

; What the loops in VMX root operation have for an argument: struct bench_regions.
MAIN   equ 0
SPARE  equ 8
REGION equ 16
NO_ADDRESS equ 24                       ; 16 bytes of zero: a descriptor that no type "all" looks at

bits 64
section .text

%macro STAMP 1
    lfence
    rdtsc
    lfence
    shl rdx, 32
    lea %1, [rax + rdx]
%endmacro

; The loop, with R9 the argument: before the first stamp, between the stamps, behind the second.
%macro BEGIN 1
global loop_%1
align 64
loop_%1:
    push rbx
    mov r9, rdx
%endmacro
%macro AGAIN 0
%%again:
%push loop
%define %$again %%again
%endmacro
%macro NEXT 0
    sub r10, r8
    mov [rdi], r10
    add rdi, 8
    dec rsi
    jnz %$again
%pop
    mov eax, 1
    pop rbx
    ret
%endmacro

; LOOP name: what name_setup and then name_op do, and as name_twin what name_setup does alone.
%macro LOOP 1
BEGIN %1
    AGAIN
    STAMP r8
    %1_setup
    %1_op
    STAMP r10
    NEXT
BEGIN %1_twin
    AGAIN
    STAMP r8
    %1_setup
    STAMP r10
    NEXT
%endmacro

%macro nothing 0
%endmacro

%macro cpuid_setup 0
    xor eax, eax
    xor ecx, ecx
%endmacro
%define cpuid_op cpuid
LOOP cpuid

%macro vmcall_setup 0
    xor eax, eax                        ; HYPERCALL_VERSION
%endmacro
%define vmcall_op vmcall
LOOP vmcall

%define hlt_setup nothing
%define hlt_op hlt
LOOP hlt

%define pause_setup nothing
%define pause_op pause
LOOP pause

%macro rdmsr_setup 0
    mov ecx, BENCH_MSR
%endmacro
%define rdmsr_op rdmsr
LOOP rdmsr

%macro wrmsr_setup 0
    mov ecx, BENCH_MSR
    xor eax, eax                        ; the guest's, which nothing uses
    xor edx, edx
%endmacro
%define wrmsr_op wrmsr
LOOP wrmsr

%define in_setup nothing
%define in_op in al, BENCH_PORT
LOOP in

%define out_setup nothing
%define out_op out BENCH_PORT, al
LOOP out

%define cr3_load_setup nothing
%define cr3_load_op mov cr3, r9
LOOP cr3_load

%define cr3_store_setup nothing
%define cr3_store_op mov rax, cr3
LOOP cr3_store

%define cr8_load_setup nothing
%define cr8_load_op mov cr8, r9
LOOP cr8_load

%define cr8_store_setup nothing
%define cr8_store_op mov rax, cr8
LOOP cr8_store

%define invlpg_setup nothing
%define invlpg_op invlpg [r9]
LOOP invlpg

; Asks for what is to come before the next instruction; its twin, for the work without that.
BEGIN arm
    AGAIN
    STAMP r8
    mov eax, HYPERCALL_BENCH
    mov ebx, r9d
    vmcall
    STAMP r10
    NEXT

; A page after the other.
BEGIN touch
    AGAIN
    STAMP r8
    mov al, [r9]
    STAMP r10
    add r9, 4096
    NEXT

; The guest's handler of what is injected: no such vector has an error code.
global bench_interrupted
align 16
bench_interrupted:
    inc qword [rel bench_interrupts]
    iretq

section .bss
global bench_interrupts
bench_interrupts: resq 1
section .text

; ---- In VMX root operation ---------------------------------------------------------------------

%macro vmread_setup 0
    mov ecx, GUEST_RIP
%endmacro
%define vmread_op vmread rax, rcx
LOOP vmread

%define vmwrite_setup vmread_setup      ; the value is whatever R9 is: a round sets the field anew
%define vmwrite_op vmwrite rcx, r9
LOOP vmwrite

BEGIN vmptrld
    AGAIN
    STAMP r8
    vmptrld [r9 + SPARE]
    STAMP r10
    vmptrld [r9 + MAIN]
    NEXT

; Of a VMCS that is active and current.
BEGIN vmclear
    AGAIN
    vmptrld [r9 + SPARE]
    STAMP r8
    vmclear [r9 + SPARE]
    STAMP r10
    vmptrld [r9 + MAIN]
    NEXT

%macro invept_setup 0
    mov ecx, ALL_CONTEXTS
%endmacro
%define invept_op invept rcx, [r9 + NO_ADDRESS]
LOOP invept

%macro invvpid_setup 0
    mov ecx, ALL_CONTEXTS
%endmacro
%define invvpid_op invvpid rcx, [r9 + NO_ADDRESS]
LOOP invvpid

; The VMCS is not current meanwhile: VMXOFF would lose what is not in memory yet.
BEGIN vmxoff_vmxon
    vmclear [r9 + MAIN]
    AGAIN
    STAMP r8
    vmxoff
    vmxon [r9 + REGION]
    STAMP r10
    NEXT

; Nothing at all: the twin of those that set nothing up.
BEGIN empty
    AGAIN
    STAMP r8
    STAMP r10
    NEXT

; A VM entry, and the VM exit of the VMCALL that the guest begins with. ENTRY name, instruction
%macro ENTRY 2
BEGIN %1
    mov ecx, HOST_RSP
    vmwrite rcx, rsp
    mov ecx, HOST_RIP
    lea rax, [rel %%arrival]
    vmwrite rcx, rax
    mov ecx, GUEST_RIP
    lea rax, [rel %%guest]
    vmwrite rcx, rax
    AGAIN
    %1_prepare
    STAMP r8
    %2
    jmp %%failed
%%guest:
    vmcall
%%arrival:
    STAMP r10
    mov ecx, EXIT_REASON                ; that of an entry that failed after all has bit 31
    vmread rcx, rcx
    cmp ecx, REASON_VMCALL
    jne %%failed
    NEXT
%%failed:
    xor eax, eax
    pop rbx
    ret
%endmacro

; The launch state of a cleared VMCS is clear, and its fields stay.
%macro vmlaunch_prepare 0
    vmclear [r9 + MAIN]
    vmptrld [r9 + MAIN]
%endmacro
ENTRY vmlaunch, vmlaunch

%define vmresume_prepare nothing
ENTRY vmresume, vmresume
