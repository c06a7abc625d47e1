"""Boots on machines with memory maps, ACPI tables and firmware settings that GRUB and the BIOS of Bochs never produce.
A ROM starts these machines (tests/direct)."""

import pytest

import acpi_tables
import direct
import engine
import serial_log

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
MEM = 64  # MiB
USABLE, RESERVED, ACPI, NVS, BAD = 1, 2, 3, 4, 5


def boot(source, model=None, mem=MEM):
    return serial_log.parse(engine.boot(source, "bochs", model, mem).serial)


def line_of(log, tag, **pairs):
    (line,) = [line for line in log if line.tag == tag and line.has(pairs)]
    return line


@pytest.mark.parametrize("model", ["corei5_lynnfield_750", "corei7_skylake_x", "tigerlake"])
def test_as_bios_and_grub_leave_it(model, start, make_disc, elf):
    """A ROM leaves the machine in the same state as BIOS and GRUB, except for ACPI, the screen and the clock."""
    direct_log = boot(start("exits=1"), model)
    grub_log = boot(make_disc(elf, "exits=1"), model)
    for tag in ("cpu", "caps", "mtrr", "control", "audit", "restore", "result"):
        lines = [line.pairs for line in direct_log if line.tag == tag]
        assert lines and lines == [line.pairs for line in grub_log if line.tag == tag], tag
    assert line_of(direct_log, "mem")["total_kib"] == line_of(grub_log, "mem")["total_kib"]
    assert line_of(direct_log, "boot").has({"firmware": "bios", "loader": "direct"})


def test_as_the_reset_leaves_it(start):
    """The kernel works with all MSRs in their reset state."""
    log = boot(start("exits=1", feature_control=0, mtrrs=()))
    assert line_of(log, "caps", msr="0x3a").has({"before": "0x0", "value": "0x5"})
    assert line_of(log, "mtrr", present="yes")["def_type"] == "0x0"
    assert line_of(log, "mtrr", **{"from": "0x0"})["type"] == "UC"
    assert log[-1]["code"] == "0"


@pytest.mark.parametrize("value", [1, 3])  # locked without VMX; locked with VMX inside SMX only
def test_the_firmware_locked_vmx_out(value, start):
    log = boot(start("exits=1", feature_control=value))
    assert log[-1]["code"] == "2"
    assert f"IA32_FEATURE_CONTROL bit 2), found {value:#x}" in log[-1]["why"]


