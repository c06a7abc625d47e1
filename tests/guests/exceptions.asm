; Exceptions that the guest causes, and exceptions during the delivery of an event.
; exits: EXCEPTION_OR_NMI
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"

    load_idt
    faults 6, ud2
    faults 3, int3
    xor ecx, ecx
    faults 0, div ecx
    stc                                 ; the handler sees the arithmetic flags unchanged
    faults 6, ud2

%if MODE == 64
    mov ebx, 1 << 30                    ; the first address that is not mapped
    faults 14, mov [rbx], eax
    cmp dword [error], 2
    expect 7
    mov rax, cr2
    note rax
    cmp rax, rbx
    expect 8
%endif

    mov dword [seen], -1                ; a single step
    mov dword [resume], .stepped
    pushf
%if MODE == 64
    or dword [rsp], TF
%elif MODE == 32
    or dword [esp], TF
%else
    mov bp, sp
    or word [bp], TF
%endif
    popf
    nop
    nop
.stepped:
    note_fault
    cmp dword [seen], 1
    expect 9
    mov AX_, dr6
    note eax
    bt eax, 14
    setc al
    cmp al, 1
    expect 10

    mov dword [seen], -1                ; INT1 while MOV SS blocks a single step
    mov dword [resume], .int1
    mov cx, ss
    pushf
%if MODE == 64
    or dword [rsp], TF
%elif MODE == 32
    or dword [esp], TF
%else
    mov bp, sp
    or word [bp], TF
%endif
    popf
    mov ss, cx
    db 0xf1
.int1:
    note_fault
    cmp dword [seen], 1
    expect 19

%if MODE != 16                          ; exceptions during the delivery of an event
    faults 13, int 0x40                 ; beyond the limit of the IDT
    cmp dword [error], 0x40 * 8 + 2
    expect 11
    no_gate 3
    faults 11, int3                     ; the first is benign: the second is delivered
    cmp dword [error], 3 * 8 + 2
    expect 12
    no_gate 6
    faults 11, ud2
    cmp dword [error], 6 * 8 + 3
    expect 13
    no_gate 13                          ; both are contributory: a double fault
    mov ecx, 0xbeef
    faults 8, rdmsr
    cmp dword [error], 0
    expect 14
    faults 8, int 0x40
    cmp dword [error], 0
    expect 15
%if MODE == 64
    no_gate 14                          ; a page fault and a contributory exception: a double fault
    mov ebx, 1 << 30
    faults 8, mov [rbx], eax
%endif
%endif
    finish 0

    idt_data
