; INVLPG invalidates a cached translation.
; exits: INVLPG
; words: control.INVLPG_EXITING=1
; modes: 32 64
%include "guest.inc"
%if MODE == 64
%define DIRECTORY 0x3000                ; of 2 MiB pages
SHIFT equ 21
SIZE  equ 8
%else
%define DIRECTORY 0x1000                ; of 4 MiB pages
SHIFT equ 22
SIZE  equ 4
%endif
PAGE   equ 1 << SHIFT
LARGE  equ 0xe7                         ; present, writable, user, accessed, dirty
    mov dword [PAGE], 0x11111111
    mov dword [2 * PAGE], 0x22222222
    mov eax, [PAGE]                     ; the processor caches the translation
    note eax
    mov dword [DIRECTORY + SIZE], 2 * PAGE | LARGE
    stc
    invlpg [PAGE]
    note_flags
    mov eax, [PAGE]
    note eax
    cmp eax, 0x22222222
    expect 1
    mov dword [DIRECTORY + SIZE], PAGE | LARGE
    invlpg [PAGE]
    mov eax, [PAGE]
    note eax
    cmp eax, 0x11111111
    expect 2
    finish 0
