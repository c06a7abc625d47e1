"""rig.py copes with a disc that hangs Linux and with a Linux that hangs. The tests boot no machine."""

import pathlib

import pytest

import engine
import linux_in_bochs
import machine
import rig

DISCS = [pathlib.Path(f"{name}.rom") for name in "abc"]


@pytest.fixture
def linuxes(monkeypatch):
    """linuxes(serial, ...) replaces boots of Linux; each boot returns the next serial output. Returns a list to which
    each boot appends the names of its discs."""
    booted = []

    def prepare(*serials):
        serials = list(serials)
        monkeypatch.setattr(linux_in_bochs, "boot", lambda *_: serials.pop(0))
        return booted

    monkeypatch.setattr(rig, "prepare", lambda folder: b"")
    monkeypatch.setattr(rig, "archive_of", lambda discs: booted.append([disc.stem for disc in discs]) or b"")
    return prepare


def serial_of(*names):
    return "".join(f"rig: begin {name}.rom\n{name} speaks\nrig: end {name}.rom 1\n" for name in names)


def test_each_disc_has_its_run(linuxes):
    booted = linuxes(serial_of("a", "b", "c"))
    assert rig.run_group(None, DISCS) == {f"{name}.rom": rig.Run(f"{name} speaks", 1) for name in "abc"}
    assert booted == [["a", "b", "c"]]


@pytest.mark.parametrize("end", ["", "b speaks\n"])
def test_another_linux_runs_what_is_left(linuxes, end):
    booted = linuxes(serial_of("a") + "rig: begin b.rom\n" + end, serial_of("c"))
    runs = rig.run_group(None, DISCS)
    assert {name: run.status for name, run in runs.items()} == {"a.rom": 1, "b.rom": rig.KILLED, "c.rom": 1}
    assert booted == [["a", "b", "c"], ["c"]]


def test_a_linux_that_does_not_start(linuxes):
    linuxes("Kernel panic\n")
    with pytest.raises(machine.EngineError, match="before it ran a disc.*\nKernel panic"):
        rig.run_group(None, DISCS)


def watched(script, folder):
    """Returns the result of watch() for a shell script that plays the emulator."""
    with engine.running(["sh", "-c", script], folder) as process:
        return linux_in_bochs.watch(process, folder / "serial", 60, silence=0.5)


def test_silence(tmp_path):
    """watch() gives up a machine that uses processor time without output."""
    assert watched("echo begin >serial; while :; do :; done", tmp_path) == "silent"


def test_no_silence(tmp_path):
    """watch() lets a machine that keeps printing run to its end."""
    assert watched("for turn in $(seq 100); do echo $turn >>serial; for step in $(seq 50000); do :; done; done",
                   tmp_path) == "ended"
