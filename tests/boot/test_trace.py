"""trace=ring: it reports the same exits as trace=live, but keeps only the last ones."""

import pytest

import engine
import guest_files
import serial_log

MODEL = "corei7_skylake_x"

# Guests whose exits have all kinds of values, and the keys that a record in memory does not hold.
GUESTS = {
    "cpuid": set(),
    "rdmsr": set(),
    "wrmsr": set(),
    "io": set(),
    "strings": {"linear"},
    "cr3": set(),
    "dr": set(),
    "exceptions": {"idt_error"},
    "invlpg": set(),
    "tables": {"address", "value"},
    "monitor": set(),
    "vmread": {"encoding"},
}
TIMES = {"entered", "exited", "handled"}


def exits_of(source):
    lines = serial_log.parse(engine.boot(source, "bochs", MODEL, timeout=60).serial)
    return [line.pairs for line in lines if line.tag == "exit"], lines


@pytest.mark.parametrize("name", GUESTS)
def test_same_exits(name, start):
    (guest,) = [guest for guest in guest_files.guests() if guest.name == name]
    binary = guest_files.assemble(name, "64")
    live, ring = (exits_of(start("guest=flat", "mode=64", *guest.words, word, modules=(binary,)))[0]
                  for word in ("trace=live", "trace=ring"))
    assert len(live) == len(ring) > 1
    missing = set()
    for printed, recorded in zip(live, ring):
        assert "handled" not in recorded
        assert int(recorded["entered"]) < int(recorded["exited"])
        differs = {key for key in recorded if recorded[key] != printed.get(key)} - TIMES
        assert not differs, (printed, recorded)
        missing |= set(printed) - set(recorded) - TIMES
    assert missing == GUESTS[name]


def test_time_goes_on(start):
    """Each VM entry is later than the previous exit, in both kinds of record."""
    code = bytes.fromhex("bf20000000 31c0 0fa2 0f01c1 ffcf 75f5 b802000000 31db 0f01c1")
    exits, _ = exits_of(start("guest=flat", "trace=ring", modules=(code,)))
    assert {exit["name"] for exit in exits} == {"CPUID", "VMCALL"}
    for before, after in zip(exits, exits[1:]):
        assert int(before["exited"]) < int(after["entered"])


@pytest.mark.parametrize("records, room", [(1, 1), (3, 4), (64, 64), (65, 128)])
def test_overwritten(records, room, start):
    exits, lines = exits_of(start("exits=100", "trace=ring", f"records={records}"))
    (trace,) = [line.pairs for line in lines if line.tag == "trace"]
    recorded = min(room, 100)
    assert trace == {"mode": "ring", "cpu": "0", "records": str(room),
                     "recorded": str(recorded), "overwritten": str(100 - recorded)}
    assert [int(exit["seq"]) for exit in exits] == list(range(101 - recorded, 101))
    assert [exit["action"] for exit in exits] == ["skip"] * (recorded - 1) + ["stop"]


def test_rounds(start):
    """Each round has its own trace."""
    _, lines = exits_of(start("exits=5", "repeat=3", "trace=ring", "records=2"))
    seqs = [line["seq"] if line.tag == "exit" else line.tag for line in lines
            if line.tag in ("trace", "exit")]
    assert seqs == ["trace", "4", "5"] * 3


@pytest.mark.parametrize("exits, mode", [(1000, "live"), (1001, "ring")])
def test_auto(exits, mode, start):
    """By default, guest=hlt prints up to 1000 exits as they occur, and records more exits than that in memory."""
    _, lines = exits_of(start(f"exits={exits}"))
    assert [line["mode"] for line in lines if line.tag == "trace"] == ["ring"] * (mode == "ring")


def test_no_room(start):
    outcome = engine.boot(start("trace=ring", "records=1048576"), "bochs", MODEL, mem=64,
                          timeout=60)
    result = serial_log.parse(outcome.serial)[-1]
    assert result["code"] == "2"
    assert "trace=ring needs 65536 KiB of consecutive memory, found" in result["why"]
