; The Multiboot2 header: what a boot loader looks for in the first 32 KiB of the image
; (Multiboot2 Specification 2.0, §3.1 "OS image format").

MAGIC        equ 0xe85250d6
ARCHITECTURE equ 0                      ; 32-bit protected mode of i386

TAG_END                 equ 0
TAG_INFORMATION_REQUEST equ 1
TAG_MODULE_ALIGNMENT    equ 6

INFORMATION_MEMORY_MAP  equ 6

section .multiboot2 align=8
header:
    dd MAGIC
    dd ARCHITECTURE
    dd header_end - header
    dd -(MAGIC + ARCHITECTURE + (header_end - header))

    align 8
information_request:                    ; a loader without a memory map refuses to boot us
    dw TAG_INFORMATION_REQUEST
    dw 0
    dd .end - information_request
    dd INFORMATION_MEMORY_MAP
.end:

    align 8
module_alignment:                       ; a module never shares a page with anything else
    dw TAG_MODULE_ALIGNMENT
    dw 0
    dd .end - module_alignment
.end:

    align 8
    dw TAG_END
    dw 0
    dd 8
header_end:
