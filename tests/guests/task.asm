; Task switches by CALL, JMP, IRET, task gates and exceptions, with every fault of a new task.
; exits: TASK_SWITCH
; modes: 32
%include "guest.inc"
%include "idt.inc"

MAIN    equ 0x30
SIDE    equ 0x38
NARROW  equ 0x40
BY_GATE equ 0x48
LDT_    equ 0x50
DPL3    equ 0x58
ABSENT_ equ 0x60                        ; data that is not present
NO_CODE equ 0x68                        ; code that is not present
READ_   equ 0x70                        ; read-only data
SHORT_  equ 0x78                        ; code of one page
NO_LDT  equ 0x80
AWAY    equ 0x88                        ; a TSS in a page that is not present
UNTOUCHED equ 0x90                      ; data whose accessed flag is 0
NARROW_STACK equ 0x98
CATCH   equ 0xa0                        ; TSSs of handlers: vectors 8, 10, 11, 12, 13, 3
PAGE_AT equ 0x00400000
ENTRY_AT equ 0x1000 + 4
OTHER_CR3 equ 0x20000

%macro busy 3 ; selector, byte, status
    cmp byte [gdt + %1 + 5], %2
    expect %3
%endmacro

    load_idt
    lgdt [gdtr]
    mov ax, MAIN
    ltr ax
    mov byte [idt + 0x30 * 8 + 5], 0x85 ; INT 30H: a task gate
    mov word [idt + 0x30 * 8 + 2], SIDE

    ; CALL, and IRET back
    call reset_side
    mov ecx, 0x11223344
    mov edi, 0x55667788
    mov eax, 0x101                      ; L0 and LE
    mov dr7, eax
    stc
    call SIDE:0
    setc al
    cmp al, 1
    expect 1
    cmp ecx, 0x11223344
    expect 2
    cmp edi, 0x55667788
    expect 3
    str ax
    cmp ax, MAIN
    expect 4
    busy MAIN, 0x8b, 5
    busy SIDE, 0x89, 6
    pushf
    pop eax
    test eax, 1 << 14                   ; NT
    expect 7
    mov eax, cr0
    and eax, 1 << 3                     ; TS
    cmp eax, 1 << 3
    expect 8
    clts
    cmp dword [side + 0x20], side_again ; where it resumes
    expect 9
    test dword [side + 0x24], 1 << 14
    expect 10
    cmp dword [seen_link], MAIN
    expect 11
    cmp dword [seen_nt], 1 << 14
    expect 12
    cmp dword [seen_tr], SIDE
    expect 13
    mov eax, [seen_dr7]
    and eax, 0x155
    expect 14
    cmp dword [seen_eax], 0xa0a0a0a0
    expect 15
    cmp dword [seen_edi], 0xa7a7a7a7
    expect 16
    cmp dword [seen_busy], 0x8b8b
    expect 17

    ; the same through task gates in the GDT and the IDT
    call reset_side
    call BY_GATE:0
    cmp dword [seen_link], MAIN
    expect 20
    call reset_side
    int 0x30
    cmp dword [seen_link], MAIN
    expect 21
    busy SIDE, 0x89, 22
    clts

    ; JMP to the task and back: no nesting
    call reset_side
    mov dword [side + 0x20], side_jumps
    mov dword [side + 0x00], 0x1234
    jmp SIDE:0
    busy MAIN, 0x8b, 30
    busy SIDE, 0x89, 31
    cmp dword [seen_busy], 0x898b
    expect 32
    cmp dword [seen_nt], 0
    expect 33
    cmp dword [seen_link], 0x1234
    expect 34

    ; a 16-bit TSS
    mov esi, 0x99887766
    call NARROW:0
    cmp esi, 0x99887766
    expect 40
    cmp word [seen_eax], 0xa0a0
    expect 41
    cmp word [seen_edi], 0xa7a7
    expect 42
    busy NARROW, 0x81, 43
    cmp word [narrow + 14], narrow_again
    expect 44
    cmp dword [seen_fs], 0
    expect 45

    ; CR3: the page at 4 MiB is another page
    mov esi, 0x1000
    mov edi, OTHER_CR3
    mov ecx, 1024
    cld
    rep movsd
    mov dword [OTHER_CR3 + 4], 0x008000e7
    mov dword [0x400000], 1
    mov dword [0x800000], 2
    call reset_side
    mov dword [side + 0x1c], OTHER_CR3
    call SIDE:0
    cmp dword [seen_page], 2
    expect 50
    cmp dword [0x400000], 1
    expect 51

    ; a segment whose accessed flag is 0, and an LDT
    call reset_side
    mov dword [side + 0x58], UNTOUCHED
    mov dword [side + 0x5c], 4
    mov dword [side + 0x60], LDT_
    call SIDE:0
    cmp byte [gdt + UNTOUCHED + 5], 0x93
    expect 60
    sldt ax
    cmp ax, 0
    expect 61
    mov eax, gs
    cmp ax, 0x10
    expect 62

    ; T: a debug exception before the first instruction
    call reset_side
    xor eax, eax
    mov dr6, eax
    mov dword [side + 0x64], 1
    mov dword [seen], -1
    mov dword [resume], side_entry
    call SIDE:0
    cmp dword [seen], 1
    expect 70
    mov eax, dr6
    and eax, 1 << 15
    cmp eax, 1 << 15
    expect 71

    ; exceptions whose handlers are tasks
