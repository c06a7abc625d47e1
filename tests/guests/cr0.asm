; MOV to and from CR0: the guest reads the value that it wrote, and invalid values cause #GP(0).
; exits: CR_ACCESS EXCEPTION_OR_NMI
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"

CR0_PG equ 1 << 31
CR0_NW equ 1 << 29
CR0_TS equ 1 << 3

    load_idt
    mov AX_, cr0
    note eax
    mov eax, CR0_PG                     ; PG without PE
    faults_gp mov cr0, AX_
    mov AX_, cr0
    or eax, CR0_NW                      ; NW without CD
    faults_gp mov cr0, AX_
%if MODE == 64
    mov rax, cr0                        ; paging off in 64-bit mode
    and eax, ~CR0_PG
    faults_gp mov cr0, rax
    mov rax, cr0
    bts rax, 40                         ; a reserved bit
    faults_gp mov cr0, rax
%endif
    mov AX_, cr0                        ; with TS an x87 instruction faults, as after a task switch
    or eax, CR0_TS
    stc
    mov cr0, AX_
    note_flags
    faults 7, fnop
    mov AX_, cr0
    note eax
    test eax, CR0_TS
    setnz al
    cmp al, 1
    expect 1
    mov AX_, cr0
    and eax, ~CR0_TS
    mov cr0, AX_
    fnop
    mov AX_, cr0
    note eax
    finish 0

    idt_data
