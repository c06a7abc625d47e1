; MOV to and from CR3: the guest reads the value that it wrote, and a write invalidates cached
; translations.
; exits: CR_ACCESS
; words: control.CR3_LOAD_EXITING=1 control.CR3_STORE_EXITING=1
; modes: real 32 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov AX_, cr3
    note eax
%if MODE == 16
    mov eax, 0x12345018
    stc
    mov cr3, eax
    note_flags
    mov eax, cr3
    note eax
    cmp eax, 0x12345018
    expect 1
%else
%if MODE == 64
ENTRY_OF_2_MIB equ 0x3008
%else
ENTRY_OF_2_MIB equ 0x1004               ; in this mode it maps 4 MiB
%endif
    mov ebx, (MODE / 64 + 1) ^ 3        ; the second large page: 2 or 4 MiB
    shl ebx, 21
    mov dword [ebx], 0x11111111
    mov dword [ebx * 2], 0x22222222
    mov eax, [ebx]
    note eax
    lea eax, [ebx * 2 + 0xe7]
    mov [ENTRY_OF_2_MIB], eax
    mov AX_, cr3
    stc
    mov cr3, AX_
    note_flags
    mov eax, [ebx]
    note eax
    cmp eax, 0x22222222
    expect 2
    mov AX_, cr3
    note eax
    cmp eax, 0x1000
    expect 3
%endif
%if MODE == 64
    mov rax, 1 << 62                    ; a reserved bit
    faults_gp mov cr3, rax
%endif
    finish 0
    idt_data
