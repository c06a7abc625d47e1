; A Multiboot2 kernel for tests of tools/engine.py. It prints TEXT on COM1 and then performs one action.
; Assembled with -DTEXT=... and one of -DSHUTDOWN, -DTRIPLE_FAULT, -DRESET, -DHALT and -DSPIN.

MAGIC equ 0xe85250d6

bits 32
section .multiboot2 align=8
header:
    dd MAGIC, 0, header_end - header, -(MAGIC + header_end - header)
    dw 0, 0
    dd 8
header_end:

section .text
global start
start:
    mov dx, 0x3fb                       ; 8 data bits, no parity, 1 stop bit
    mov al, 3
    out dx, al
    mov esi, text
.next:
    lodsb
    test al, al
    jz .said
    mov bl, al
    mov dx, 0x3fd
.wait:
    in al, dx
    test al, 0x40                       ; transmitter empty: an emulator may drop unsent bytes when it ends
    jz .wait
    mov dx, 0x3f8
    mov al, bl
    out dx, al
    jmp .next
.said:
    mov dx, 0x3fd
    in al, dx
    test al, 0x40
    jz .said
%ifdef SHUTDOWN
    mov dx, 0xf4                        ; QEMU
    xor eax, eax
    out dx, al
    mov dx, 0x8900                      ; Bochs
    mov esi, shutdown
    mov ecx, 8
    rep outsb
%elifdef TRIPLE_FAULT
    lidt [no_idt]
    int3
%elifdef RESET
    mov dx, 0xcf9                       ; reset control register of the chipset: hard reset
    mov al, 2
    out dx, al
    mov al, 6
    out dx, al
%elifdef HALT
    cli
    hlt
%endif
    jmp $

section .rodata
text:     db TEXT, 0
shutdown: db "Shutdown"
no_idt:   dw 0
          dd 0
