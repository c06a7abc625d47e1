"""Tests tools/check-rooms with small trees, and that its table matches this tree."""

import pathlib
import runpy
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/check-rooms"
ROOMS = runpy.run_path(str(PROGRAM))["ROOMS"]


@pytest.fixture
def check(tmp_path):
    """Returns check(files), which runs the program on a tree of these files and returns its messages.
    With `covered`, the files that unit tests cover, it compiles the tree first."""

    def run(files, covered=None):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        arguments = ["--root", tmp_path]
        if covered is not None:
            for name in files:
                if name.endswith((".c", ".asm")):
                    compiler = (["gcc", "-ffreestanding", "-c"] if name.endswith(".c")
                                else ["nasm", "-f", "elf64"])
                    subprocess.run([*compiler, "-I.", "-o", f"{name}.o", name], cwd=tmp_path,
                                   check=True, timeout=60)
            arguments += ["--objects", tmp_path, "--covered", *covered]
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
        lines = done.stderr.splitlines()
        assert done.returncode == (1 if lines else 0) and done.stdout == ""
        assert all(line.startswith("check-rooms: ") for line in lines)
        return [line.removeprefix("check-rooms: ") for line in lines]

    return run


GOOD = {
    "lib/bits.h": "",
    "lib/fmt.h": '#include "lib/bits.h"\n',
    "lib/fmt.c": '#include "lib/fmt.h"\n#include <stddef.h>\n',
    "kernel/panic.c": '#include "kernel/panic.h"\n#include "lib/fmt.h"\n',
    "kernel/panic.h": "",
    "vmx/run/run.h": '#include "kernel/panic.h"\n',
    "vmx/cpu/cr.h": '#include "vmx/control.h"\n',
    "kernel/main.c": '#include "vmx/run/run.h"\n',
    "boot/start.asm": '%include "boot/offsets.inc"\n',
    "boot/offsets.c": '#include "boot/start.h"\n',
    "boot/start.h": "",
}


def test_good(check):
    assert check(GOOD) == []


@pytest.mark.parametrize("file, include, may_use", [
    ("kernel/panic.c", '#include "vmx/run/run.h"',
     "kernel may use lib, boot, kernel/acpi, kernel/serial"),
    ("lib/fmt.h", '  #  include "kernel/panic.h"', "lib may use nothing"),
    ("boot/header.asm", '%include "kernel/panic.h"', "boot may use lib"),
    ("boot/offsets.c", '#include "kernel/panic.h"', "boot may use lib"),
    ("lib/rows.def", '#include "boot/header.asm"', "lib may use nothing"),
    # vmx/cpu may use only some files of vmx, and not this one.
    ("vmx/cpu/cr.h", '#include "vmx/caps.h"',
     "vmx/cpu may use lib, vmx/control.h, vmx/field.h, vmx/hypercall.h, vmx/state_bits.h"),
])
def test_room(check, file, include, may_use):
    other = include.split('"')[1]
    assert check({other: "", file: f"/* A comment. */\n{include}\n"}) == [
        f"{file} includes {other}: {may_use}"]


@pytest.mark.parametrize("room", ["kernel", "vmx/exit", "vmx/run", "vmx/guests", "kernel/main.c"])
def test_nobody_knows_an_optional_room(check, room):
    file = room if room.endswith(".c") else f"{room}/new.c"
    (line,) = check({"vmx/fuzz/fuzz.h": "", file: '#include "vmx/fuzz/fuzz.h"\n'})
    assert line.startswith(f"{file} includes vmx/fuzz/fuzz.h: {room} may use lib, ")


def test_assembly_includes_what_its_offsets_are_of(check):
    assert check({"vmx/offsets.c": '#include "vmx/caps.h"\n', "vmx/caps.h": "",
                  "boot/header.asm": '%include "vmx/offsets.inc"\n'}) == [
        "boot/header.asm includes vmx/caps.h: boot may use lib"]


def test_cycle_of_two_modules(check):
    """fmt.c needs out.h, and out.c needs fmt.h: no header includes the other."""
    assert check({"lib/fmt.c": '#include "lib/out.h"\n', "lib/fmt.h": "",
                  "lib/out.c": '#include "lib/fmt.h"\n', "lib/out.h": ""}) == [
        "modules include each other in a cycle: lib/fmt -> lib/out -> lib/fmt"]


def test_cycle_of_three_modules_and_a_path_to_it(check):
    assert check({"lib/a.c": '#include "lib/b.h"\n',
                  "lib/b.h": '#include "lib/c.h"\n',
                  "lib/c.asm": '%include "lib/d.h"\n', "lib/c.h": "",
                  "lib/d.h": '#include "lib/b.h"\n'}) == [
        "modules include each other in a cycle: lib/b -> lib/c -> lib/d -> lib/b"]


PURE = {
    "lib/fmt.h": "",
    "lib/fmt.c": '#include "lib/fmt.h"\nint out(void);\nint fmt(void) { return out(); }\n',
    "lib/out.c": "void *memcpy(void *, const void *, unsigned long);\n"
                 "char a[999], b[999];\nint out(void) { memcpy(a, b, sizeof a); return 0; }\n",
    "lib/string.c": "void *memcpy(void *to, const void *from, unsigned long size)\n"
                    '{ __asm__("rep movsb" : "+D"(to), "+S"(from), "+c"(size)); return to; }\n',
}


def test_pure(check):
    says = "is pure, but no unit test covers it; add a row to tests/unit/tests.mk"
    assert check(PURE, covered=["lib/fmt.c", "lib/out.c"]) == []
    assert check(PURE, covered=["lib/fmt.c"]) == [f"lib/out.c {says}"]
    assert check(PURE, covered=["lib/fmt.h", "out.c"]) == [f"lib/fmt.c {says}", f"lib/out.c {says}"]
    assert check(PURE) == []


@pytest.mark.parametrize("files", [
    pytest.param({"lib/out.c": 'int out(void) { __asm__("hlt"); return 0; }\n'}, id="assembly"),
    pytest.param({"lib/fmt.h": '#include "lib/cpu.h"\n',
                  "lib/cpu.h": 'static inline void stop(void) { __asm__("hlt"); }\n',
                  "lib/out.c": '#include "lib/fmt.h"\nint out(void) { return 0; }\n'}, id="header"),
    pytest.param({"lib/out.c": "void stop(void);\nint out(void) { stop(); return 0; }\n",
                  "lib/stop.asm": "global stop\nstop: hlt\n"}, id="assembly file"),
    pytest.param({"lib/out.c": "extern const int text_end;\nint out(void) { return text_end; }\n"},
                 id="linker"),
])
def test_impure(check, files):
    """lib/fmt.c calls lib/out.c, so an impure lib/out.c makes both impure."""
    assert check({**PURE, **files}, covered=[]) == []


def test_the_table_matches_this_tree():
    """Each name in the table is a room or a file, and a row uses only rooms of earlier rows."""
    above = set()
    for room, uses in ROOMS.items():
        assert (ROOT / room).exists()
        for name in uses.split():
            assert (ROOT / name).exists()
            assert name in above or name.rpartition("/")[0] in above, (room, name)
        above.add(room)
