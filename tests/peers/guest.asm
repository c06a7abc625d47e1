; The guest whose VM exits vmm.c measures. It runs in 64-bit mode and measures all instructions with the
; same loop.
;
; Initially CR8 is 0, r12 has the address of pages that were never accessed, and r13 has an address without
; memory. The guest reports to vmm.c by OUT to one of three ports; vmm.c then reads its registers:
;   BEGIN    a measurement begins; rsi: address of the instruction's name
;   END      a measurement ends; rsi: address of the name, r10 and r11: addresses of the samples without
;            and with the instruction
;   FINISHED all measurements are complete
BITS 64
ORG 0x10000

BEGIN    equ 0x10
END      equ 0x11
FINISHED equ 0x12
PORT     equ 0x20  ; port for measuring IN and OUT
PAT      equ 0x277 ; MSR for measuring RDMSR and WRMSR
ROUNDS   equ 272   ; samples for each loop; vmm.c discards the first 16 as warm-up

; Takes a sample in each round: the difference of two time stamps around the instruction.
;   samples, code before the instruction, the instruction, code after the second time stamp
%macro stamp 4
    xor edi, edi
%%round:
    lfence
    rdtsc
    lfence
    mov r8d, eax
    %2
    %3
    lfence
    rdtsc
    lfence
    sub eax, r8d
    mov [%1 + rdi * 4], eax
    %4
    inc edi
    cmp edi, ROUNDS
    jb %%round
%endmacro

; Measures an instruction with two loops, the first one without the instruction.
;   name, code before the instruction, the instruction, code after the second time stamp
%macro measure 3-4 {}
    stamp without, {%2}, {}, {}
    lea rsi, [rel %%name]
    mov r10d, without
    mov r11d, with
    out BEGIN, al
    stamp with, {%2}, {%3}, {%4}
    out END, al
    jmp %%behind
%%name:
    db %1, 0
%%behind:
%endmacro

; Loads the value for WRMSR, which is KVM's initial value of the MSR.
%macro pat_value 0
    mov eax, 0x00070406
    mov edx, eax
%endmacro

    measure "CPUID", {xor eax, eax}, cpuid
    measure "VMCALL", {mov eax, 0x7fff}, vmcall ; a hypercall that KVM does not know
    measure "HLT", {}, hlt
    mov ecx, PAT
    measure "RDMSR", {}, rdmsr
    measure "WRMSR", pat_value, wrmsr
    measure "IN", {}, {in al, PORT}
    measure "OUT", {}, {out PORT, al}
    mov r15, cr3
    measure "CR3_LOAD", {}, {mov cr3, r15}
    measure "CR3_STORE", {}, {mov r9, cr3}
    xor r9d, r9d
    measure "CR8_LOAD", {}, {mov cr8, r9}
    measure "CR8_STORE", {}, {mov r9, cr8}
    measure "INVLPG", {}, {invlpg [without]}
    measure "PAUSE", {}, pause
    measure "EPT_VIOLATION", {}, {mov [r12], al}, {add r12, 0x1000}
    measure "MMIO", {}, {mov [r13], al}
    out FINISHED, al
    hlt

align 64
without:
    times ROUNDS dd 0
with:
    times ROUNDS dd 0
