; VMCALL: version, print, calls that fail, and registers that do not change.
; exits: VMCALL
; modes: real 64
; bare: no, there is no hypervisor to answer
%include "guest.inc"

    print "vmcall: begins"
    cmp eax, 0
    expect 1

    mov eax, VERSION
    vmcall
    cmp eax, 1
    expect 2

    mov eax, 0x1234                     ; an unknown call
    vmcall
    cmp eax, -1
    expect 3

    mov eax, PRINT                      ; beyond the guest's memory
    mov ebx, 0x7fffffff
    mov ecx, 1
    vmcall
    cmp eax, -1
    expect 4

    mov eax, PRINT                      ; too long for a line
    mov ebx, 0x8000
    mov ecx, 201
    vmcall
    cmp eax, -1
    expect 5

    mov edx, 0x01234567
    mov esi, 0x89abcdef
    mov edi, 0x76543210
    mov ebp, 0xfedcba98
    mov eax, VERSION
    vmcall
    cmp edx, 0x01234567
    expect 6
    cmp esi, 0x89abcdef
    expect 7
    cmp edi, 0x76543210
    expect 8
    cmp ebp, 0xfedcba98
    expect 9
    finish 0
