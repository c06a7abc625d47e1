"""Serial ports other than COM1, in QEMU: chosen by name, by address, on a PCI card, and by the firmware's SPCR."""

import pytest

import acpi_tables
import engine
import serial_log


# QEMU writes the output of a serial port to a file; this port is not COM1.
CHARDEV = ("-serial", "none", "-chardev", "file,id=serial,path=serial")


def boot(disc, *devices):
    devices = (*CHARDEV, *devices)
    return serial_log.parse(engine.boot(disc, "qemu-tcg", devices=devices).serial)


def serial_line(log):
    (line,) = [line for line in log if line.tag == "serial"]
    return line.pairs


def isa(port):
    return ("-device", f"isa-serial,chardev=serial,iobase={port},irq=3")


CARD = ("-device", "pci-serial,chardev=serial")


@pytest.mark.parametrize("word, devices, source, address", [
    (None, isa("0x2f8"), "com2", "0x2f8"),
    (None, isa("0x2e8"), "com4", "0x2e8"),
    ("serial=com3", isa("0x3e8"), "cmdline", "0x3e8"),
    ("serial=0x1a0", isa("0x1a0"), "cmdline", "0x1a0"),
])
def test_isa(word, devices, source, address, make_disc, elf):
    found = serial_line(boot(make_disc(elf, *([word] if word else [])), *devices))
    assert found == {"source": source, "space": "io", "address": address, "stride": "1",
                     "baud": "115200"}


@pytest.mark.parametrize("word", [None, "serial=pci", "serial=pci0,9600"])
def test_card(word, make_disc, elf):
    found = serial_line(boot(make_disc(elf, *([word] if word else [])), *CARD))
    assert (found["source"], found["space"]) == ("pci", "io")
    assert found["baud"] == ("9600" if word == "serial=pci0,9600" else "115200")


def test_second_port_of_a_card(make_disc, elf):
    found = serial_line(boot(make_disc(elf, "serial=pci1"), "-chardev", "null,id=first",
                             "-device", "pci-serial-2x,chardev1=first,chardev2=serial"))
    assert found["source"] == "pci"


def test_card_behind_a_bridge(make_disc, elf):
    found = serial_line(boot(make_disc(elf), "-device", "pci-bridge,id=bridge,chassis_nr=1",
                             "-device", "pci-serial,chardev=serial,bus=bridge,addr=3"))
    assert found["source"] == "pci"


@pytest.mark.parametrize("word", ["serial=none", "serial=com2", "serial=pci", "serial=spcr", "serial=mem:0xfed00000"])
def test_what_is_not_there_stays_silent(word, make_disc, elf):
    """If the chosen port does not exist, Trapline does not use COM1 instead. The debug console still has the log."""
    outcome = engine.boot(make_disc(elf, word), "qemu-tcg", timeout=20)
    assert outcome.serial == ""
    log = serial_log.parse(outcome.console)
    assert serial_line(log) == {"source": "none"}
    assert log[-1]["code"] == "2"


def spcr(folder, **what):
    """Returns QEMU's options for an SPCR that acpi_tables.spcr() makes."""
    path = folder / "spcr.bin"
    path.write_bytes(acpi_tables.spcr(**what))
    return ("-acpitable", f"file={path}")


def test_as_the_firmware_says(make_disc, elf, tmp_path):
    """Trapline uses the port of the SPCR, although COM1 exists, too."""
    found = serial_line(boot(make_disc(elf), *isa("0x2f8"), "-chardev", "null,id=com1", "-device",
                             "isa-serial,chardev=com1,iobase=0x3f8,irq=4", *spcr(tmp_path, port=0x2F8, baud_code=3)))
    assert found == {"source": "spcr", "space": "io", "address": "0x2f8", "stride": "1", "baud": "9600"}


@pytest.mark.parametrize("how, baud", [
    ({"revision": 3, "clock": 921600}, "4800"),  # no divisor comes near 115200, so QEMU's reset value 12 stays
    ({"revision": 3, "clock": 3686400}, "115200"),
    ({"revision": 4, "clock": 1843200, "baud": 38400}, "38400"),
    ({"revision": 4, "clock": 8, "baud": 38400}, "38400"),
    ({"revision": 2, "clock": 921600, "baud": 38400}, "115200"),
])
def test_the_firmwares_clock_and_rate(how, baud, make_disc, elf, tmp_path):
    found = serial_line(boot(make_disc(elf), *isa("0x2f8"), *spcr(tmp_path, port=0x2F8, **how)))
    assert (found["source"], found["baud"]) == ("spcr", baud)


def test_another_kind_of_port_is_left_alone(make_disc, elf, tmp_path):
    log = boot(make_disc(elf), *isa("0x3f8"), *spcr(tmp_path, port=0x2F8, interface=3))  # a PL011
    assert serial_line(log)["source"] == "com1"
    (table,) = [line for line in log if line.tag == "acpi" and line["table"] == "SPCR"]
    assert (table["status"], table["interface"]) == ("ok", "3")


# The kernel is at 1 MiB, so a search for a port there would overwrite its code.
@pytest.mark.parametrize("address", ["0x100000", "0x2000000", "0x1000", "0xa0000"])
def test_a_wish_for_memory(address, start):
    log = serial_log.parse(engine.boot(start(f"serial=mem:{address}"), "bochs").serial)
    assert (serial_line(log)["source"], serial_line(log)["in_memory"]) == ("com1", address)
    assert log[-1]["code"] == "6"
    assert f"serial=mem:{address}" in log[-1]["why"] and "memory may be there" in log[-1]["why"]


def test_the_firmware_names_memory(make_disc, elf, tmp_path):
    log = boot(make_disc(elf), *isa("0x3f8"), *spcr(tmp_path, port=0x100000, space=0))
    assert (serial_line(log)["source"], serial_line(log)["in_memory"]) == ("com1", "0x100000")
    assert log[-1]["code"] == "2"
