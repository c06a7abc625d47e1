; Descriptor-table registers: the guest stores and loads them, and sees the same faults as on the
; bare processor.
; exits: GDTR_OR_IDTR_ACCESS
; words: control.DESCRIPTOR_TABLE_EXITING=1
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"

BYTES equ 2 + MODE / 8 + 2 * (MODE == 16) ; size of a table register in memory
%define AT(row) ((row) * 8)             ; selector of a row of the table below

; A page that the guest makes not present, its page-table entry, and a reserved bit of the entry;
; the accumulator in MOV from a control register.
%if MODE == 64
ABSENT   equ 0x00600000
ENTRY_AT equ 0x3000 + 3 * 8
RESERVED equ 1 << 13
%define AX_ rax
%else
ABSENT   equ 0x00400000
ENTRY_AT equ 0x1000 + 4
RESERVED equ 1 << 21
%define AX_ eax
%endif

; same address, status: expects that the table register stored there is the one that was loaded
%macro same 2
    mov eax, [%1]
    cmp eax, [loaded]
    expect %2
    mov ax, [%1 + 4]
    cmp ax, [loaded + 4]
    expect %2
%if MODE == 64
    mov eax, [%1 + 6]
    cmp eax, [loaded + 6]
    expect %2
%endif
    mov al, [%1 + BYTES]                ; and that nothing after it changed
    cmp al, 0xcc
    expect %2
%endmacro

%macro refill 0
    mov dword [stored], 0xcccccccc
    mov dword [stored + 4], 0xcccccccc
    mov dword [stored + 8], 0xcccccccc
%endmacro

    load_idt
    gate 12
%if MODE == 16
    sgdt [begun]
    sidt [begun_idt]
    cmp word [begun_idt], 0x3ff
    expect 1
%endif
    refill
    o32 lgdt [loaded]
    sgdt [stored]
    same stored, 2
    refill
%if MODE == 16
    o32 lidt [loaded]                   ; no exception may occur until it is restored
    sidt [stored]
    o32 lidt [begun_idt]
%else
    sidt [begun_idt]
    lidt [loaded]
    sidt [stored]
    lidt [begun_idt]
%endif
    same stored, 3

%if MODE != 64                          ; 16-bit operands load 24 bits of the base and store all
    o16 lgdt [loaded]
    refill
    o16 sgdt [stored]
    mov eax, [stored]
    cmp eax, [loaded]
    expect 4
    mov ax, [stored + 4]
    cmp ah, 0
    expect 5
    cmp al, [loaded + 4]
    expect 6
%endif

    ; each form of memory operand
    o32 lgdt [table_gdtr]
    mov ebx, stored - 0x40
    mov esi, 0x10
    refill
%if MODE == 64
    mov rdi, stored
    sgdt [rdi]
    cmp word [stored], GDT_LIMIT
    expect 10
    refill
    sgdt [ebx + esi * 4]
    cmp word [stored], GDT_LIMIT
    expect 11
    refill
    sgdt [rel stored]
    cmp word [stored], GDT_LIMIT
    expect 12
    mov r13, stored
    mov r14d, 1
    neg r14
    refill
    sgdt [r13 + r14 * 8 + 8]
    cmp word [stored], GDT_LIMIT
    expect 13
    mov ecx, 0xc0000100                 ; FS has a base
    mov eax, 0x100
    xor edx, edx
    wrmsr
    refill
    sgdt [fs:stored - 0x100]
    cmp word [stored], GDT_LIMIT
    expect 14
%else
    sgdt [ebx + esi * 4]
    cmp word [stored], GDT_LIMIT
    expect 10
    mov bx, stored - 0x40
    mov si, 0x40
    refill
    a16 sgdt [bx + si]
    cmp word [stored], GDT_LIMIT
    expect 11
    mov bp, stored - 0x41
    refill
    a16 sgdt [bp + 0x41]
    cmp word [stored], GDT_LIMIT
    expect 12
%endif

