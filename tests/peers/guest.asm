; The guest whose VM exits vmm.c measures: each instruction by the same loop, in 64-bit mode.
;
; It begins with CR8 = 0, the address of pages that no guest has touched in r12 and of memory that is not
; there in r13. What it tells goes by three ports, at which vmm.c reads its registers:
;   BEGIN    an instruction is about to be measured: its name is at rsi
;   END      it has been: the name at rsi, the rounds without the instruction at r10, with it at r11
;   FINISHED all have been
BITS 64
ORG 0x10000

BEGIN    equ 0x10
END      equ 0x11
FINISHED equ 0x12
PORT     equ 0x20  ; the port that IN and OUT are measured at
PAT      equ 0x277 ; the MSR that RDMSR and WRMSR are measured at
ROUNDS   equ 272   ; of which the first 16 are to warm up

; A loop of time stamps, with nothing in between but what is given.
;   samples, what prepares the instruction, the instruction, what follows a round
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

; Measures an instruction: first the same loop without it.
;   name, what prepares the instruction, the instruction, what follows a round
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

; What WRMSR writes: the value that KVM gives the MSR itself.
%macro pat_value 0
    mov eax, 0x00070406
    mov edx, eax
%endmacro

    measure "CPUID", {xor eax, eax}, cpuid
    measure "VMCALL", {mov eax, 0x7fff}, vmcall ; a call that KVM does not have
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
