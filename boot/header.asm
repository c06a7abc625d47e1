; The Multiboot2 header. A boot loader searches the first 32 KiB of the image for it (Multiboot2
; Specification 2.0, §3.1 "OS image format").

MAGIC        equ 0xe85250d6
ARCHITECTURE equ 0                      ; 32-bit protected mode of i386

TAG_END                 equ 0
TAG_INFORMATION_REQUEST equ 1
TAG_CONSOLE             equ 4
TAG_FRAMEBUFFER         equ 5
TAG_MODULE_ALIGNMENT    equ 6

OPTIONAL equ 1 << 0                     ; flag: a loader that does not know the tag may ignore it

INFORMATION_MEMORY_MAP  equ 6

CONSOLE_EGA_TEXT equ 1 << 1             ; the kernel supports EGA text
WIDTH            equ 1024
HEIGHT           equ 768
BITS_PER_PIXEL   equ 32

section .multiboot2 align=8
header:
    dd MAGIC
    dd ARCHITECTURE
    dd header_end - header
    dd -(MAGIC + ARCHITECTURE + (header_end - header))

    align 8
information_request:                    ; optional: without this map, the kernel uses the UEFI map
    dw TAG_INFORMATION_REQUEST
    dw OPTIONAL
    dd .end - information_request
    dd INFORMATION_MEMORY_MAP
.end:

    align 8
console:
    dw TAG_CONSOLE
    dw OPTIONAL
    dd .end - console
    dd CONSOLE_EGA_TEXT
.end:

    align 8
framebuffer:                            ; the preferred mode; the kernel accepts any other
    dw TAG_FRAMEBUFFER
    dw OPTIONAL
    dd .end - framebuffer
    dd WIDTH
    dd HEIGHT
    dd BITS_PER_PIXEL
.end:

    align 8
module_alignment:                       ; page-aligned modules share no page with anything else
    dw TAG_MODULE_ALIGNMENT
    dw 0
    dd .end - module_alignment
.end:

    align 8
    dw TAG_END
    dw 0
    dd 8
header_end:
