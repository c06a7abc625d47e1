; The last page of a ROM that ends at 4 GiB: it starts a Multiboot2 kernel without BIOS and GRUB. The page
; before it holds a table of dwords, which direct.py writes:
;
;   the kernel's entry point, the address of its boot information
;   number of copies; for each: to, from, dwords to copy, dwords of zeros after them
;   number of MSRs; for each: required bits of CPUID.1:ECX and of CPUID.1:EDX, MSR number, low and high half
;   of the value, and 1 if the value is an address, of which bits above the physical-address width are cleared

BASE  equ 0xfffff000
TABLE equ BASE - 0x1000
MAGIC equ 0x36d76289                    ; in EAX, from a Multiboot2 loader

CODE  equ 0x08
DATA  equ 0x10

CPUID_FEATURES  equ 1
CPUID_ADDRESSES equ 0x80000008          ; EAX bits 7:0: how many bits a physical address has

bits 32
org BASE
start:
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    cld
    mov al, 2                           ; port 92H: A20 on
    out 0x92, al

    mov ebp, TABLE + 8
    mov ebx, [ebp]
    add ebp, 4
.copy:
    dec ebx
    js .msrs
    mov edi, [ebp]
    mov esi, [ebp + 4]
    mov ecx, [ebp + 8]
    rep movsd
    mov ecx, [ebp + 12]
    xor eax, eax
    rep stosd
    add ebp, 16
    jmp .copy

.msrs:
    mov edi, 0xf                        ; 36 bits
    mov eax, 0x80000000
    cpuid
    cmp eax, CPUID_ADDRESSES
    jb .width_known
    mov eax, CPUID_ADDRESSES
    cpuid
    mov cl, al
    sub cl, 32
    mov edi, 1
    shl edi, cl
    dec edi                             ; the high half of an address
.width_known:
    mov esp, [ebp]
    add ebp, 4
.msr:
    dec esp
    js .done
    mov eax, CPUID_FEATURES
    cpuid
    not ecx
    not edx
    and ecx, [ebp]
    and edx, [ebp + 4]
    or ecx, edx
    jnz .next
    mov ecx, [ebp + 8]
    mov eax, [ebp + 12]
    mov edx, [ebp + 16]
    cmp dword [ebp + 20], 0
    je .write
    and edx, edi
.write:
    wrmsr
.next:
    add ebp, 24
    jmp .msr
.done:
    mov eax, MAGIC
    mov ebx, [TABLE + 4]
    jmp [TABLE]

align 8
gdt:
    dq 0
    dq 0x00cf9b000000ffff
    dq 0x00cf93000000ffff
gdtr:
    dw gdtr - gdt - 1
    dd gdt

; The segment of the first instruction begins 64 KiB below 4 GiB.
bits 16
to_32_bit:
    o32 lgdt [cs:0xf000 + gdtr - start]
    mov eax, cr0                        ; the caches stay off, as the BIOS of Bochs leaves them
    or al, 1                            ; PE
    mov cr0, eax
    jmp dword CODE:start

times 0xff0 - ($ - $$) db 0
reset:
    jmp to_32_bit
times 0x1000 - ($ - $$) db 0
