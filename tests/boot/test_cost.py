"""Limits the cost of a VM exit: the number of instructions that Trapline executes from a VM exit to the next VM
entry, without printing.

In Bochs, the time-stamp counter advances by one for each instruction, VM exits and VM entries take no further
time, and a boot always runs the same way. Two runs differ only in the number of exits. So the difference of their
times is the cost of the additional exits and of the guest's loop around them."""

import pytest

import engine
import serial_log

MODEL = "corei7_skylake_x"
FEW, MANY = 1000, 2000

# Name: 64-bit code of a loop's body that makes one exit, its number of instructions, and the limit for
# Trapline's instructions. DEC and JNZ of the loop are two further instructions.
LOOPS = {
    "CPUID": ("31c0 31c9 0fa2", 3, 100),  # leaf 0
    "CPUID of features": ("b801000000 31c9 0fa2", 3, 100),
    "CPUID of XSAVE": ("b80d000000 b901000000 0fa2", 3, 100),
    "CPUID of the hypervisor": ("b800000040 31c9 0fa2", 3, 100),
    "VMCALL": ("31c0 0f01c1", 2, 240),
    "RDMSR": ("b974010000 0f32", 2, 310),
    "WRMSR": ("b974010000 31c0 31d2 0f30", 4, 360),
    "IN": ("e480", 1, 345),
    "OUT": ("e680", 1, 330),
}


def time_of(source):
    """Returns the time stamp of the exit that ended the guest. The run must pass."""
    lines = serial_log.parse(engine.boot(source, "bochs", MODEL, timeout=60).serial)
    assert lines[-1]["status"] == "pass", lines[-1]
    return int([line for line in lines if line.tag == "exit"][-1]["exited"])


def loop(body, count):
    """Returns the code of a guest that executes body count times and finishes with status 0."""
    start = b"\xbf" + count.to_bytes(4, "little")  # mov edi, count
    jump = bytes.fromhex("ffcf 75") + (256 - len(body) - 4).to_bytes(1, "little")
    return start + body + jump + bytes.fromhex("b802000000 31db 0f01c1")


def cost_of(make):
    """Returns the instructions of one exit and one round of the guest's loop. make(count) returns the source of a guest
    that makes count exits."""
    few, many = (time_of(make(count)) for count in (FEW, MANY))
    cost, rest = divmod(many - few, MANY - FEW)
    assert rest == 0, f"each exit must cost the same, but {MANY - FEW} exits cost {many - few} instructions"
    return cost


def cost_of_loop(exit, start, *words):
    body, instructions, _ = LOOPS[exit]
    binary = bytes.fromhex(body)
    return cost_of(lambda count: start("guest=flat", *words, modules=(loop(binary, count),))) \
        - instructions - 2


def cost_of_hlt(start, *words):
    return cost_of(lambda count: start(f"exits={count}", *words)) - 1


@pytest.mark.parametrize("exit", LOOPS)
def test_exit(exit, start):
    assert 0 < cost_of_loop(exit, start, "trace=1") <= LOOPS[exit][2]


def test_hlt(start):
    """Trapline skips each HLT except the last one."""
    assert 0 < cost_of_hlt(start, "trace=1") <= 80


# The limit for the cost of a record. It is low for exits that a fast path handles.
@pytest.mark.parametrize("exit, most", [("CPUID", 30), ("VMCALL", 70), ("WRMSR", 100)])
def test_record(exit, most, start):
    without, recorded = (cost_of_loop(exit, start, *words)
                         for words in (["trace=1"], ["trace=ring", "records=1"]))
    assert 0 < recorded - without <= most


def test_record_of_hlt(start):
    without, recorded = (cost_of_hlt(start, *words)
                         for words in (["trace=1"], ["trace=ring", "records=1"]))
    assert 0 < recorded - without <= 30
