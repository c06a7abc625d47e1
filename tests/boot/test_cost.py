"""What a VM exit costs: the instructions of ours from a VM exit to the VM entry after it, printing aside.

Bochs's time-stamp counter advances by one an instruction, VM exits and entries themselves have no hidden
cost there, and a disc runs the same way each time. Of two runs that differ in nothing but the number of
exits, the time that lies between is that of so many exits more, and of the guest's loop around them."""

import pytest

import engine
import serial_log

MODEL = "corei7_skylake_x"
FEW, MANY = 1000, 2000

# In 64-bit mode: the instructions of a loop that makes one exit each time, how many they are, and the most
# that we may spend on it. The loop's DEC and JNZ are two more.
LOOPS = {
    "CPUID": ("31c0 31c9 0fa2", 3, 100),  # leaf 0
    "CPUID of features": ("b801000000 31c9 0fa2", 3, 100),
    "CPUID of XSAVE": ("b80d000000 b901000000 0fa2", 3, 100),
    "CPUID of the hypervisor": ("b800000040 31c9 0fa2", 3, 100),
    "VMCALL": ("31c0 0f01c1", 2, 235),
    "RDMSR": ("b974010000 0f32", 2, 300),
    "WRMSR": ("b974010000 31c0 31d2 0f30", 4, 480),
    "IN": ("e480", 1, 340),
    "OUT": ("e680", 1, 320),
}


def time_of(disc):
    """The time stamp of the exit that ended the guest."""
    lines = serial_log.parse(engine.boot(disc, "bochs", MODEL, timeout=60).serial)
    assert lines[-1]["status"] == "pass", lines[-1]
    return int([line for line in lines if line.tag == "exit"][-1]["exited"])


def loop(body, count):
    """`count` times around the body, and the guest finishes."""
    start = b"\xbf" + count.to_bytes(4, "little")  # mov edi, count
    jump = bytes.fromhex("ffcf 75") + (256 - len(body) - 4).to_bytes(1, "little")
    return start + body + jump + bytes.fromhex("b802000000 31db 0f01c1")


@pytest.mark.parametrize("exit", LOOPS)
def test_exit(exit, make_disc_with):
    body, instructions, most = LOOPS[exit]
    few, many = (time_of(make_disc_with(loop(bytes.fromhex(body), count), "guest=flat", "trace=1"))
                 for count in (FEW, MANY))
    cost, rest = divmod(many - few, MANY - FEW)
    assert rest == 0, "each exit costs the same"
    assert 0 < cost - instructions - 2 <= most


def test_hlt(elf, make_disc):
    """Each is skipped but the last."""
    few, many = (time_of(make_disc(elf, "trace=1", f"exits={count}")) for count in (FEW, MANY))
    cost, rest = divmod(many - few, MANY - FEW)
    assert rest == 0, "each exit costs the same"
    assert 0 < cost - 1 <= 80
