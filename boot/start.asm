; Switches from the boot loader's 32-bit protected mode to 64-bit mode and calls kernel_main (SDM
; Vol 3A §9.8.5 "Initializing IA-32e Mode"). If the loader does not comply with Multiboot2 or the
; processor has no long mode, prints lines of the serial contract on COM1 and halts.

%include "kernel/offsets.inc"

MULTIBOOT2_MAGIC equ 0x36d76289

global start
global start_time
extern kernel_main
extern boot_cpu

; ------------------------------------------------------------------------------------------------
bits 32
section .text

start:
    cli
    cld
    mov esp, boot_cpu + PERCPU_MAIN_STACK_TOP
    cmp eax, MULTIBOOT2_MAGIC
    jne wrong_loader
    mov ebp, ebx                        ; keep the boot information for kernel_main
    rdtsc
    mov [start_time], eax
    mov [start_time + 4], edx

    pushfd                              ; CPUID exists if EFLAGS.ID can be changed
    pop eax
    mov ecx, eax
    xor eax, RFLAGS_ID
    push eax
    popfd
    pushfd
    pop eax
    push ecx
    popfd
    cmp eax, ecx
    je no_long_mode
    mov eax, CPUID_LEAF_EXTENDED
    cpuid
    cmp eax, CPUID_LEAF_EXTENDED_FEATURES
    jb no_long_mode
    mov eax, CPUID_LEAF_EXTENDED_FEATURES
    cpuid
    test edx, CPUID_80000001_EDX_LM
    jz no_long_mode

    ; Identity-map the first 4 GiB with 2 MiB pages until the kernel builds its own tables.
    mov dword [early_pml4], early_pdpt + (PTE_P | PTE_RW)
    mov eax, early_pd + (PTE_P | PTE_RW)
    mov edi, early_pdpt
    mov ecx, 4
.pdpt:
    mov [edi], eax
    add eax, 4096
    add edi, 8
    loop .pdpt
    mov eax, PTE_P | PTE_RW | PTE_PS
    mov edi, early_pd
    mov ecx, 4 * 512
.pd:
    mov [edi], eax
    add eax, 1 << 21
    add edi, 8
    loop .pd

    mov eax, CR4_PAE
    mov cr4, eax
    mov eax, early_pml4
    mov cr3, eax
    mov ecx, IA32_EFER
    rdmsr
    or eax, EFER_LME
    wrmsr
    mov eax, cr0
    and eax, ~(CR0_CD | CR0_NW)         ; some firmware leaves the caches off
    or eax, CR0_PG | CR0_WP | CR0_NE
    mov cr0, eax
    lgdt [early_gdtr]
    jmp 0x08:long_mode

; ------------------------------------------------------------------------------------------------
; Error messages before 64-bit mode, on COM1 at 115200 baud. Every wait is bounded.

COM1          equ 0x3f8
COM1_LINE_STATUS   equ COM1 + 5
TRANSMIT_IDLE equ 1 << 5
COM1_POLLS         equ 100000                ; bound for a stuck port; an absent port reads as ready

wrong_loader:
    mov edi, wrong_loader_eax + 7       ; write EAX as eight hexadecimal digits, the last one first
    mov ecx, 8
.digit:
    mov edx, eax
    and edx, 15
    mov dl, [hex_digits + edx]
    mov [edi], dl
    dec edi
    shr eax, 4
    loop .digit
    mov esi, wrong_loader_text
    jmp fail

no_long_mode:
    mov esi, no_long_mode_text

fail:                                   ; ESI: the text to print
    mov ebx, uart_setup
.setup:
    mov dx, [ebx]
    test dx, dx
    jz .next
    mov al, [ebx + 2]
    out dx, al
    add ebx, 3
    jmp .setup
.next:
    lodsb
    test al, al
    jz .stop
    mov bl, al
    mov ecx, COM1_POLLS
    mov dx, COM1_LINE_STATUS
.poll:
    in al, dx
    test al, TRANSMIT_IDLE
    loopz .poll
    mov dx, COM1
    mov al, bl
    out dx, al
    jmp .next
.stop:
    hlt
    jmp .stop

; ------------------------------------------------------------------------------------------------
bits 64
long_mode:
    mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov ss, eax
    xor eax, eax
    mov fs, eax
    mov gs, eax
    mov esp, boot_cpu + PERCPU_MAIN_STACK_TOP
    mov edi, ebp
    xor ebp, ebp
    call kernel_main                    ; does not return
    ud2

; ------------------------------------------------------------------------------------------------
section .rodata

align 8
early_gdt:
    dq 0
    dq 0x00af9b000000ffff               ; 0x08: 64-bit code
    dq 0x00cf93000000ffff               ; 0x10: data
early_gdt_end:

early_gdtr:
    dw early_gdt_end - early_gdt - 1
    dd early_gdt

uart_setup:                             ; port, value
    dw COM1 + 1
    db 0                                ; no interrupts
    dw COM1 + 3
    db 0x80                             ; divisor latch on
    dw COM1
    db 1                                ; 115200 baud
    dw COM1 + 1
    db 0
    dw COM1 + 3
    db 0x03                             ; 8 data bits, no parity, 1 stop bit
    dw COM1 + 2
    db 0x07                             ; FIFO on and empty
    dw COM1 + 4
    db 0x03                             ; DTR, RTS
    dw 0

hex_digits:
    db "0123456789abcdef"

%define BOOT_LINE "boot: trapline=", TRAPLINE_VERSION, ' loader=unknown firmware=unknown cmdline=""', 13, 10

no_long_mode_text:
    db BOOT_LINE
    db 'result: status=unsupported code=2 why="needs a 64-bit processor (long mode, CPUID '
    db '80000001H EDX bit 29), found a 32-bit one; boot on an Intel processor with VMX and EPT"'
    db 13, 10, 0

section .data
wrong_loader_text:
    db BOOT_LINE
    db 'result: status=unsupported code=2 why="needs a Multiboot2 loader (EAX=0x36d76289), found '
    db 'EAX=0x'
wrong_loader_eax:
    db '........; boot with the multiboot2 command of GRUB 2"', 13, 10, 0

section .bss nobits alloc noexec write align=4096
early_pml4: resb 4096
early_pdpt: resb 4096
early_pd:   resb 4 * 4096
start_time:   resq 1