%if MODE == 16
    mov ebx, 0xfffc                     ; beyond the segment's limit
    faults_gp sgdt [ebx]
    faults_gp lgdt [ebx]
    mov ebp, 0xfffc
    faults 12, sgdt [ebp]
    o32 lgdt [begun]
    faults 6, db 0x0f, 0x00, 0xc0       ; real mode does not have SLDT, STR, LLDT and LTR
    faults 6, db 0x0f, 0x00, 0xc8
    faults 6, db 0x0f, 0x00, 0xd0
    faults 6, db 0x0f, 0x00, 0xd8
%else

    ; LDTR: a null selector, a table, and selectors that are refused
    xor eax, eax
    lldt ax
    mov eax, -1
    sldt eax
    cmp eax, 0
    expect 20
    mov ax, 3                           ; a null selector with an RPL
    lldt ax
    sldt [stored]
    cmp word [stored], 3
    expect 21
    mov word [stored], AT(8)
    lldt [stored]
    mov ebx, 0x12345678
    o16 sldt bx
    cmp ebx, 0x12340000 + AT(8)
    expect 22
    mov ebx, 0x12345678
    sldt ebx
    cmp ebx, AT(8)
    expect 23
%if MODE == 64
    mov rbx, -1
    o64 sldt rbx
    cmp rbx, AT(8)
    expect 24
    mov r9, -1
    o16 sldt r9w
    mov r10, 0xffffffffffff0000 + AT(8)
    cmp r9, r10
    expect 25
%endif
    mov ax, AT(1) + 4                   ; a segment in the LDT is found
    mov ds, ax
    mov ax, AT(2)
    mov ds, ax
    %macro ldtr_refused 3 ; selector, vector, error
        mov ax, %1
        faults %2, lldt ax
        cmp dword [error], %3
        expect number
    %endmacro
    ldtr_refused AT(8) + 4, 13, AT(8) + 4
    ldtr_refused AT(2), 13, AT(2)
    ldtr_refused AT(3), 13, AT(3)
    ldtr_refused AT(10), 11, AT(10)
    ldtr_refused 0xfff8, 13, 0xfff8
    ldtr_refused AT(GDT_ROWS) + 1, 13, AT(GDT_ROWS)
    sldt eax
    cmp eax, AT(8)
    expect 26

    ; TR
    str eax
    cmp eax, 0x18
    expect 30
    %macro tr_refused 3
        mov ax, %1
        faults %2, ltr ax
        cmp dword [error], %3
        expect number
    %endmacro
    tr_refused 0, 13, 0
    tr_refused 2, 13, 0
    tr_refused AT(8), 13, AT(8)
    tr_refused AT(12) + 4, 13, AT(12) + 4
    tr_refused AT(14), 11, AT(14)
    tr_refused 0xfffb, 13, 0xfff8
    mov ax, AT(12) + 1
    ltr ax
    str word [stored]
    cmp word [stored], AT(12) + 1
    expect 31
    mov ebx, 0x12345678
    o16 str bx
    cmp ebx, 0x12340000 + AT(12) + 1
    expect 32
    cmp byte [table + AT(12) + 5], 0x8b ; the TSS is busy now,
    expect 33
    tr_refused AT(12), 13, AT(12)       ; so it cannot be loaded again
%if MODE == 64
    tr_refused AT(16), 13, AT(16)       ; a 16-bit TSS
    tr_refused AT(18), 13, AT(18)       ; a base that is not canonical
    tr_refused AT(20), 13, AT(20)       ; a type in the upper half
    tr_refused AT(GDT_ROWS - 1), 13, AT(GDT_ROWS - 1) ; only half of it is in the table
    mov rbx, 0x8000000000000000
    faults_gp sgdt [rbx]
    faults_gp lidt [rbx]
    mov rbp, rbx
    faults 12, sgdt [rbp]
    cmp dword [error], 0
    expect 34
    mov qword [stored + 2], rbx         ; a base that is not canonical
    faults_gp lgdt [stored]
    sgdt [stored]
    cmp qword [stored + 2], table
    expect 35
