; The loops of the benchmark: vmx/bench/measures.def and vmx/bench/root.def.
;
; bool loop_X(uint64_t *samples: RDI, uint64_t count: RSI, uint64_t argument: RDX)
; Each writes count samples and returns true, or false if a VM entry failed. A sample is the time between
; two time stamps. A time stamp waits for all instructions before it and holds back those after it (SDM
; Vol 2B, "RDTSC"). A VM exit leaves general registers alone, apart from results of the instruction.

%include "vmx/bench/offsets.inc"

bits 64
section .text

%macro STAMP 1
    lfence
    rdtsc
    lfence
    shl rdx, 32
    lea %1, [rax + rdx]
%endmacro

; BEGIN, AGAIN and NEXT make a loop. R9 is the argument, R8 the first time stamp, R10 the second.
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

; LOOP name makes two loops: loop_name does name_setup and name_op, loop_name_twin only name_setup.
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
    xor eax, eax                        ; nothing uses the guest's value
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

; Asks for an event before the next instruction. It is its own twin, with BENCH_REHEARSED in its argument.
BEGIN arm
    AGAIN
    STAMP r8
    mov eax, HYPERCALL_BENCH
    mov ebx, r9d
    vmcall
    STAMP r10
    NEXT

; Touches one page after the other. It is its own twin: then the pages are already mapped.
BEGIN touch
    AGAIN
    STAMP r8
    mov al, [r9]
    STAMP r10
    add r9, 4096
    NEXT

; The guest's handler of injected events. None of their vectors has an error code.
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
; The argument is a pointer to struct root_regions (vmx/bench/loops.h).

%macro vmread_setup 0
    mov ecx, GUEST_RIP
%endmacro
%define vmread_op vmread rax, rcx
LOOP vmread

%define vmwrite_setup vmread_setup      ; writes R9, whatever it is: the round sets the field again
%define vmwrite_op vmwrite rcx, r9
LOOP vmwrite

BEGIN vmptrld
    AGAIN
    STAMP r8
    vmptrld [r9 + ROOT_SPARE]
    STAMP r10
    vmptrld [r9 + ROOT_MAIN]
    NEXT

; Clears a VMCS that is active and current.
BEGIN vmclear
    AGAIN
    vmptrld [r9 + ROOT_SPARE]
    STAMP r8
    vmclear [r9 + ROOT_SPARE]
    STAMP r10
    vmptrld [r9 + ROOT_MAIN]
    NEXT

%macro invept_setup 0
    mov ecx, INVALIDATE_ALL_CONTEXTS
%endmacro
%define invept_op invept rcx, [r9 + ROOT_NO_ADDRESS]
LOOP invept

%macro invvpid_setup 0
    mov ecx, INVALIDATE_ALL_CONTEXTS
%endmacro
%define invvpid_op invvpid rcx, [r9 + ROOT_NO_ADDRESS]
LOOP invvpid

; First clears the VMCS: VMXOFF would lose what the processor has not written to memory.
BEGIN vmxoff_vmxon
    vmclear [r9 + ROOT_MAIN]
    AGAIN
    STAMP r8
    vmxoff
    vmxon [r9 + ROOT_VMXON]
    STAMP r10
    NEXT

; Does nothing: the twin of loops without a setup.
BEGIN empty
    AGAIN
    STAMP r8
    STAMP r10
    NEXT

; ENTRY name, instruction makes a loop that times a VM entry and the VM exit of the guest's first instruction, a
; VMCALL.
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
    mov ecx, EXIT_REASON                ; bit 31 is set if the VM entry failed
    vmread rcx, rcx
    cmp ecx, REASON_VMCALL
    jne %%failed
    NEXT
%%failed:
    xor eax, eax
    pop rbx
    ret
%endmacro

; VMCLEAR makes the launch state clear and keeps the fields.
%macro vmlaunch_prepare 0
    vmclear [r9 + ROOT_MAIN]
    vmptrld [r9 + ROOT_MAIN]
%endmacro
ENTRY vmlaunch, vmlaunch

%define vmresume_prepare nothing
ENTRY vmresume, vmresume
