"""tools/check-elf accepts a sound kernel and names the fault of each unsound one."""

import subprocess
import sys

import pytest

HEADER = """
section .multiboot2 align=8
header:
    dd 0xe85250d6, 0, header_end - header, -(0xe85250d6 + header_end - header)
    dw 0, 0
    dd 8
header_end:
"""
CODE = """
section .text
global start
start:
    mov rax, cr0
    ret
section .data
    dq 0
"""
LAYOUT = """
ENTRY(start)
PHDRS {{ text PT_LOAD FLAGS({flags}); data PT_LOAD FLAGS(6); }}
SECTIONS {{
    . = 1M;
    .text : {{ . += {skip}; KEEP(*(.multiboot2)) *(.text) }} :text
    . = ALIGN(4K);
    .data : {{ *(.data) }} :data
}}
"""


@pytest.fixture
def check(tmp_path, root):
    """check(source, ...) links an assembly source, runs tools/check-elf on it and returns its stderr."""

    def run(source, flags=5, skip=0, spoil=lambda data: data, link=True):
        (tmp_path / "k.asm").write_text(source)
        (tmp_path / "k.ld").write_text(LAYOUT.format(flags=flags, skip=skip))
        subprocess.run(["nasm", "-f", "elf64", "k.asm"], cwd=tmp_path, check=True)
        elf = tmp_path / ("k.elf" if link else "k.o")
        if link:
            subprocess.run(["ld", "-T", "k.ld", "-z", "noexecstack", "-z", "max-page-size=4096",
                            "--no-warn-rwx-segments", "-o", elf, "k.o"], cwd=tmp_path, check=True)
        elf.write_bytes(spoil(elf.read_bytes()))
        process = subprocess.run([sys.executable, root / "tools/check-elf", elf], text=True,
                                 capture_output=True, check=False)
        assert process.returncode == (1 if process.stderr else 0)
        assert "Traceback" not in process.stderr
        return process.stderr

    return run


def test_sound(check):
    assert check(HEADER + CODE) == ""


def test_writable_and_executable(check):
    assert "0x100000 is writable and executable" in check(HEADER + CODE, flags=7)


def test_multiboot2_header(check):
    assert "no Multiboot2 header" in check(CODE)
    assert "wrong checksum" in check(HEADER.replace("-(0xe85250d6", "-(0xe85250d5") + CODE)
    # In the file, 4 KiB of ELF headers precede the text.
    assert check(HEADER + CODE, skip=28 * 1024 - 24) == ""
    assert "does not end in" in check(HEADER + CODE, skip=28 * 1024 - 16)
    assert "no Multiboot2 header" in check(HEADER + CODE, skip=28 * 1024)


def test_undefined_symbol(check):
    # The linker rejects undefined symbols, so this checks an object file.
    errors = check(HEADER + CODE + "section .text\nextern nowhere\ndq nowhere\n", link=False)
    assert "symbol nowhere is undefined" in errors
    assert "symbol start" not in errors


@pytest.mark.parametrize("instruction", [
    "movaps xmm0, xmm1",
    "movdqu [rax], xmm15",
    "cvtsi2sd xmm1, rax",
    "vaddps ymm0, ymm1, ymm2",
    "vmovdqu64 zmm31, [rax]",
    "kmovq k1, rax",
    "ldmxcsr [rax]",
    "vzeroupper",
    "paddb mm0, mm1",
    "emms",
    "fld1",
    "fninit",
    "fwait",
    "fadd dword [rax]",
    "db 0x2e\nfld1",
])
def test_refuses_vector_instruction(instruction, check):
    errors = check(HEADER + CODE + f"section .text\nhelper: nop\n{instruction}\n")
    assert "helper" in errors and " uses vector or x87 registers at 0x" in errors


@pytest.mark.parametrize("instruction", [
    "fxsave64 [rax]", "fxrstor [rax]", "xsave [rax]", "xsaves64 [rax]", "xrstors [rax]",
    "xsetbv", "xgetbv", "db 0x64\nnop", "pause", "mfence", "lfence", "sfence", "prefetcht0 [rax]", "rep stosq",
    "fs mov eax, [rax]", "lock inc dword [gs:0]", "nop word [cs:rax+rax]", "vmread rax, rbx",
])
def test_allows(instruction, check):
    assert check(HEADER + CODE + f"section .text\n{instruction}\n") == ""


@pytest.mark.parametrize("spoil", [
    lambda data: b"",
    lambda data: b"not an ELF at all" * 10,
    lambda data: data[:4] + b"\x01" + data[5:],  # 32-bit
    lambda data: data[:18] + b"\xb7" + data[19:],  # AArch64
    lambda data: data[:70],
    lambda data: data[:-100],
])
def test_refuses_other_files(spoil, check):
    assert check(HEADER + CODE, spoil=spoil) != ""
