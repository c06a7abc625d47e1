; A task priority below the threshold causes an exit at once. CR8 is virtual, and the guest reads
; the value that it wrote.
; exits: TPR_BELOW_THRESHOLD
; words: control.USE_TPR_SHADOW=1 control.VIRTUALIZE_APIC_ACCESSES=1 control.CR8_LOAD_EXITING=0 control.CR8_STORE_EXITING=0 vmcs.TPR_THRESHOLD=1
; modes: 64
%include "guest.inc"
    mov rax, cr8
    note eax
    mov eax, 5
    mov cr8, rax
    xor eax, eax
    mov rax, cr8
    note rax
    cmp rax, 5
    expect 1
    xor eax, eax
    mov cr8, rax
    finish 0
