"""Runs the test guests: flat binaries that check from the inside that they see what a bare processor would show."""

import pytest

import def_tables
import engine
import exit_coverage
import guest_files
import serial_log

GUESTS = [guest for guest in guest_files.guests() if guest.name not in guest_files.LONG]


@pytest.fixture
def flat(start):
    """flat(binary, *words) returns a source for engine.boot() with this binary as the flat guest."""
    return lambda binary, *words: start("guest=flat", *words, modules=(binary,))


def boot(source, model):
    outcome = engine.boot(source, "bochs", model, timeout=60)
    return serial_log.parse(outcome.serial)


def boot_without_result(source, model):
    """Returns the complete lines of a machine that ends before it prints a result line."""
    outcome = engine.boot(source, "bochs", model, timeout=60)
    assert outcome.reason == "ended"
    return [serial_log.parse_line(text) for text in outcome.serial.split("\r\n")[:-1]]


def runs():
    return [pytest.param(guest, mode, model, id=f"{guest.name}-{mode}-{model}")
            for guest in GUESTS for mode, model in guest.runs()]


def texts_of(lines):
    return [line["text"] for line in lines if line.tag == "guest"]


def answers_of(texts):
    """Returns the lines with the guest's notes among all that it printed."""
    return [text for text in texts if text.startswith("notes:")]


def answers_bare(guest, mode, model, start):
    """Returns the guest's notes on the bare processor, without Trapline."""
    source = start(kernel=guest_files.bare_kernel(mode),
                   modules=(guest_files.assemble(guest.name, mode, bare=True),))
    outcome = engine.boot(source, "bochs", model, timeout=60)
    assert outcome.reason == "ended"
    return answers_of(outcome.serial.split("\r\n"))


@pytest.mark.parametrize("guest, mode, model", runs())
def test_guest(guest, mode, model, flat, start, record_property):
    """The guest ends as declared, provokes the declared exits, and notes the same as on the bare processor."""
    source = flat(guest_files.assemble(guest.name, mode), f"mode={mode}", *guest.words)
    lines = boot(source, model) if guest.code is not None else boot_without_result(source, model)
    missing, handled = exit_coverage.note(record_property, guest, mode, model, lines)
    assert handled, lines[-1]
    assert missing == []
    if guest.code is not None:
        assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]
    if not guest.not_bare:
        answers = answers_of(texts_of(lines))
        assert answers
        assert answers == answers_bare(guest, mode, model, start)


def test_every_reason():
    """Each exit reason has either a guest that provokes it or an explanation in exit_coverage.toml, never both."""
    known = set(def_tables.exit_reasons())
    by_guest = {name for guest in guest_files.guests() for name in guest.exits}
    without = set(exit_coverage.explained("why_not"))
    assert by_guest | without == known
    assert by_guest & without == set()


def test_two_models():
    """Guests provoke each exit reason on two models or more, or exit_coverage.toml explains why on one; never both."""
    models = {}
    for guest in guest_files.guests():
        for name in guest.exits:
            models.setdefault(name, set()).update(guest.models)
    alone = {name for name in models if len(models[name]) == 1}
    assert alone == set(exit_coverage.explained("one_model"))


def test_no_unrestricted_guest(flat):
    """Trapline reports that a processor without unrestricted guest cannot run real mode."""
    binary = guest_files.assemble("vmcall", "real")
    result = boot(flat(binary, "mode=real"), guest_files.NOT_REAL)[-1]
    assert result["code"] == "2"
    assert "UNRESTRICTED_GUEST" in result["why"]


FINISH = bytes.fromhex("b802000000 bb07000000 0f01c1")  # mov eax, 2; mov ebx, 7; vmcall


def test_status(flat):
    """A guest that finishes with a status other than 0 fails, and the result names the status."""
    result = boot(flat(FINISH), "corei7_skylake_x")[-1]
    assert result["code"] == "1"
    assert result["why"] == "the guest finished with status 7"


def test_print(flat):
    lines = boot(flat(guest_files.assemble("vmcall", "64")), "corei7_skylake_x")
    assert texts_of(lines)[0] == "vmcall: begins"


ROOM = (1 << 20) - 0x8000  # bytes available for a binary with mem=1


@pytest.mark.parametrize("binary,size,words,code", [
    (FINISH, 0, ["mem=1"], 1),
    (FINISH, ROOM, ["mem=1"], 1),
    (FINISH, ROOM + 1, ["mem=1"], 6),
    (b"", 0, [], 6),
    (FINISH, 0, ["mem=0"], 6),
    (FINISH, 0, ["mode=16"], 6),
    (FINISH, 0, ["mem=1024"], 2),  # more than the machine has
    (b"\xf4", 0, [], 1),  # HLT that nothing wakes
    (b"\xeb\xfe", 0, ["vmcs.VMX_PREEMPTION_TIMER_VALUE=1000"], 1),  # loops for ever
])
def test_ends(binary, size, words, code, flat):
    source = flat(binary.ljust(size, b"\0"), *words)
    assert boot(source, "corei7_skylake_x")[-1]["code"] == str(code)


@pytest.mark.parametrize("guest,mode", [("exceptions", "64"), ("modes", "real")])
def test_more_exits(guest, mode, flat):
    """Guests work the same if further controls make handlers do the work of the processor."""
    controls = ["RDTSC_EXITING", "MOV_DR_EXITING", "INVLPG_EXITING", "PAUSE_EXITING",
                "CR3_LOAD_EXITING", "CR3_STORE_EXITING", "DESCRIPTOR_TABLE_EXITING"]
    lines = boot(flat(guest_files.assemble(guest, mode), f"mode={mode}",
                           *[f"control.{name}=1" for name in controls]), "corei7_skylake_x")
    assert lines[-1]["code"] == "0", lines[-1]


def test_next_guest(flat):
    """Neither the next guest nor the host sees processor state that a guest left behind."""
    binary = guest_files.assemble("fresh", "64")
    lines = boot(flat(binary, "repeat=2"), "corei7_skylake_x")
    assert lines[-1]["code"] == "0", lines[-1]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"] * 2


@pytest.mark.parametrize("exiting", [0, 1])
def test_scaled_time(exiting, flat):
    """With a multiplier of 64, a time stamp that the guest wrote advances 64 times as fast, with and without exits."""
    binary = guest_files.assemble("rdtsc", "64")
    lines = boot(flat(binary, "control.USE_TSC_OFFSETTING=1",
                           "control.USE_TSC_SCALING=1", f"vmcs.TSC_MULTIPLIER={1 << 54:#x}",
                           f"control.RDTSC_EXITING={exiting}"), "tigerlake")
    assert lines[-1]["code"] == "0", lines[-1]


def test_triple_fault(flat):
    """The guest loads an IDT without usable entries and causes an exception."""
    result = boot(flat(bytes.fromhex("0f011c2500500000 0f0b")), "corei7_skylake_x")[-1]
    assert result["code"] == "1"
    assert "triple fault" in result["why"]


def test_no_module(start):
    result = boot(start("guest=flat"), "corei7_skylake_x")[-1]
    assert result["code"] == "6"
    assert "module2" in result["why"]