%else
    mov ax, AT(16)                      ; a 16-bit TSS
    ltr ax
    cmp byte [table + AT(16) + 5], 0x83
    expect 34
    mov ax, AT(4)                       ; a segment of 256 bytes, which ends before `stored`
    mov es, ax
    faults_gp sgdt [es:0xfb]
    sgdt [es:0xfa]
    mov ax, AT(6)                       ; expand-down: above 0xff
    mov es, ax
    faults_gp sgdt [es:0xff]
    faults_gp lgdt [es:0x80]
    sgdt [es:stored]
    mov ax, AT(7)                       ; read-only
    mov es, ax
    faults_gp sgdt [es:stored]
    lgdt [es:table_gdtr]
    faults_gp sgdt [cs:stored]          ; code
    lgdt [cs:table_gdtr]
    xor eax, eax                        ; null
    mov es, ax
    faults_gp sgdt [es:stored]
    mov ax, 0x10
    mov es, ax
%endif

    ; paging: a page that is not present, and the flags of a page that is present
    and dword [ENTRY_AT], ~0x61       ; not present, not accessed, not dirty
    mov AX_, cr3
    mov cr3, AX_
    mov ebx, ABSENT - 4                 ; begins before the page
    faults 14, sgdt [ebx]
    cmp dword [error], 2
    expect 40
    mov AX_, cr2
    cmp eax, ABSENT
    expect 41
    faults 14, lgdt [ebx]
    cmp dword [error], 0
    expect 43
    or dword [ENTRY_AT], 1
    lea ebx, [ebx + 8]
    sgdt [ebx]
    mov eax, [ENTRY_AT]
    and eax, 0x60
    cmp eax, 0x60
    expect 44
    and dword [ENTRY_AT], ~0x62       ; read-only, which binds a supervisor only with CR0.WP
    mov AX_, cr3
    mov cr3, AX_
    sgdt [ebx]
    mov AX_, cr0
    or eax, 1 << 16
    mov cr0, AX_
    faults 14, sgdt [ebx]
    cmp dword [error], 3
    expect 45
    lgdt [ebx]
    or dword [ENTRY_AT], RESERVED
    mov AX_, cr3
    mov cr3, AX_
    faults 14, lgdt [ebx]               ; a reserved bit
    cmp dword [error], 9
    expect 46
%endif
    finish 0

    idt_data
    handler 12, 1
    align 8
loaded:
    dw 0x0123
    dd 0x89abcdef, 0x00004321
    dw 0
begun:      dd 0, 0, 0
begun_idt:  dd 0, 0, 0
stored:     dd 0, 0, 0, 0
GDT_LIMIT equ table_end - table - 1
GDT_ROWS  equ (table_end - table) / 8
table_gdtr:
    dw GDT_LIMIT
    dd table, 0
    align 8
table:                                  ; the first rows are the GDT that the guest starts with
    dq 0
    dq 0x00af9b000000ffff
    dq 0x00cf93000000ffff
    dq 0x00008b0041000067
    dq 0x00409300000000ff               ; 4: 256 bytes
    dq 0x00cf9b000000ffff
    dq 0x00409700000000ff               ; 6: expand-down
    dq 0x00cf91000000ffff               ; 7: read-only
    dw 0xf, local, 0x8200, 0, 0, 0, 0, 0 ; 8: an LDT
    dw 0xf, local, 0x0200, 0, 0, 0, 0, 0 ; 10: an LDT that is not present
    dq 0x0000890000000067 | (0x7000 << 16), 0 ; 12: a TSS
    dq 0x0000090000000067 | (0x7000 << 16), 0 ; 14: a TSS that is not present
    dq 0x000081000000002b | (0x7000 << 16), 0 ; 16: a 16-bit TSS
    dq 0x0000890000000067, 0x80000000   ; 18: a TSS with a base that is not canonical
    dq 0x0000890000000067, 0x0000090000000000 ; 20: a type in the upper half
    dq 0x0000890000000067               ; 22
table_end:
local:
    dq 0, 0x00cf93000000ffff
