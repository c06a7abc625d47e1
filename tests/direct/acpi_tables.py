"""ACPI tables, as bytes (ACPI Specification 6.5, §5.2)."""

import struct

HEADER = 36  # bytes, of each table
LOCAL_APIC, IO_APIC = 0xFEE00000, 0xFEC00000


def add_up(data, at):
    """The same bytes with the checksum at offset `at`: the sum of all bytes is 0."""
    data = bytearray(data)
    data[at] = 0
    data[at] = -sum(data) & 0xFF
    return bytes(data)


def table(signature, revision, body):
    return add_up(struct.pack("<4sIBB6s8sI4sI", signature, HEADER + len(body), revision, 0, b"TESTER",
                              b"TEST" + signature, 1, b"TEST", 1) + body, 9)


def lay_out(tables, at):
    """The root pointer, and the bytes to put at address `at`: an XSDT and then these tables."""
    addresses, place = [], at + HEADER + 8 * len(tables)
    for data in tables:
        addresses.append(place)
        place += len(data)
    root = table(b"XSDT", 1, struct.pack(f"<{len(tables)}Q", *addresses))
    pointer = add_up(struct.pack("<8sB6sBI", b"RSD PTR ", 0, b"TESTER", 2, 0), 8)  # as of ACPI 1.0
    pointer = add_up(pointer + struct.pack("<IQB3x", 36, at, 0), 32)
    return pointer, root + b"".join(tables)


def madt(local_apics, x2apics=0):
    """Processors with a local APIC entry each, numbered from 0, then processors with an x2APIC entry each."""
    body = struct.pack("<II", LOCAL_APIC, 0)
    for number in range(local_apics):
        body += struct.pack("<BBBBI", 0, 8, number, number, 1)
    for number in range(local_apics, local_apics + x2apics):
        body += struct.pack("<BBxxIII", 9, 16, number, 1, number)
    return table(b"APIC", 4, body + struct.pack("<BBBxII", 1, 12, 0, IO_APIC, 0))


def spcr(port, space=1, baud_code=7, interface=0, revision=2, clock=0, baud=0):
    """A 16550 at an I/O port or, in space 0, at an address. Revision 2 has 80 bytes, revision 3 puts the clock in four
    reserved ones, and revision 4 appends the baud rate."""
    body = struct.pack("<B3xBBBBQ", interface, space, 8, 0, 1, port) + struct.pack("<BBIBBBB", 0, 0, 0, baud_code, 0, 1, 0)
    body += bytes(2) + struct.pack("<HHBBBIBI", 0xFFFF, 0xFFFF, 0, 0, 0, 0, 0, clock)
    if revision >= 4:
        body += struct.pack("<I", baud)
    return table(b"SPCR", revision, body)
