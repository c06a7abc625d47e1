; Tries resources that the guest does not own: guest-physical memory up to 1 TiB, all ranges of
; MSRs, all ports.
; exits: EPT_VIOLATION RDMSR WRMSR IO_INSTRUCTION
; words: beyond=fault checksum=1 trace=0 budget=0
; modes: 64
; models: corei7_skylake_x
; bare: no, the bare machine has this memory and these MSRs and ports
%include "guest.inc"
%include "idt.inc"

%ifndef STEP
%define STEP 1                          ; tries one of STEP pages, MSRs and ports
%endif
OWN       equ 16 << 20                  ; mem=16
FINE_END  equ 512 << 20                 ; up to here every page
PDPT      equ 0x2000                    ; page-directory-pointer table of the start state
DIRECTORY equ 0x10000                   ; page directory of the window: 1 GiB at 1 GiB
WINDOW    equ 1 << 30
PATTERN   equ 0x20000
PATTERN_QWORDS equ 0x2000
GP        equ 13

; must_fault N, instruction: expects that the instruction raises #GP(0)
%macro must_fault 2+
    mov qword [resume], %%after
    mov dword [seen], -1
    mov dword [error], -1
    %2
%%after:
    cmp dword [seen], GP
    expect %1
    cmp dword [error], 0
    expect %1
%endmacro

    load_idt
    mov edi, PATTERN
    mov ecx, PATTERN_QWORDS
.fill:
    mov [rdi], rdi
    add rdi, 8
    loop .fill

    mov ebx, OWN                        ; the pages after its memory, one by one
.fine:
    must_fault 1, mov [rbx], rbx
    must_fault 2, mov rax, [rbx + 0xff8]
    add ebx, 4096 * STEP
    cmp ebx, FINE_END
    jb .fine

    mov dword [PDPT + 8], DIRECTORY | 0x27
    mov eax, 0x80000008                 ; up to the physical-address width
    cpuid
    movzx ecx, al
    sub ecx, 30
    mov r13d, 1
    shl r13, cl
    cmp r13, 1024
    jbe .limited
    mov r13d, 1024
.limited:
    xor r12d, r12d                      ; for each GiB
.coarse:
    mov rax, r12
    shl rax, 30
    or rax, 0xe7
    mov edi, DIRECTORY
    mov ecx, 512
.point:
    mov [rdi], rax
    add rax, 2 << 20
    add rdi, 8
    loop .point
    mov rax, cr3
    mov cr3, rax
    xor r14d, r14d                      ; in each 2 MiB another page, never the first
.large:
    mov rax, r12
    or rax, r14
    test rax, ~7
    jz .next                            ; the guest's own memory
    imul rbx, r14, 0x1237000
    imul rax, r12, 0x9f5000
    add rbx, rax
    and ebx, 0x1ff000
    or ebx, 0x1008
    mov rax, r14
    shl rax, 21
    lea rbx, [rbx + rax + WINDOW]
    must_fault 3, mov [rbx], rbx
    must_fault 4, mov rax, [rbx]
    test r14d, 0x1ff
    jnz .next
    must_fault 5, jmp rbx
.next:
    add r14, STEP
    cmp r14, 512
    jb .large
    inc r12
    cmp r12, r13
    jb .coarse

    mov ebx, msr_ranges
.range:
    mov ebp, [rbx]
.msr:
    mov ecx, ebp
    mov qword [resume], .no_msr
    mov dword [seen], -1
    rdmsr
    ; An MSR that can be read is the guest's own. WRMSR may succeed or fault.
    mov qword [resume], .msr_done
    wrmsr
    jmp .msr_done
.no_msr:
    cmp dword [seen], GP
    expect 6
    xor eax, eax
    xor edx, edx
    mov ecx, ebp
    must_fault 7, wrmsr
.msr_done:
    add rbp, STEP
    cmp rbp, [rbx + 8]
    jb .msr
    add ebx, 16
    cmp ebx, msr_ranges_end
    jb .range

    xor edx, edx                        ; no device answers
.port:
    xor eax, eax
    in al, dx
    cmp eax, 0xff
    expect 8
    in ax, dx
    cmp eax, 0xffff
    expect 9
    in eax, dx
    cmp eax, -1
    expect 10
    xor eax, eax
    out dx, al
    out dx, ax
    out dx, eax
    add edx, STEP
    cmp edx, 0x10000
    jb .port

    mov edi, PATTERN
    mov ecx, PATTERN_QWORDS
.check:
    cmp [rdi], rdi
    expect 11
    add rdi, 8
    loop .check
    finish 0

    align 8
msr_ranges:                             ; the first MSR, and the MSR after the last
    dq 0x00000000, 0x00010000
    dq 0x40000000, 0x40002000
    dq 0x80000000, 0x80002000
    dq 0xbfff0000, 0xc0012000
    dq 0xffff0000, 0x100000000
msr_ranges_end:

    idt_data
