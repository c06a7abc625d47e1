"""The ends of a machine that are not its emulator's: power off and reset, as ACPI says."""

import pytest

import engine
import serial_log

TIME_LIMIT = 30  # seconds

# QEMU's words for a write to the keyboard controller, and the command there that resets.
KEYBOARD = "pckbd_kbd_write_command"
PULSE_RESET = f"{KEYBOARD} 0xfe"


def tables(outcome):
    """The lines of good tables, by their names."""
    lines = [line for line in serial_log.parse(outcome.serial) if line.tag == "acpi"]
    assert all(line["status"] == "ok" for line in lines), lines
    return {line["table"]: line for line in lines}


def boot_qemu(disc, board, *options):
    """A machine that QEMU emulates without KVM; its result is that VMX is missing."""
    outcome = engine.boot(disc, "qemu-tcg", timeout=TIME_LIMIT, board=board, options=options)
    assert outcome.verdict()[0] == 2, outcome.serial
    return outcome


def test_bochs_powers_off(make_disc, elf):
    outcome = engine.boot(make_disc(elf, "exits=1", "end=poweroff"), "bochs", timeout=TIME_LIMIT)
    assert outcome.reason == "ended"
    assert engine.BOCHS_POWER_OFF in outcome.log
    assert tables(outcome)["FACP"].has({"poweroff": "yes", "reset": "no"})
    assert tables(outcome)["DSDT"].has({"s5_a": "0", "s5_b": "0"})
    assert tables(outcome)["APIC"].has({"processors": "1", "io_apics": "1"})


# Nothing else than ACPI switches a machine of QEMU off.
@pytest.mark.parametrize("board, root", [("pc", "RSDT"), ("q35", "RSDT"), ("microvm", "XSDT")])
def test_qemu_powers_off(make_disc, elf, board, root):
    outcome = boot_qemu(make_disc(elf, "end=poweroff"), board)
    assert outcome.reason == "ended"
    assert root in tables(outcome)
    assert tables(outcome)["FACP"]["poweroff"] == "yes"


def test_qemu_halts(make_disc, elf):
    assert boot_qemu(make_disc(elf, "end=halt"), "pc").reason == "halted"


def test_reset_register(make_disc, elf):
    outcome = boot_qemu(make_disc(elf, "end=reboot"), "q35", "-trace", KEYBOARD)
    assert outcome.reason == "ended"
    assert tables(outcome)["FACP"]["reset"] == "yes"
    assert KEYBOARD in outcome.log and PULSE_RESET not in outcome.log


def test_reset_register_in_memory(make_disc, elf):
    outcome = boot_qemu(make_disc(elf, "end=reboot"), "microvm", "-d", "cpu_reset",
                        "-trace", KEYBOARD)
    assert outcome.reason == "ended"
    assert tables(outcome)["FACP"]["reset"] == "yes"
    assert PULSE_RESET not in outcome.log and "Triple fault" not in outcome.log


def test_reset_without_a_register(make_disc, elf):
    outcome = boot_qemu(make_disc(elf, "end=reboot"), "pc", "-trace", KEYBOARD)
    assert outcome.reason == "ended"
    assert tables(outcome)["FACP"]["reset"] == "no"
    assert PULSE_RESET in outcome.log


def test_four_processors_are_counted(make_disc, elf):
    outcome = boot_qemu(make_disc(elf), "pc", "-smp", "4")
    assert tables(outcome)["APIC"].has({"processors": "4", "io_apics": "1"})


def test_no_tables(make_disc, elf):
    """A machine without ACPI: told in a line, and power off becomes a halt."""
    outcome = boot_qemu(make_disc(elf, "end=poweroff"), "pc", "-no-acpi")
    lines = [line for line in serial_log.parse(outcome.serial) if line.tag == "acpi"]
    assert [line.pairs for line in lines] == [{"table": "RSDP", "status": "absent"}]
    assert outcome.reason == "halted"


def test_console_of_the_firmware(make_disc, elf, tmp_path):
    """An SPCR, which a table of the command line is here."""
    body = bytes([0, 0, 0, 0, 1, 8, 0, 1]) + (0x3F8).to_bytes(8, "little") + bytes(6) + b"\x07"
    (tmp_path / "spcr").write_bytes(body.ljust(80 - 36, b"\0"))
    outcome = boot_qemu(make_disc(elf), "pc", "-acpitable",
                        f"sig=SPCR,rev=2,data={tmp_path / 'spcr'}")
    assert tables(outcome)["SPCR"].has({"interface": "0", "space": "io", "registers": "0x3f8",
                                        "baud_code": "7", "length": "80"})
