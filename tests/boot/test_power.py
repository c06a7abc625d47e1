"""Power-off and reset through ACPI, without the emulators' own ports."""

import pytest

import engine
import serial_log

TIME_LIMIT = 30  # seconds

# QEMU's name for the trace event of a command to the keyboard controller, and that event for the reset command.
KEYBOARD = "pckbd_kbd_write_command"
PULSE_RESET = f"{KEYBOARD} 0xfe"


def tables(outcome):
    """Returns {name: line} of the ACPI tables. All must have status ok."""
    lines = [line for line in serial_log.parse(outcome.serial) if line.tag == "acpi"]
    assert all(line["status"] == "ok" for line in lines), lines
    return {line["table"]: line for line in lines}


def boot_qemu(disc, board, *options):
    """Boots on QEMU without KVM. The result must be 2, because VMX is missing."""
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


# On QEMU, only ACPI powers the machine off.
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
    """Without ACPI, the log says that there is no RSDP, and end=poweroff halts."""
    outcome = boot_qemu(make_disc(elf, "end=poweroff"), "pc", "-no-acpi")
    lines = [line for line in serial_log.parse(outcome.serial) if line.tag == "acpi"]
    assert [line.pairs for line in lines] == [{"table": "RSDP", "status": "absent"}]
    assert outcome.reason == "halted"


def test_console_of_the_firmware(make_disc, elf, tmp_path):
    """The log describes an SPCR that QEMU's command line adds."""
    body = bytes([0, 0, 0, 0, 1, 8, 0, 1]) + (0x3F8).to_bytes(8, "little") + bytes(6) + b"\x07"
    (tmp_path / "spcr").write_bytes(body.ljust(80 - 36, b"\0"))
    outcome = boot_qemu(make_disc(elf), "pc", "-acpitable",
                        f"sig=SPCR,rev=2,data={tmp_path / 'spcr'}")
    assert tables(outcome)["SPCR"].has({"interface": "0", "space": "io", "registers": "0x3f8",
                                        "baud_code": "7", "length": "80"})