%assign i 0
%rep 6
%assign vector 8 * (i == 0) + 10 * (i == 1) + 11 * (i == 2) + 12 * (i == 3) + 13 * (i == 4) + 3 * (i == 5)
    mov byte [idt + vector * 8 + 5], 0x85
    mov word [idt + vector * 8 + 2], CATCH + 8 * i
%assign i i + 1
%endrep

%assign number 100
%macro caught 4+ ; vector, error code, interrupted task, instructions
%assign number number + 1
    mov dword [seen], -1
    mov dword [caught_by], 0
    mov dword [go_on], %%after
    %4
%%after:
    cmp dword [seen], %1
    expect number
    cmp dword [error], %2
    expect number
    cmp dword [caught_by], %3
    expect number
%endmacro

    mov ecx, 0xbeef
    caught 13, 0, MAIN, rdmsr
    caught 13, 0x40 * 8 + 2, MAIN, int 0x40
    caught 3, -1, MAIN, int3
    caught 13, 0x1230, MAIN, call far [nowhere]

%macro lacks 4 ; place in the TSS, value, vector, error code
    call reset_side
    mov dword [side + %1], %2
    caught %3, %4, SIDE, call SIDE:0
%endmacro
    lacks 0x50, 0, 10, 0                ; SS
    lacks 0x50, 0x13, 10, 0x10
    lacks 0x50, READ_, 10, READ_
    lacks 0x50, 0x28, 10, 0x28
    lacks 0x50, DPL3, 10, DPL3
    lacks 0x50, 0xff0, 10, 0xff0
    lacks 0x50, 0x0c, 10, 0x0c          ; SS in an LDT, but there is no LDT
    lacks 0x50, ABSENT_, 12, ABSENT_
    lacks 0x4c, 0, 10, 0                ; CS
    lacks 0x4c, 0x10, 10, 0x10
    lacks 0x4c, MAIN, 10, MAIN
    lacks 0x4c, NO_CODE, 11, NO_CODE
    lacks 0x4c, SHORT_, 13, 0           ; EIP
    lacks 0x54, ABSENT_, 11, ABSENT_    ; DS
    lacks 0x48, NO_CODE, 11, NO_CODE    ; ES
    lacks 0x58, LDT_, 10, LDT_          ; FS
    lacks 0x5c, 0xff0, 10, 0xff0        ; GS
    lacks 0x5c, 0x13, 10, 0x10
    lacks 0x60, 0x10, 10, 0x10          ; LDTR
    lacks 0x60, LDT_ + 4, 10, LDT_ + 4
    lacks 0x60, NO_LDT, 10, NO_LDT

    ; the new TSS is not present: the fault belongs to the old task, and nothing changed
    and dword [ENTRY_AT], ~1
    mov eax, cr3
    mov cr3, eax
    faults 14, call AWAY:0
    mov eax, cr2
    cmp eax, PAGE_AT
    expect 80
    busy AWAY, 0x89, 81
    str ax
    cmp ax, MAIN
    expect 82
    or dword [ENTRY_AT], 1

    ; a task in virtual-8086 mode, which ends with the #GP of HLT
    call reset_side
    mov dword [side + 0x20], hlt_at
    mov dword [side + 0x24], 0x20002
    mov dword [side + 0x4c], 0
    mov dword [side + 0x50], 0x100
    mov dword [side + 0x54], 0x123
    caught 13, 0, SIDE, call SIDE:0
    cmp dword [side + 0x20], hlt_at
    expect 85
    cmp word [side + 0x54], 0x123
    expect 86
    mov eax, [side + 0x24]
    and eax, 1 << 17
    cmp eax, 1 << 17
    expect 87

    ; a double fault
    no_gate 6
    no_gate 11
    caught 8, 0, MAIN, ud2
    finish 0

; Sets the task at SIDE to its initial state.
reset_side:
    pusha
    mov byte [gdt + SIDE + 5], 0x89
    mov edi, side
    mov ecx, 104 / 4
    xor eax, eax
    rep stosd
    mov eax, cr3
    mov [side + 0x1c], eax
    mov dword [side + 0x20], side_entry
    mov dword [side + 0x24], 2
    mov eax, 0xa0a0a0a0
    mov ecx, 8
    mov edi, side + 0x28
