"""Starts a Multiboot2 kernel from a ROM, without BIOS and GRUB: 1.3 million instructions instead of 57.

The ROM holds the kernel, its modules, the boot information and a stub (rom.asm). The stub copies them to
memory, sets the MSRs that a BIOS sets, and jumps to the kernel. Unless a test says otherwise, the kernel
finds the machine as the BIOS of Bochs and GRUB leave it, except that there are no ACPI tables and no
screen.
"""

import dataclasses
import functools
import pathlib
import struct
import subprocess
import tempfile

import acpi_tables

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
PAGE = 4 * KIB

USABLE, RESERVED, ACPI = 1, 2, 3  # types of the memory map

# Tags of the boot information: Multiboot2 Specification 2.0, §3.6.
END, COMMAND_LINE, LOADER, MODULE, MEMORY_MAP, NEW_RSDP = 0, 1, 2, 3, 6, 15

VMX, MTRR = (1 << 5, 0), (0, 1 << 12)  # features: of CPUID.1:ECX and :EDX
LOCKED = 5  # IA32_FEATURE_CONTROL: VMX allowed outside SMX, and locked
ACPI_ROOM = 64 * KIB  # for ACPI tables, at the end of the memory below PCI_HOLE
PCI_HOLE = 3 * GIB  # from here to 4 GiB no memory is usable


@dataclasses.dataclass(frozen=True)
class Msr:
    """A register that the stub writes, on processors that have these features."""

    number: int
    value: int
    features: tuple = (0, 0)
    is_address: bool = False  # the stub clears the bits above the processor's physical-address width


# As the BIOS of Bochs leaves them: RAM is write-back, device memory is uncached.
MTRRS = (
    Msr(0x250, 0x0606060606060606, MTRR),
    Msr(0x258, 0x0606060606060606, MTRR),
    Msr(0x200, PCI_HOLE, MTRR),
    Msr(0x201, 0xFFFFFFFF_C0000800, MTRR, is_address=True),
    Msr(0x2FF, 0xC06, MTRR),
)


def memory_below_hole(mem):
    return min(mem * MIB, PCI_HOLE)


def memory_map(mem):
    """The rows (base, length, type) that the BIOS of Bochs reports for `mem` MiB of memory."""
    low = memory_below_hole(mem)
    rows = [
        (0, 0x9F000, USABLE),
        (0x9F000, 0x1000, RESERVED),
        (0xE8000, 0x18000, RESERVED),
        (MIB, low - ACPI_ROOM - MIB, USABLE),
        (low - ACPI_ROOM, ACPI_ROOM, ACPI),
        (4 * GIB - 256 * KIB, 256 * KIB, RESERVED),
    ]
    if mem * MIB > 4 * GIB:
        rows.append((4 * GIB, mem * MIB - 4 * GIB, USABLE))
    return rows


def pad(data, to):
    return data + bytes(-len(data) % to)


def page_up(address):
    return -(-address // PAGE) * PAGE


def tag(kind, body):
    return pad(struct.pack("<II", kind, 8 + len(body)) + body, 8)


def text(words):
    return words.encode() + b"\0"


def segments_of(elf):
    """The entry point of a kernel, and the (address, contents, size in memory) of each segment."""
    entry, table = struct.unpack_from("<QQ", elf, 24)
    size, count = struct.unpack_from("<HH", elf, 54)
    headers = [struct.unpack_from("<IIQQQQQ", elf, table + i * size) for i in range(count)]
    return entry, [(address, elf[offset:offset + filled], length)
                   for kind, _, offset, _, address, filled, length in headers if kind == 1]


@functools.cache
def stub():
    """The last page of every ROM."""
    with tempfile.TemporaryDirectory(prefix="trapline-") as folder:
        binary = pathlib.Path(folder) / "rom"
        subprocess.run(["nasm", "-f", "bin", "-w+all", "-Werror", "-o", binary,
                        pathlib.Path(__file__).with_name("rom.asm")], check=True)
        return binary.read_bytes()


def build(entry, info, contents, msrs):
    """The bytes of a ROM that ends at 4 GiB. contents: an (address, contents, size in memory) for each
    piece that the stub copies to memory."""
    payload, places = b"", []
    for address, data, size in contents:
        data = pad(data, 4)
        places.append((address, len(payload), len(data) // 4, max(0, size - len(data) + 3) // 4))
        payload += data
    payload += bytes((-len(payload) - 2 * PAGE) % (64 * KIB))
    start = 4 * GIB - 2 * PAGE - len(payload)
    table = struct.pack("<III", entry, info, len(places))
    for address, offset, filled, zeros in places:
        table += struct.pack("<IIII", address, start + offset, filled, zeros)
    table += struct.pack("<I", len(msrs))
    for msr in msrs:
        table += struct.pack("<IIIQI", *msr.features, msr.number, msr.value, msr.is_address)
    assert len(table) <= PAGE
    return payload + table.ljust(PAGE, b"\0") + stub()


@dataclasses.dataclass(frozen=True)
class Direct:
    """A kernel and everything that it finds when it starts."""

    kernel: bytes  # its ELF file
    command_line: str = ""
    modules: tuple = ()  # the bytes of each
    memory: tuple | None = None  # rows (base, length, type); None: memory_map()
    acpi: tuple = ()  # the bytes of each ACPI table; without any there is no root pointer either
    loader: str = "direct"
    feature_control: int = LOCKED  # IA32_FEATURE_CONTROL; 0 is its value after a reset
    mtrrs: tuple = MTRRS

    def rom(self, mem):
        """The bytes of the ROM for a machine with `mem` MiB of memory."""
        entry, contents = segments_of(self.kernel)
        free = max(address + size for address, _, size in contents)
        tags = [tag(COMMAND_LINE, text(self.command_line)), tag(LOADER, text(self.loader))]
        for data in self.modules:
            start = page_up(free)
            free = start + len(data)
            contents.append((start, data, len(data)))
            tags.append(tag(MODULE, struct.pack("<II", start, free) + text("")))
        rows = memory_map(mem) if self.memory is None else self.memory
        tags.append(tag(MEMORY_MAP, struct.pack("<II", 24, 0)
                        + b"".join(struct.pack("<QQII", *row, 0) for row in rows)))
        if self.acpi:
            at = memory_below_hole(mem) - ACPI_ROOM
            pointer, tables = acpi_tables.lay_out(self.acpi, at)
            assert len(tables) <= ACPI_ROOM
            tags.append(tag(NEW_RSDP, pointer))
            contents.append((at, tables, len(tables)))
        body = b"".join(tags) + tag(END, b"")
        info = page_up(free)
        contents.append((info, struct.pack("<II", 8 + len(body), 0) + body, 8 + len(body)))
        return build(entry, info, contents, (Msr(0x3A, self.feature_control, VMX), *self.mtrrs))
