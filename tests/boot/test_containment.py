"""Guests that misbehave: each ends in a way that says what it did, and the host stays whole."""

import pathlib
import re
import subprocess

import pytest

import engine
import serial_log

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ["corei5_lynnfield_750", "corei7_skylake_x", "tigerlake"]


def code(text):
    return bytes.fromhex(text)


# In 64-bit mode, without an IDT.
MISDEEDS = {
    "loops": (code("ebfe"), ["budget=50"], "budget="),
    "halts for ever": (code("f4"), [], "nothing would wake the guest"),
    "floods exits": (code("0fa2 ebfc"), ["budget=50", "trace=2"], "budget="),
    "faults while a fault is delivered": (code("0f0b"), [], "triple fault"),
    "jumps to nowhere": (code("b80000007f ffe0"), [], "triple fault"),  # beyond its page tables
    "jumps beyond its memory": (code("b800000010 ffe0"), [], "not the guest's memory"),
    "writes beyond its memory": (code("b800000001 8900"), [], "not the guest's memory"),
    "reads beyond its memory": (code("b8fcffff3f 8b00"), [], "not the guest's memory"),
    "has page tables beyond its memory": (code("b800000040 0f22d8"), [], "not the guest's memory"),
    "turns on VMX": (code("b820200000 0f22e0"), [], "triple fault"),  # #GP, and no gate for it
    "sets reserved bits of CR0": (code("48b80000000001000000 0f22c0"), [], "triple fault"),
    "reads an MSR of the host's": (code("b979010000 b9e2000000 0f32"), [], "triple fault"),
    "writes an MSR of the host's": (code("b99b000000 31c0 31d2 0f30"), [], "triple fault"),
    "leaves": (code("b803000000 0f01c1 83f8ff 7402 ebfe 0f0b"), ["budget=1000"], "triple fault"),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_misdeed(misdeed, model, make_disc_with, elf):
    binary, words, why = MISDEEDS[misdeed]
    disc = make_disc_with(binary, "guest=flat", "checksum=1", *words)
    lines = serial_log.parse(engine.boot(disc, "bochs", model, mem=64, timeout=60).serial)
    assert lines[-1]["code"] == "1"
    assert why in lines[-1]["why"]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]
    (host,) = [line for line in lines if line.tag == "host"]
    assert host["before"] == host["after"]


def test_trace(make_disc_with):
    """The exits asked for and the last one are printed; all are counted."""
    disc = make_disc_with(code("0fa2 ebfc"), "guest=flat", "budget=50", "trace=2")
    lines = serial_log.parse(engine.boot(disc, "bochs", None, timeout=60).serial)
    exits = [int(line["seq"]) for line in lines if line.tag == "exit"]
    (stats,) = [line for line in lines if line.tag == "stats"]
    assert exits[:2] == [1, 2]
    assert len(exits) == 3
    assert exits[-1] == int(stats["count"]) > 10


def test_checksum_sees_a_change(make_disc, elf):
    """A word of memory is written to the host's own, between the two sums."""
    disc = make_disc(elf, "checksum=1", "memory.0x2000=77")
    lines = serial_log.parse(engine.boot(disc, "bochs", None, mem=64, timeout=60).serial)
    (host,) = [line for line in lines if line.tag == "host"]
    assert host["before"] != host["after"]
    assert lines[-1]["code"] == "5"


@pytest.mark.parametrize("guest", ["sweep", "stress"])
def test_long(guest, make_disc_with, tmp_path):
    """A guest that tries all that is not its own, and one that makes ten million exits."""
    source = ROOT / f"tests/guests/{guest}.asm"
    words = re.search(r"^; words: (.*)$", source.read_text(), re.MULTILINE)[1].split()
    binary = tmp_path / guest
    subprocess.run(["nasm", "-f", "bin", "-w+error", "-DMODE=64", "-I", f"{source.parent}/", "-o",
                    binary, source], check=True)
    disc = make_disc_with(binary.read_bytes(), "guest=flat", *words)
    lines = serial_log.parse(engine.boot(disc, "bochs", None, timeout=1200).serial)
    assert lines[-1]["code"] == "0", lines[-1]
    (host,) = [line for line in lines if line.tag == "host"]
    assert host["before"] == host["after"]
    (last,) = [line for line in lines if line.tag == "exit"]  # trace=0
    assert guest != "stress" or int(last["seq"]) >= 10_000_000


def test_rounds_begin_alike(make_disc_with):
    """What one round wrote to its memory the next one does not find."""
    binary = code("8b1c2500900000 ff042500900000 b802000000 0f01c1")  # finish([0x9000]++)
    lines = serial_log.parse(engine.boot(make_disc_with(binary, "guest=flat", "repeat=2"), "bochs",
                                         None, timeout=60).serial)
    assert lines[-1]["code"] == "0"
    assert len([line for line in lines if line.tag == "entry"]) == 2
