; CR2 and the debug registers have their values after reset. The guest then changes them, so that a
; second run (repeat=2) shows that they are reset.
; exits: VMCALL
; modes: 64
%include "guest.inc"
    mov AX_, cr2
    note eax
    mov ebx, eax
%assign i 0
%rep 4
    mov AX_, dr %+ i
    note eax
    or ebx, eax
%assign i i + 1
%endrep
    test ebx, ebx
    expect 1
    mov AX_, dr6
    note eax
    cmp eax, 0xffff0ff0
    expect 2

    mov AX_, 0x12345678
    mov dr0, AX_
    mov dr3, AX_
    mov cr2, AX_
    mov AX_, 0xffff2ff1
    mov dr6, AX_
    finish 0
