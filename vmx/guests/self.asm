; The running kernel as its own guest: entering it, leaving it, and checking that registers keep their
; values over VM exits.

%include "vmx/offsets.inc"

global self_enter
global self_leave
global self_registers_hold

bits 64
section .text

; bool self_enter(struct vcpu_context *context: RDI, void *stack: RSI, bool (*round)(void): RDX)
; Stores the callee-saved registers as the guest's and calls round on the given stack. round launches the
; guest, which starts by returning true from here. If round returns true, the guest has left: continues
; natively where the guest was. If round returns false, the launch failed: returns false.
align 16
self_enter:
    mov [rdi + CONTEXT_RBX], rbx
    mov [rdi + CONTEXT_RBP], rbp
    mov [rdi + CONTEXT_R12], r12
    mov [rdi + CONTEXT_R13], r13
    mov [rdi + CONTEXT_R14], r14
    mov [rdi + CONTEXT_R15], r15
    lea rax, [rel .inside]
    mov [rdi + CONTEXT_SELF_RIP], rax
    mov [rdi + CONTEXT_SELF_RSP], rsp
    mov rsp, rsi
    push rdi
    push rdi                            ; RSP is 16-byte aligned at the call
    call rdx
    pop rdi
    mov rsp, [rdi + CONTEXT_SELF_RSP]
    test al, al
    jz .outside
    push qword [rdi + CONTEXT_SELF_RIP] ; the instruction after self_leave's VMCALL
    push qword [rdi + CONTEXT_SELF_RFLAGS]
    mov rax, [rdi + CONTEXT_RAX]
    mov rcx, [rdi + CONTEXT_RCX]
    mov rdx, [rdi + CONTEXT_RDX]
    mov rsi, [rdi + CONTEXT_RSI]
    mov r8,  [rdi + CONTEXT_R8]
    mov r9,  [rdi + CONTEXT_R9]
    mov r10, [rdi + CONTEXT_R10]
    mov r11, [rdi + CONTEXT_R11]
    call .restore
    mov rdi, [rdi + CONTEXT_RDI]
    popfq
    ret
.outside:
    call .restore
    xor eax, eax
    ret
.inside:
    mov eax, 1
    ret
.restore:
    mov rbx, [rdi + CONTEXT_RBX]
    mov rbp, [rdi + CONTEXT_RBP]
    mov r12, [rdi + CONTEXT_R12]
    mov r13, [rdi + CONTEXT_R13]
    mov r14, [rdi + CONTEXT_R14]
    mov r15, [rdi + CONTEXT_R15]
    ret

; void self_leave(void)
; Asks the host to leave VMX operation, and returns natively.
align 16
self_leave:
    push rbx
    mov eax, HYPERCALL_LEAVE
    vmcall
    pop rbx
    ret

; bool self_registers_hold(void)
; Fills each register with a different value, makes two VM exits (CPUID and VMCALL), and returns true if no
; value has changed. XMM registers must be enabled.
align 16
self_registers_hold:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
%assign i 0
%rep 16
    mov rax, 0x0123456789abcd00 + i
    movq xmm %+ i, rax
%assign i i + 1
%endrep
    mov rsi, 0x1111111111111111
    mov rdi, 0x2222222222222222
    mov rbp, 0x3333333333333333
    mov r8,  0x4444444444444444
    mov r9,  0x5555555555555555
    mov r10, 0x6666666666666666
    mov r11, 0x7777777777777777
    mov r12, 0x8888888888888888
    mov r13, 0x9999999999999999
    mov r14, 0xaaaaaaaaaaaaaaaa
    mov r15, 0xbbbbbbbbbbbbbbbb
    xor eax, eax
    xor ecx, ecx
    cpuid
    mov eax, HYPERCALL_VERSION
    mov rbx, 0xcccccccccccccccc
    mov rcx, 0xdddddddddddddddd
    mov rdx, 0xeeeeeeeeeeeeeeee
    vmcall
%macro holds 2
    mov rax, %2
    cmp %1, rax
    jne .changed
%endmacro
    holds rbx, 0xcccccccccccccccc
    holds rcx, 0xdddddddddddddddd
    holds rdx, 0xeeeeeeeeeeeeeeee
    holds rsi, 0x1111111111111111
    holds rdi, 0x2222222222222222
    holds rbp, 0x3333333333333333
    holds r8,  0x4444444444444444
    holds r9,  0x5555555555555555
    holds r10, 0x6666666666666666
    holds r11, 0x7777777777777777
    holds r12, 0x8888888888888888
    holds r13, 0x9999999999999999
    holds r14, 0xaaaaaaaaaaaaaaaa
    holds r15, 0xbbbbbbbbbbbbbbbb
%assign i 0
%rep 16
    movq rcx, xmm %+ i
    holds rcx, 0x0123456789abcd00 + i
%assign i i + 1
%endrep
    mov eax, 1
    jmp .return
.changed:
    xor eax, eax
.return:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
