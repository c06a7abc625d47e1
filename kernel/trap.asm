; The targets of the 256 gates of the IDT. Each pushes a struct trap_frame and calls trap_handle(). The
; interrupt gate has already turned interrupts off.

extern trap_handle
global trap_stubs

bits 64
section .text

; True for vectors with an error code (SDM Vol 3A, Table 6-1; 29 and 30 are AMD's).
%define HAS_ERROR_CODE(v) (v = 8 || (v >= 10 && v <= 14) || v = 17 || v = 21 || v = 29 || v = 30)

align 16
trap_stubs:
%assign vector 0
%rep 256
    align 16
%if !(HAS_ERROR_CODE(vector))
    push 0
%endif
    push strict dword vector
    jmp near trap_common
%assign vector vector + 1
%endrep

align 16
trap_common:
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    cld
    mov rdi, rsp
    mov rbx, rsp                        ; the frame may not end at a multiple of 16
    and rsp, -16
    call trap_handle
    mov rsp, rbx
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16                         ; vector and error code
    iretq
