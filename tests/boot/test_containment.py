"""Guests that misbehave: Trapline stops each one, reports why, and the host stays intact."""

import pytest

import engine
import guest_files
import serial_log

MEM = 24  # MiB; 16 of them belong to the guest, and checksum=1 covers the rest
MODELS = ["corei5_lynnfield_750", "corei7_skylake_x", "tigerlake"]


def code(text):
    return bytes.fromhex(text)


# Name of the misdeed: the guest's 64-bit code, options, and a part of the reason in the result. The guests
# have no IDT, so every exception ends in a triple fault.
MISDEEDS = {
    "loops": (code("ebfe"), ["budget=50"], "budget="),
    "halts for ever": (code("f4"), [], "nothing would wake the guest"),
    "floods exits": (code("0fa2 ebfc"), ["budget=50", "trace=2"], "budget="),
    "faults while a fault is delivered": (code("0f0b"), [], "triple fault"),
    "jumps to nowhere": (code("b80000007f ffe0"), [], "triple fault"),  # beyond its page tables
    "jumps beyond its memory": (code("b800000010 ffe0"), [], "memory that is not the guest's"),
    "writes beyond its memory": (code("b800000001 8900"), [], "memory that is not the guest's"),
    "reads beyond its memory": (code("b8fcffff3f 8b00"), [], "memory that is not the guest's"),
    "has page tables beyond its memory": (code("b800000040 0f22d8"), [], "memory that is not the guest's"),
    "turns on VMX": (code("b820200000 0f22e0"), [], "triple fault"),  # #GP, and no gate for it
    "sets reserved bits of CR0": (code("48b80000000001000000 0f22c0"), [], "triple fault"),
    "reads an MSR of the host's": (code("b979010000 b9e2000000 0f32"), [], "triple fault"),
    "writes an MSR of the host's": (code("b99b000000 31c0 31d2 0f30"), [], "triple fault"),
    "leaves": (code("b803000000 0f01c1 83f8ff 7402 ebfe 0f0b"), ["budget=1000"], "triple fault"),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_misdeed(misdeed, model, start):
    binary, words, why = MISDEEDS[misdeed]
    source = start("guest=flat", "checksum=1", *words, modules=(binary,))
    lines = serial_log.parse(engine.boot(source, "bochs", model, MEM, timeout=60).serial)
    assert lines[-1]["code"] == "1"
    assert why in lines[-1]["why"]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]
    (host,) = [line for line in lines if line.tag == "host"]
    assert host["before"] == host["after"]


def test_trace(start):
    """trace=N prints the first N exits and the last one; the statistics count all."""
    source = start("guest=flat", "budget=50", "trace=2", modules=(code("0fa2 ebfc"),))
    lines = serial_log.parse(engine.boot(source, "bochs", None, timeout=60).serial)
    exits = [int(line["seq"]) for line in lines if line.tag == "exit"]
    (stats,) = [line for line in lines if line.tag == "stats"]
    assert exits[:2] == [1, 2]
    assert len(exits) == 3
    assert exits[-1] == int(stats["count"]) > 10


def test_checksum_sees_a_change(start):
    """The checksum changes if a word of host memory is written between the two sums."""
    source = start("checksum=1", "memory.0x2000=77")
    lines = serial_log.parse(engine.boot(source, "bochs", None, MEM, timeout=60).serial)
    (host,) = [line for line in lines if line.tag == "host"]
    assert host["before"] != host["after"]
    assert lines[-1]["code"] == "5"


# sweep tries every resource that it does not own; stress makes ten million exits. The -part tests are shorter.
@pytest.mark.parametrize("name, defines, mem, least_exits", [
    pytest.param("sweep", (), 256, 2_200_000, id="sweep", marks=pytest.mark.long),
    pytest.param("sweep", ("STEP=61",), MEM, 36_000, id="sweep-part"),
    pytest.param("stress", (), 256, 10_000_000, id="stress", marks=pytest.mark.long),
    pytest.param("stress", ("ROUNDS=4000",), MEM, 100_000, id="stress-part"),
])
def test_long(name, defines, mem, least_exits, start):
    (guest,) = [guest for guest in guest_files.guests() if guest.name == name]
    source = start("guest=flat", *guest.words,
                   modules=(guest_files.assemble(name, "64", defines=defines),))
    lines = serial_log.parse(engine.boot(source, "bochs", None, mem, timeout=1200).serial)
    assert lines[-1]["code"] == "0", lines[-1]
    (host,) = [line for line in lines if line.tag == "host"]
    assert host["before"] == host["after"]
    (last,) = [line for line in lines if line.tag == "exit"]  # trace=0
    assert int(last["seq"]) >= least_exits


def test_rounds_begin_alike(start):
    """A round starts with fresh guest memory, without the writes of the round before."""
    binary = code("8b1c2500900000 ff042500900000 b802000000 0f01c1")  # finish([0x9000]++)
    source = start("guest=flat", "repeat=2", modules=(binary,))
    lines = serial_log.parse(engine.boot(source, "bochs", None, timeout=60).serial)
    assert lines[-1]["code"] == "0"
    assert len([line for line in lines if line.tag == "entry"]) == 2
