; INVD changes no memory and no flags.
; exits: INVD
; modes: 64
%include "guest.inc"
    mov dword [0x7000], 0x89abcdef
    stc
    invd
    note_flags
    mov eax, [0x7000]
    note eax
    cmp eax, 0x89abcdef
    expect 1
    finish 0
