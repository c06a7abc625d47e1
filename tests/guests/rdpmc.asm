; RDPMC of a counter that no processor has causes #GP(0).
; exits: RDPMC
; words: control.RDPMC_EXITING=1
; modes: 64
%include "guest.inc"
%include "idt.inc"
    load_idt
    mov ecx, 0x7fff
    faults_gp rdpmc
    finish 0
    idt_data