def usable_kib(rows):
    """Returns the usable memory in KiB by counting each page that is wholly usable and has no part in a row of
    another type."""
    def pages(base, end):
        return set(range(base // direct.PAGE, min(end, MEM * MIB) // direct.PAGE))

    good, bad = set(), set()
    for base, length, kind in rows:
        end = min(base + length, 1 << 64)
        if kind == USABLE:
            good |= pages(base + direct.PAGE - 1, end)
        elif length > 0:
            bad |= pages(base, end + direct.PAGE - 1)
    return len(good - bad) * direct.PAGE // KIB


LOW = (0, 640 * KIB, USABLE)
ALL = (MIB, (MEM - 1) * MIB, USABLE)


def holes(count):
    """Returns a memory map with `count` holes of one page from 16 MiB up: two rows for each hole, and two more."""
    rows = [LOW, (MIB, 15 * MIB, USABLE)]
    for start in range(16 * MIB, 16 * MIB + count * 64 * KIB, 64 * KIB):
        rows += [(start, 60 * KIB, USABLE), (start + 60 * KIB, 4 * KIB, RESERVED)]
    return rows


MAPS = {
    "128 ranges": holes(63),
    "512 ranges": holes(255),
    "backwards": holes(63)[::-1],
    "twice": [LOW, ALL, LOW, ALL],
    "one in another": [LOW, ALL, (20 * MIB, 4 * MIB, USABLE)],
    "overlapping": [LOW, (MIB, 39 * MIB, USABLE), (30 * MIB, 34 * MIB, USABLE)],
    "reserved in usable": [LOW, ALL, (20 * MIB, 4 * MIB, RESERVED), (40 * MIB, 1, NVS), (50 * MIB - 1, 2, BAD)],
    "reserved before usable": [(20 * MIB, 4 * MIB, RESERVED), LOW, ALL],
    "unknown types": [LOW, ALL, (20 * MIB, 4 * MIB, 0), (30 * MIB, 4 * MIB, 77), (40 * MIB, 4 * MIB, 0xFFFFFFFF)],
    "parts of pages": [LOW, (MIB, 40 * MIB + 1, USABLE), (41 * MIB + 2, 4095, USABLE), (42 * MIB + 1, 3 * 4096, USABLE)],
    "empty ones": [(0, 0, USABLE), LOW, ALL, (20 * MIB, 0, RESERVED), ((1 << 64) - 1, 0, RESERVED)],
    "to the end of all addresses": [LOW, ALL, (48 * MIB, (1 << 64) - 1, RESERVED), (1 << 62, (1 << 64) - 1, USABLE)],
}


@pytest.mark.parametrize("name", MAPS)
def test_memory_map(name, start):
    log = boot(start("exits=1", memory=tuple(MAPS[name])))
    assert line_of(log, "mem")["total_kib"] == str(usable_kib(MAPS[name]))
    assert log[-1]["code"] == "0", log[-1]


@pytest.mark.parametrize("rows, why", [
    ([], "has no memory map"),
    (holes(256), "more memory ranges or modules than"),  # 514 rows; the limit is 512
    ([(0, MEM * MIB, RESERVED)], "needs memory below 4 GiB, found none"),
    ([LOW], "needs memory below 4 GiB, found none"),
])
def test_memory_map_that_cannot_be(rows, why, start):
    log = boot(start("exits=1", memory=tuple(rows)))
    assert log[-1]["code"] == "2"
    assert why in log[-1]["why"]


def test_memory_of_512_gib(start):
    """The map claims memory that the machine does not have. Nothing accesses it."""
    rows = (LOW, ALL, (4 * GIB, 508 * GIB, USABLE))
    log = boot(start("guest=self", memory=rows))
    assert line_of(log, "mem")["total_kib"] == str((640 * KIB + (MEM - 1) * MIB + 508 * GIB) // KIB)
    assert log[-1]["code"] == "0", log[-1]


@pytest.mark.parametrize("words, count, code, why", [
    ("guest=flat", 3, "6", "needs one module, found 3"),
    ("exits=1", 16, "0", ""),
    ("exits=1", 17, "2", "more memory ranges or modules than"),
])
def test_modules(words, count, code, why, start):
    log = boot(start(words, modules=(b"\xf4" * 5000,) * count))
    assert log[-1]["code"] == code
    assert why in log[-1]["why"]


def test_no_acpi(start):
    """end=poweroff and end=reboot end the machine even without ACPI tables."""
    for word in ("end=poweroff", "end=reboot"):
        outcome = engine.boot(start("exits=1", word), "bochs")
        log = serial_log.parse(outcome.serial)
        assert [line.pairs for line in log if line.tag == "acpi"] == [{"table": "RSDP", "status": "absent"}]
        assert (log[-1]["code"], outcome.reason) == ("0", "ended")


def test_console_of_the_firmware(start):
    log = boot(start("exits=1", acpi=(acpi_tables.spcr(0x3F8, baud_code=3),)))
    assert line_of(log, "serial").pairs == {"source": "spcr", "space": "io", "address": "0x3f8", "stride": "1",
                                            "baud": "9600"}
    assert line_of(log, "acpi", table="SPCR").has({"status": "ok", "registers": "0x3f8", "baud_code": "3"})
    assert log[-1]["code"] == "0"


@pytest.mark.parametrize("local_apics, x2apics", [(1, 0), (255, 0), (255, 257), (0, 1), (0, 64)])
def test_processors(local_apics, x2apics, start):
    log = boot(start("exits=1", acpi=(acpi_tables.madt(local_apics, x2apics),)))
    assert line_of(log, "acpi", table="APIC").has(
        {"status": "ok", "processors": str(local_apics + x2apics), "io_apics": "1", "local_apic": "0xfee00000"})
    assert log[-1]["code"] == "0"
