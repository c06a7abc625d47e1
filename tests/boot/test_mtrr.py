"""Compares the memory types that Trapline derives from the MTRRs with a model of the MTRRs in Python. The model gets
the registers from a program that reads them without Trapline on the same machine."""

import subprocess

import pytest

import direct
import engine
import guest_files
import serial_log

NAMES = {0: "UC", 1: "WC", 4: "WT", 5: "WP", 6: "WB"}
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# {register: (first address, size of each of its 8 ranges)}: SDM Vol 3A, Table 11-9.
FIXED = {0x250: (0, 64 * KIB), 0x258: (0x80000, 16 * KIB), 0x259: (0xA0000, 16 * KIB),
         **{0x268 + i: (0xC0000 + i * 0x8000, 4 * KIB) for i in range(8)}}


class Registers:
    """The MTRRs of a machine. type_of() derives memory types by SDM Vol 3A §11.11.4.1."""

    def __init__(self, width, values):
        self.width = width
        self.values = values
        mask = (1 << width) - 1 & ~0xFFF
        pairs = [(values[0x200 + 2 * i], values[0x201 + 2 * i]) for i in range(values[0xFE] & 0xFF)]
        self.pairs = [(base & mask, valid & mask, base & 0xFF) for base, valid in pairs
                      if valid & 0x800]

    def type_of(self, address):
        default = self.values[0x2FF]
        if not default & 0x800:
            return "UC"
        if address < MIB and default & 0x400:
            for register, (start, size) in FIXED.items():
                if start <= address < start + 8 * size:
                    return NAMES[self.values[register] >> 8 * ((address - start) // size) & 0xFF]
        types = {NAMES[kind] for base, mask, kind in self.pairs if address & mask == base & mask}
        if not types:
            return NAMES[default & 0xFF]
        if len(types) == 1:
            return types.pop()
        return "WT" if types == {"WT", "WB"} else "UC"


@pytest.fixture(scope="session")
def reader(tmp_path_factory):
    """The binary of mtrrs.asm, which notes the MTRRs and is independent of Trapline."""
    binary = tmp_path_factory.mktemp("mtrrs") / "mtrrs"
    subprocess.run(["nasm", "-f", "bin", "-w+error", "-DMODE=64", "-DBARE=1", "-I",
                    f"{guest_files.FOLDER}/", "-o", binary,
                    guest_files.ROOT / "tests/boot/mtrrs.asm"], check=True)
    return binary.read_bytes()


def registers_of(outcome):
    """Returns the Registers that the reader noted."""
    assert outcome.reason == "ended", outcome
    numbers = [int(number, 16) for line in outcome.serial.splitlines() if line.startswith("notes:")
               for number in line.split()[1:]]
    assert numbers.pop() == 0  # the status
    width, *triples = numbers
    assert len(triples) % 3 == 0
    return Registers(width, {triples[i]: triples[i + 1] | triples[i + 2] << 32
                             for i in range(0, len(triples), 3)})


def ranges_of(lines):
    return [(int(line["from"], 16), int(line["to"], 16) + 1, line["type"]) for line in lines
            if line.tag == "mtrr" and "from" in line.pairs]


def type_in(ranges, address):
    (kind,) = [kind for start, end, kind in ranges if start <= address < end]
    return kind


def kib_by_type(registers, end):
    """Returns {type: KiB} for addresses from 0 to end. Steps by 2 MiB above 2 MiB, because the variable ranges of these
    machines consist of such blocks."""
    assert all(mask % (2 * MIB) == 0 for _, mask, _ in registers.pairs)
    total = {}
    for address in [*range(0, 2 * MIB, 4 * KIB), *range(2 * MIB, end, 2 * MIB)]:
        kind = registers.type_of(address)
        total[kind] = total.get(kind, 0) + (4 if address < 2 * MIB else 2 * KIB)
    return total


def check_firmware(ranges, mem):
    """RAM is write-back; the VGA window below 1 MiB and the local APIC are uncacheable."""
    ram = [*range(0, 0xA0000, 4 * KIB), *range(MIB, min(mem * MIB, 3 * GIB), MIB)]
    assert {type_in(ranges, address) for address in ram} == {"WB"}
    assert {type_in(ranges, address) for address in range(0xA0000, 0xC0000, 4 * KIB)} == {"UC"}
    assert type_in(ranges, 0xFEE00000) == "UC"


def check_types(registers, lines, end):
    """Trapline's types of all addresses match the registers, and so do the types in EPT up to `end`. Returns the ranges
    and the numbers of EPT pages of each size."""
    assert lines[-1]["code"] == "0"
    (state,) = [line for line in lines if line.tag == "mtrr" and "present" in line.pairs]
    assert int(state["def_type"], 16) == registers.values[0x2FF]
    assert int(state["cap"], 16) == registers.values[0xFE]

    ranges = ranges_of(lines)
    assert ranges[0][0] == 0 and ranges[-1][1] == 1 << registers.width
    for (_, end_before, before), (start, _, after) in zip(ranges, ranges[1:]):
        assert end_before == start and before != after

    edges = {start for start, _, _ in ranges} | {base for base, _, _ in registers.pairs}
    edges |= {base + (mask & -mask) for base, mask, _ in registers.pairs}
    edges |= {1 << bit for bit in range(21, registers.width)}
    pages = {*range(0, 2 * MIB, 4 * KIB), *edges, *(edge - 4 * KIB for edge in edges if edge > 0)}
    for page in pages:
        if page < 1 << registers.width:
            assert type_in(ranges, page) == registers.type_of(page), hex(page)

    (ept,) = [line for line in lines if line.tag == "ept"]
    found = {key[:2].upper(): int(ept[key]) for key in ept.pairs if key.endswith("_kib")}
    assert found == kib_by_type(registers, max(4 * GIB, end))
    return ranges, [ept["pages_4k"], ept["pages_2m"], ept["pages_1g"]]


# EPT uses 4-KiB pages only for the first 2 MiB, in which types change. Of the 5120 MiB, most does not exist;
# nothing accesses it.
@pytest.mark.parametrize("model,mem,leaves", [
    ("corei5_lynnfield_750", 256, "512 2047 0"),  # has no pages of 1 GiB
    ("corei7_haswell_4770", 256, "512 511 3"),
    ("corei7_skylake_x", 256, "512 511 3"),
    ("corei7_skylake_x", 5120, "512 511 4"),
    ("tigerlake", 256, "512 511 3"),
])
def test_types(model, mem, leaves, start, reader):
    source = start(kernel=guest_files.bare_kernel("64"), modules=(reader,))
    registers = registers_of(engine.boot(source, "bochs", model))
    source = start("guest=self", memory=tuple(direct.memory_map(mem)))
    lines = serial_log.parse(engine.boot(source, "bochs", model, min(mem, 256)).serial)
    ranges, pages = check_types(registers, lines, mem * MIB)
    check_firmware(ranges, mem)
    assert pages == leaves.split()


@pytest.mark.long  # Bochs takes long to allocate this much memory
def test_types_of_the_bios(make_disc, make_kernel_disc, elf, reader, tmp_path):
    kernel, model, mem = tmp_path / "bare.elf", "corei7_skylake_x", 5120
    kernel.write_bytes(guest_files.bare_kernel("64"))
    registers = registers_of(engine.boot(make_kernel_disc(kernel, reader), "bochs", model, mem, timeout=300))
    lines = serial_log.parse(engine.boot(make_disc(elf, "guest=self"), "bochs", model, mem, timeout=300).serial)
    ranges, pages = check_types(registers, lines, mem * MIB)
    check_firmware(ranges, mem)
    assert pages == ["512", "511", "4"]


DEFAULT, FIXED_ON, ON = 0x2FF, 0x400, 0x800
UC, WC, WT, WP, WB = 0, 1, 4, 5, 6


def pairs(*rows):
    """Returns the values of variable-range registers for rows (base, size, type), as pairs (number, value)."""
    registers = []
    for number, (base, size, kind) in enumerate(rows):
        registers += [(0x200 + 2 * number, base | kind), (0x201 + 2 * number, -size & (1 << 64) - 1 | 0x800)]
    return registers


# Settings that no BIOS of the emulators makes: (register, value); all other registers are 0.
SETTINGS = {
    "all off": [],
    "off, with ranges": [(DEFAULT, WB | FIXED_ON), *pairs((0, GIB, WB))],
    "fixed ranges off": [(DEFAULT, WB | ON), (0x250, 0x0606060606060606)],
    "a default alone": [(DEFAULT, WT | ON)],
    "all fixed types": [(DEFAULT, WB | ON | FIXED_ON), (0x250, 0x0605040100010405), (0x258, 0x0606050504040101),
                        (0x268, 0x0600060006000600), (0x26F, 0x0506050605060506)],
    "uncached over write-back": [(DEFAULT, UC | ON), *pairs((0, 4 * GIB, WB), (GIB, 256 * MIB, UC))],
    "write-through over write-back": [(DEFAULT, UC | ON), *pairs((0, 2 * GIB, WB), (GIB, 2 * MIB, WT))],
    "all over each other": [(DEFAULT, WB | ON), *pairs((0, GIB, WT), (0, 512 * MIB, WB), (0, 256 * MIB, UC),
                                                       (2 * GIB, 64 * MIB, WC), (3 * GIB, 1 * GIB, UC))],
    "overlaps that mean nothing": [(DEFAULT, WB | ON), *pairs((GIB, 64 * MIB, WC), (GIB, 32 * MIB, WP),
                                                              (2 * GIB, 4 * MIB, WB), (2 * GIB, 2 * MIB, WC))],
    "one beyond 4 GiB": [(DEFAULT, WB | ON), *pairs((16 * GIB, 16 * GIB, UC))],
}


@pytest.mark.parametrize("name", SETTINGS)
def test_types_as_set(name, start, reader):
    mtrrs = tuple(direct.Msr(number, value, direct.MTRR, is_address=0x200 <= number < 0x250)
                  for number, value in SETTINGS[name])
    source = start(kernel=guest_files.bare_kernel("64"), modules=(reader,), mtrrs=mtrrs)
    registers = registers_of(engine.boot(source, "bochs"))
    assert registers.values.items() >= {number: value & (1 << registers.width) - 1 if 0x200 <= number < 0x250 else value
                                        for number, value in SETTINGS[name]}.items()
    check_types(registers, serial_log.parse(engine.boot(start("guest=self", mtrrs=mtrrs), "bochs").serial), 0)
