; Interrupts of the interval timer. The guest programs the timer and the interrupt controllers
; through ports that it owns.
; exits: EXTERNAL_INTERRUPT INTERRUPT_WINDOW HLT
; words: ports=0x20-0x21,0x40,0x43,0xa0-0xa1 control.EXTERNAL_INTERRUPT_EXITING=1 control.ACKNOWLEDGE_INTERRUPT_ON_EXIT=1 control.HLT_EXITING=1
; modes: real 64
%include "guest.inc"

VECTOR  equ 0x20                        ; vector of IRQ 0
PERIOD  equ 0xffff                      ; 55 ms: printing a line of the log takes up to 15 ms
ENTRIES equ VECTOR + 1
%if MODE == 64
%define AX_ rax
%define SIZE 16
%define CODE 0x08
%else
%define AX_ eax
%define SIZE 8
%define CODE 0x28
%endif

%macro write 2
    mov al, %2
    out %1, al
%endmacro

%if MODE == 16
    mov word [VECTOR * 4], tick
    mov word [VECTOR * 4 + 2], 0
%else
    mov eax, tick
    mov [idt + VECTOR * SIZE], ax
    mov word [idt + VECTOR * SIZE + 2], CODE
    mov word [idt + VECTOR * SIZE + 4], 0x8e00
    shr eax, 16
    mov [idt + VECTOR * SIZE + 6], ax
    lidt [idtr]
%endif
    write 0x20, 0x11                    ; edge-triggered, two controllers
    write 0xa0, 0x11
    write 0x21, VECTOR
    write 0xa1, VECTOR + 8
    write 0x21, 4
    write 0xa1, 2
    write 0x21, 1
    write 0xa1, 1
    write 0xa1, 0xff
    write 0x21, 0xfe                    ; only IRQ 0
    write 0x43, 0x34                    ; channel 0, periodic
    write 0x40, PERIOD & 0xff
    write 0x40, PERIOD >> 8

.halted:                                ; three interrupts while the guest is halted
    sti
    hlt
    cli
    cmp dword [ticks], 3
    jb .halted
    setz al
    cmp al, 1
    expect 1

    sti                                 ; three interrupts while the guest works
    mov ecx, 100000000
.working:
    cmp dword [ticks], 6
    jae .worked
    dec ecx
    jnz .working
    finish 2
.worked:

    cli                                 ; one interrupt that has to wait
    mov ebx, [ticks]
    mov ecx, 1000000
.waiting:
    dec ecx
    jnz .waiting
    cmp ebx, [ticks]
    expect 3
    sti
    nop
    nop
    cli
    inc ebx
    cmp ebx, [ticks]
    setbe al
    cmp al, 1
    expect 4
    write 0x21, 0xff
    finish 0

tick:
    push AX_
    inc dword [ticks]
    write 0x20, 0x20                    ; end of interrupt
    pop AX_
%if MODE == 64
    iretq
%else
    iret
%endif

    align 16
ticks:  dd 0
%if MODE != 16
idtr:
    dw ENTRIES * SIZE - 1
    dd idt, 0
    align 16
idt:    times ENTRIES * SIZE db 0
%endif
