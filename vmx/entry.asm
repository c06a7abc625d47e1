; Into the guest and back. vmx_enter runs the guest from C and returns to C; VM exits arrive at
; vmx_exit_arrival on a stack of their own, whose top word is the context's address.

%include "offsets.inc"

global vmx_enter
global vmx_exit_arrival

ENTER_EXITED       equ 0
ENTER_FAIL_INVALID equ 1
ENTER_FAIL_VALID   equ 2

bits 64
section .text

; enum enter_status vmx_enter(struct vcpu_context *context: RDI, enum enter_by by: ESI)
align 16
vmx_enter:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov [rdi + CONTEXT_HOST_RSP], rsp
    mov rcx, [rdi + CONTEXT_RCX]
    mov rbx, [rdi + CONTEXT_RBX]
    mov rbp, [rdi + CONTEXT_RBP]
    mov r8,  [rdi + CONTEXT_R8]
    mov r9,  [rdi + CONTEXT_R9]
    mov r10, [rdi + CONTEXT_R10]
    mov r11, [rdi + CONTEXT_R11]
    mov r12, [rdi + CONTEXT_R12]
    mov r13, [rdi + CONTEXT_R13]
    mov r14, [rdi + CONTEXT_R14]
    mov r15, [rdi + CONTEXT_R15]
    rdtsc
    mov [rdi + CONTEXT_TSC_ENTRY], eax
    mov [rdi + CONTEXT_TSC_ENTRY + 4], edx
    mov rax, [rdi + CONTEXT_RAX]
    mov rdx, [rdi + CONTEXT_RDX]
    test esi, esi                       ; MOV leaves the flags alone
    mov rsi, [rdi + CONTEXT_RSI]
    mov rdi, [rdi + CONTEXT_RDI]
    js .launch_after_mov_ss
    jz .launch
    vmresume
    jmp .failed
.launch_after_mov_ss:
    push rax                            ; room for a selector
    mov [rsp], ss
    mov ss, [rsp]
    vmlaunch
    lea rsp, [rsp + 8]                  ; leaves the flags alone
    jmp .failed
.launch:
    vmlaunch
.failed:                                ; still on the caller's stack: CF or ZF says how
    mov eax, ENTER_FAIL_INVALID
    jc .return
    mov eax, ENTER_FAIL_VALID
.return:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

; RSP is HOST_RSP, flags are clear, every other register is the guest's.
align 16
vmx_exit_arrival:
    push rdi
    mov rdi, [rsp + 8]
    mov [rdi + CONTEXT_RAX], rax
    mov [rdi + CONTEXT_RDX], rdx
    rdtsc
    mov [rdi + CONTEXT_TSC_EXIT], eax
    mov [rdi + CONTEXT_TSC_EXIT + 4], edx
    mov [rdi + CONTEXT_RCX], rcx
    mov [rdi + CONTEXT_RBX], rbx
    mov [rdi + CONTEXT_RBP], rbp
    mov [rdi + CONTEXT_RSI], rsi
    mov [rdi + CONTEXT_R8],  r8
    mov [rdi + CONTEXT_R9],  r9
    mov [rdi + CONTEXT_R10], r10
    mov [rdi + CONTEXT_R11], r11
    mov [rdi + CONTEXT_R12], r12
    mov [rdi + CONTEXT_R13], r13
    mov [rdi + CONTEXT_R14], r14
    mov [rdi + CONTEXT_R15], r15
    pop qword [rdi + CONTEXT_RDI]
    mov rsp, [rdi + CONTEXT_HOST_RSP]
    mov eax, ENTER_EXITED
    jmp vmx_enter.return
