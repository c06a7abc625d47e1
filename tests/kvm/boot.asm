; The boot sector of the disk that linux_in_bochs.py makes. It reads the unpacked Linux from the disk and
; starts it by the 64-bit boot protocol (Linux, Documentation/arch/x86/boot.rst).
;
; linux_in_bochs.py appends a table of 32-bit values to the code:
;   entry                    address of Linux's 64-bit entry point
;   params                   address of Linux's struct boot_params
;   pieces                   number of pieces to load; then for each piece its address, first sector and
;                            number of 64-KiB blocks

CODE32 equ 0x08
CODE64 equ 0x10                         ; these two are Linux's __BOOT_CS and __BOOT_DS
DATA   equ 0x18

PML4   equ 0x1000
PDPT   equ 0x2000

PRESENT_WRITABLE equ 0x003
LARGE            equ 0x080

ATA          equ 0x1f0                  ; I/O ports of the first ATA channel
ATA_CONTROL  equ 0x3f6
READ_SECTORS equ 0x20
BUSY         equ 0x80
DATA_REQUEST equ 0x08
ERROR        equ 0x01
BLOCK        equ 128                    ; sectors that one command reads
SECTOR_WORDS equ 256

EFER         equ 0xc0000080

org 0x7c00
bits 16
start:
    cli
    xor ax, ax
    mov ds, ax
    mov al, 2                           ; port 92H: A20 on
    out 0x92, al
    lgdt [gdtr]
    mov eax, cr0
    or al, 1                            ; PE
    mov cr0, eax
    jmp CODE32:read

bits 32
read:
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    cld
    mov dx, ATA_CONTROL
    mov al, 2                           ; no interrupts
    out dx, al

    mov ebp, table + 12
    mov ebx, [table + 8]
.piece:
    mov edi, [ebp]
    mov esi, [ebp + 4]
    mov esp, [ebp + 8]
.block:
    mov dx, ATA + 2
    mov al, BLOCK
    out dx, al
    mov eax, esi
%rep 3
    inc edx
    out dx, al
    shr eax, 8
%endrep
    inc edx
    or al, 0xe0                         ; first disk, sectors counted from 0
    out dx, al
    inc edx
    mov al, READ_SECTORS
    out dx, al
    mov ah, BLOCK
.sector:
    mov dx, ATA + 7
.wait:
    in al, dx
    test al, BUSY
    jnz .wait
    test al, ERROR
    jnz fail
    test al, DATA_REQUEST
    jz .wait
    mov dx, ATA
    mov ecx, SECTOR_WORDS
    rep insw
    dec ah
    jnz .sector
    add esi, BLOCK
    dec esp
    jnz .block
    add ebp, 12
    dec ebx
    jnz .piece

; Maps the first 4 GiB to the same addresses, in pages of 1 GiB.
    mov edi, PML4
    xor eax, eax
    mov ecx, 2 * 1024
    rep stosd
    mov dword [PML4], PDPT | PRESENT_WRITABLE
    mov eax, LARGE | PRESENT_WRITABLE
    mov edi, PDPT
.page:
    mov [edi], eax
    add edi, 8
    add eax, 1 << 30
    jnc .page

    mov eax, PML4
    mov cr3, eax
    mov eax, cr4
    or al, 0x20                         ; PAE
    mov cr4, eax
    mov ecx, EFER
    rdmsr
    or ah, 1                            ; LME
    wrmsr
    mov eax, cr0
    and eax, ~0x60000000                ; clear CD and NW to enable the caches
    or eax, 1 << 31                     ; PG
    mov cr0, eax
    jmp CODE64:go

; Ends the machine after a disk error.
fail:
    mov dx, 0x8900
    mov esi, shutdown
    mov ecx, 8
    rep outsb
    jmp $

bits 64
go:
    mov esi, [table + 4]
    mov eax, [table]
    jmp rax

shutdown:
    db "Shutdown"
align 8
gdt:
    dq 0
    dq 0x00cf9b000000ffff
    dq 0x00af9b000000ffff
    dq 0x00cf93000000ffff
gdtr:
    dw gdtr - gdt - 1
    dd gdt
align 4
table:
