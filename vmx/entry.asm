; VM entry and VM exit. vmx_enter() is called from C, runs the guest and returns to C. A VM exit arrives at
; vmx_exit_arrival with RSP at the end of the context's registers, so that each push stores one of them. The
; first tier stores RBX and the caller-saved registers. If context->at_once then handles the exit, VMRESUME
; follows directly. Otherwise the second tier stores the other registers, and vmx_enter() returns.

%include "vmx/offsets.inc"

global vmx_enter
global vmx_exit_arrival

; Registers are pushed downwards from END; R15 comes last. FIRST_TIER is the size of the first tier in bytes.
%define END CONTEXT_REGISTERS_END
%define FIRST_TIER (END - CONTEXT_R11)

; Loads the registers of the first tier. Moves RSP from R11 to END.
%macro load_first_tier 0
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbx
    pop rdx
    pop rcx
    pop rax
%endmacro

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
    mov [rdi + CONTEXT_HOST_SS], ss
    lea rsp, [rdi + CONTEXT_R15]
    test esi, esi                       ; neither POP nor MOV changes the flags
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    load_first_tier
    js .launch_after_mov_ss
    jz .launch
    vmresume
    jmp .failed
.launch_after_mov_ss:
    mov ss, [rsp - END + CONTEXT_HOST_SS]
    vmlaunch
    jmp .failed
.launch:
    vmlaunch
.failed:                                ; CF: VMfailInvalid, ZF: VMfailValid
    mov rsp, [rsp - END + CONTEXT_HOST_RSP]
.failed_on_host_stack:
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

; Here RSP is HOST_RSP, the flags are clear, and all other general registers are the guest's.
align 16
vmx_exit_arrival:
    push rax
    push rcx
    push rdx
    push rbx
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    rdtsc
    lea rdi, [rsp - CONTEXT_R11]
    mov [rdi + CONTEXT_TSC_EXIT], eax
    mov [rdi + CONTEXT_TSC_EXIT + 4], edx
    mov rsp, [rdi + CONTEXT_EXIT_STACK] ; its top word is the address of the first tier
    call [rdi + CONTEXT_AT_ONCE]
    mov rsp, [rsp]
    test al, al
    jz .leave
    load_first_tier
    vmresume
    ; VMRESUME failed, and the flags say how; LEA, PUSH and MOV keep them. The popped values are still there.
    lea rsp, [rsp - FIRST_TIER]
    call .save_second_tier
    jmp vmx_enter.failed_on_host_stack
.leave:
    call .save_second_tier
    mov eax, ENTER_EXITED
    jmp vmx_enter.return

; Stores the registers of the second tier and switches to the stack of vmx_enter()'s caller. RDI keeps the
; return address, which is on the stack that this leaves.
.save_second_tier:
    pop rdi
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov rsp, [rsp - CONTEXT_R15 + CONTEXT_HOST_RSP]
    jmp rdi
