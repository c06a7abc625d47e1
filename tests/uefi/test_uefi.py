"""Boots on machines with UEFI: OVMF in Bochs, which has VMX, and in QEMU without KVM, which has no VMX."""

import pytest

import engine
import guest_files
import serial_log


def boot(disc, name, **more):
    outcome = engine.boot(disc, name, firmware="uefi", timeout=120, **more)
    return serial_log.parse(outcome.log_lines())


def line_of(log, tag, **pairs):
    (line,) = [line for line in log if line.tag == tag and line.has(pairs)]
    return line


@pytest.mark.parametrize("model, words", [
    ("corei7_skylake_x", ["exits=20", "repeat=3"]),
    ("corei5_arrandale_m520", ["guest=self"]),
    ("tigerlake", ["guest=self", "repeat=2", "checksum=1"]),
    ("corei7_haswell_4770", ["guest=fuzz", "count=0"]),
])
def test_result(model, words, make_disc, elf):
    log = boot(make_disc(elf, *words), "bochs", cpu=model)
    assert log[-1]["code"] == "0", log[-1]
    assert log[0]["firmware"] == "uefi"
    assert {line["changed"] for line in log if line.tag == "restore" and "changed" in line.pairs} == {"0"}


def test_feature_control_left_unlocked(make_disc, elf):
    """OVMF leaves IA32_FEATURE_CONTROL 0. Trapline then sets the bit for VMX outside SMX and the lock bit (SDM Vol 3C
    §23.7)."""
    log = boot(make_disc(elf), "bochs")
    register = line_of(log, "caps", name="IA32_FEATURE_CONTROL")
    assert (int(register["before"], 16), int(register["value"], 16)) == (0, 1 << 2 | 1)


def test_own_guest(make_disc_with):
    """A guest from a module of the disc runs under UEFI, too."""
    binary = guest_files.assemble("exceptions", "64")
    (guest,) = [guest for guest in guest_files.guests() if guest.name == "exceptions"]
    log = boot(make_disc_with(binary, "guest=flat", "mode=64", *guest.words), "bochs")
    assert log[-1]["code"] == "0", log[-1]


def test_stick_in_bochs(make_disc, elf):
    assert boot(make_disc(elf), "bochs", stick=True)[-1]["code"] == "0"


@pytest.mark.parametrize("stick", [False, True], ids=["disc", "stick"])
def test_without_vmx(stick, make_disc, elf):
    log = boot(make_disc(elf), "qemu-tcg", stick=stick)
    assert (log[0]["firmware"], log[-1]["status"], log[-1]["code"]) == ("uefi", "unsupported", "2")


def test_memory_beyond_4_gib(make_disc, elf):
    log = boot(make_disc(elf), "qemu-tcg", mem=6144)
    assert 6143 << 10 > int(line_of(log, "mem")["total_kib"]) > 6000 << 10