.next:
    stosd
    add eax, 0x01010101
    loop .next
    mov dword [side + 0x38], side_stack
    mov dword [side + 0x48], 0x10
    mov dword [side + 0x4c], 0x28
    mov dword [side + 0x50], 0x10
    mov dword [side + 0x54], 0x10
    mov dword [side + 0x04], side_stack ; stack of handlers
    mov dword [side + 0x08], 0x10
    popa
    ret

; Notes the state that a task finds.
look:
    mov [seen_eax], eax
    mov [seen_edi], edi
    mov eax, fs
    mov [seen_fs], eax
    mov eax, dr7
    mov [seen_dr7], eax
    xor eax, eax
    str ax
    mov [seen_tr], eax
    mov eax, [side]
    mov [seen_link], eax
    mov al, [gdt + SIDE + 5]
    mov ah, [gdt + MAIN + 5]
    mov [seen_busy], ax
    mov eax, [0x400000]
    mov [seen_page], eax
    pushf
    pop eax
    and eax, 1 << 14
    mov [seen_nt], eax
    ret

side_entry:
    call look
    iret
side_again:
    jmp side_entry

side_jumps:
    call look
    jmp MAIN:0

narrow_entry:
    call look
    iret
narrow_again:
    jmp narrow_entry

hlt_at:
    hlt

; The task of a handler: notes the vector, the error code and the interrupted task, and then returns
; to MAIN.
%macro catcher 2 ; vector, 1 if it has an error code
catch_%1:
    mov dword [seen], %1
    mov dword [error], -1
%if %2
    pop dword [error]
%endif
    mov ebp, tss_%1
    call catch
    iret
    jmp catch_%1
%endmacro

catch:
    movzx eax, word [ebp]
    mov [caught_by], eax
    cmp dword [seen], 3                 ; INT3 continues after itself
    je .by_itself
    mov eax, [go_on]
    mov [main + 0x20], eax
.by_itself:
    mov word [ebp], MAIN
    ret

    catcher 8, 1
    catcher 10, 1
    catcher 11, 1
    catcher 12, 1
    catcher 13, 1
    catcher 3, 0

    idt_data
    align 8
nowhere:
    dd 0
    dw 0x1230
    align 8
go_on:     dd 0
caught_by: dd 0
seen_eax:  dd 0
seen_edi:  dd 0
seen_fs:   dd 0
seen_dr7:  dd 0
seen_tr:   dd 0
seen_link: dd 0
seen_busy: dd 0
seen_page: dd 0
seen_nt:   dd 0

%macro tss_of 2 ; vector, number
    align 128
tss_%1:
    times 7 dd 0
    dd 0x1000, catch_%1, 2, 0, 0, 0, 0, catch_stack_%1, 0, 0, 0
    dd 0x10, 0x28, 0x10, 0x10, 0x10, 0x10, 0, 104 << 16
    times 64 dd 0
catch_stack_%1:
%endmacro
    tss_of 8, 0
    tss_of 10, 1
    tss_of 11, 2
    tss_of 12, 3
    tss_of 13, 4
    tss_of 3, 5
    align 128
main:
    times 7 dd 0
    dd 0x1000                           ; CR3
    times 96 db 0
side: times 128 db 0
    times 256 db 0
side_stack:
narrow:
    dw 0, 0, 0, 0, 0, 0, 0
    dw narrow_entry, 2, 0xa0a0, 0, 0, 0, narrow_stack, 0, 0, 0xa7a7
    dw 0x10, 0x28, NARROW_STACK, 0x10, 0
    times 256 db 0
narrow_stack:

%macro tss_row 2 ; address, type
    dw 103, %1
    db 0, %2, 0, 0
%endmacro
    align 8
gdt:
    dq 0
    dq 0x00af9b000000ffff
    dq 0x00cf93000000ffff
    dq 0x00008b0041000067, 0
    dq 0x00cf9b000000ffff
    tss_row main, 0x89                  ; 30
    tss_row side, 0x89
    tss_row narrow, 0x81                ; 40
    dw 0, SIDE                          ; a task gate
    db 0, 0x85, 0, 0
    dw 15, ldt                          ; 50: an LDT
    db 0, 0x82, 0, 0
    dq 0x00cff3000000ffff
    dq 0x00cf13000000ffff               ; 60
    dq 0x00cf1b000000ffff
    dq 0x00cf91000000ffff               ; 70
    dq 0x00409b0000000fff
    dw 15, ldt                          ; 80: not present
    db 0, 0x02, 0, 0
    dw 103, PAGE_AT & 0xffff            ; 88
    db PAGE_AT >> 16, 0x89, 0, 0
    dq 0x00cf92000000ffff               ; 90
    dq 0x000093000000ffff
    tss_row tss_8, 0x89                 ; a0
    tss_row tss_10, 0x89
    tss_row tss_11, 0x89
    tss_row tss_12, 0x89
    tss_row tss_13, 0x89
    tss_row tss_3, 0x89
gdtr:
    dw $ - gdt - 1
    dd gdt
    align 8
ldt: dq 0x00cf93000000ffff, 0
