"""The parser of test guests' header comments: what it accepts and what it refuses."""

import pytest

import guest_files

GOOD = """\
; Reads the time.
; And again.
; exits: RDTSC RDTSCP
; words: control.RDTSC_EXITING=1 mem=1
; modes: real 64
; models: corei5_lynnfield_750 tigerlake
; bare: no, it has no clock
; ends: code=1 why=too late .*
%include "guest.inc"
; exits: not read
"""


def test_whole():
    guest = guest_files.parse("clock", GOOD)
    assert guest == guest_files.Guest(
        name="clock", sentence="Reads the time. And again.", exits=("RDTSC", "RDTSCP"),
        words=("control.RDTSC_EXITING=1", "mem=1"), modes=("real", "64"),
        models=("corei5_lynnfield_750", "tigerlake"), not_bare="it has no clock", code=1,
        why="too late .*")
    assert guest.runs() == [("real", "tigerlake"), ("64", "corei5_lynnfield_750"), ("64", "tigerlake")]


def test_shortest():
    guest = guest_files.parse("x", "; Stops.\n; exits: HLT\n; modes: 32\n    hlt\n")
    assert (guest.words, guest.models, guest.not_bare) == ((), guest_files.MODELS, "")
    assert (guest.code, guest.why) == (0, "")


def test_reset():
    assert guest_files.parse("x", GOOD.replace("code=1 why=too late .*", "reset, why not")).code is None


@pytest.mark.parametrize("line, instead", [
    ("; Reads the time.\n; And again.\n", ""),
    ("; exits: RDTSC RDTSCP\n", ""),
    ("; modes: real 64\n", ""),
    ("RDTSC RDTSCP", "RDTSC RDTSC"),
    ("RDTSC RDTSCP", "RDTIME"),
    ("RDTSC RDTSCP", ""),
    ("real 64", "16 64"),
    ("real 64", "real real"),
    ("corei5_lynnfield_750", "core2_penryn_t9600"),
    ("mem=1", "mem"),
    ("; modes:", "; mode:"),
    ("; modes:", "; exits:"),
    ("; modes: real 64", "; modes: real 64\n; modes: 32"),
    ("; modes: real 64", "; modes: real 64\n; a remark"),
    ("no, it has no clock", "yes"),
    ("no, it has no clock", "no"),
    ("code=1 why=too late .*", "code=7"),
    ("code=1 why=too late .*", "why=too late"),
    ("code=1 why=too late .*", "reset"),
])
def test_malformed(line, instead):
    assert line in GOOD
    with pytest.raises(guest_files.HeaderError, match="tests/guests/clock.asm"):
        guest_files.parse("clock", GOOD.replace(line, instead))


@pytest.mark.parametrize("mode", guest_files.BITS)
def test_same_addresses(mode):
    """The binaries for Trapline and for the bare processor have the same layout and differ only in VMCALLs."""
    under, bare = (guest_files.assemble("exceptions", mode, bare) for bare in (False, True))
    assert under != bare
    different = [i for i in range(len(under)) if under[i] != bare[i]]
    vmcalls = [i for i in range(len(under)) if under[i:i + 3] == bytes.fromhex("0f01c1")]
    assert vmcalls
    near_call = 5  # bytes; replaces VMCALL on the bare processor; 3 bytes in 16-bit code
    assert all(any(at <= i < at + near_call for at in vmcalls) for i in different)
