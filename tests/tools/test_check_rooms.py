"""Tests tools/check-rooms with small trees, and that its tables match this tree and its documentation."""

import pathlib
import re
import runpy
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/check-rooms"
TABLES = runpy.run_path(str(PROGRAM))
ROOMS, FILES = TABLES["ROOMS"], TABLES["FILES"]


@pytest.fixture
def check(tmp_path):
    """Returns check(files), which runs the program on a tree of these files and returns its messages.
    With `covered`, the files that unit tests cover, it compiles the tree first. makefile: the rooms that
    the Makefile has."""

    def run(files, covered=None, makefile=None):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        arguments = ["--root", tmp_path]
        if makefile is not None:
            arguments += ["--rooms", *makefile]
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
    "vmx/control.h": "#include <stdarg.h>\n#include <stdbool.h>\n#include <stdint.h>\n",
    "kernel/main.c": '#include "vmx/run/run.h"\n',
    "boot/start.asm": '%include "boot/offsets.inc"\n',
    "boot/offsets.c": '#include "boot/start.h"\n',
    "boot/start.h": "",
}


def test_good(check):
    assert check(GOOD, makefile=ROOMS) == []


def test_the_makefile_has_other_rooms(check):
    assert check(GOOD, makefile=[*(ROOMS.keys() - {"lib", "vmx/fuzz"}), "vmx/new"]) == [
        "lib is a room, but ROOMS in the Makefile does not have it",
        "vmx/fuzz is a room, but ROOMS in the Makefile does not have it",
        "vmx/new is in ROOMS of the Makefile, but not in the table of tools/check-rooms"]


@pytest.mark.parametrize("file", ["new.c", "new.h", "new.def", "new.asm"])
def test_unknown_folder(check, file):
    assert check({"vmx/fuzz/fuzz.h": "", f"vmx/new/{file}": '#include "vmx/fuzz/fuzz.h"\n',
                  "lib/a/b/c.h": "", "vmx/notes/readme.md": ""}) == [
        "lib/a/b has sources, but the table of tools/check-rooms has no row for it",
        "vmx/new has sources, but the table of tools/check-rooms has no row for it"]


@pytest.mark.parametrize("include, name", [
    ('#include "panic.h"', "panic.h"),
    ('#include "../vmx/exit/vcpu.h"', "../vmx/exit/vcpu.h"),
    ('#include "kernel/../vmx/exit/vcpu.h"', "kernel/../vmx/exit/vcpu.h"),
    ("#include <kernel/panik.h>", "kernel/panik.h"),
    ("#include <stdlib.h>", "stdlib.h"),
    ("#include PANIC_H", "PANIC_H"),
    ('%include "kernel/offsets.inc"', "kernel/offsets.inc"),
    ('%include "kernel/other.inc"', "kernel/other.inc"),
])
def test_include_of_no_file(check, include, name):
    assert check({"kernel/panic.h": "", "vmx/exit/vcpu.h": "", "kernel/new.c": f"{include}\n"}) == [
        f"kernel/new.c includes {name}, and no room has a file of this name"]


@pytest.mark.parametrize("file, include, may_use", [
    ("kernel/panic.c", '#include "vmx/run/run.h"',
     "kernel may use lib, boot, kernel/acpi, kernel/serial"),
    ("lib/fmt.h", '  #  include "kernel/panic.h"', "lib may use nothing"),
    ("boot/header.asm", '%include "kernel/panic.h"', "boot may use lib"),
    ("boot/offsets.c", '#include "kernel/panic.h"', "boot may use lib"),
    ("lib/rows.def", '#include "boot/header.asm"', "lib may use nothing"),
    ("kernel/panic.c", '#include <vmx/exit/vcpu.h>',
     "kernel may use lib, boot, kernel/acpi, kernel/serial"),
    ("lib/fmt.c", '#include"kernel/panic.h" /* Why. */', "lib may use nothing"),
    ("lib/fmt.asm", '%INCLUDE "kernel/panic.h"', "lib may use nothing"),
    # vmx/cpu may use only some files of vmx, and not this one.
    ("vmx/cpu/cr.h", '#include "vmx/caps.h"',
     "vmx/cpu may use lib, vmx/control.h, vmx/field.h, vmx/hypercall.h, vmx/state_bits.h"),
])
def test_room(check, file, include, may_use):
    other = re.search('["<](.*)[">]', include)[1]
    assert check({other: "", file: f"/* A comment. */\n{include}\n"}) == [
        f"{file} includes {other}: {may_use}"]


@pytest.mark.parametrize("room", ["kernel", "vmx/exit", "vmx/run", "vmx/guests", "kernel/main.c"])
def test_nobody_knows_an_optional_room(check, room):
    file = room if room.endswith(".c") else f"{room}/new.c"
    (line,) = check({"vmx/fuzz/fuzz.h": "", file: '#include "vmx/fuzz/fuzz.h"\n'})
    assert line.startswith(f"{file} includes vmx/fuzz/fuzz.h: {room} may use lib, ")


def test_declaration_instead_of_an_include(check):
    """Only the table of guests may name an optional room, and no room may name one above it."""
    files = {"vmx/fuzz/fuzz.c": "const int guest_fuzz = 1;\n",
             "vmx/control.c": "const int control_table[1] = {1};\n"}
    uses = "extern const int guest_fuzz, control_table[1];\nint {0}(void);\n" \
           "int {0}(void) {{ return guest_fuzz + control_table[0]; }}\n"
    users = ["vmx/guests/guest.c", "vmx/guests/hlt.c", "vmx/cpu/cr.c", "lib/fmt.c"]
    files.update({file: uses.format(pathlib.Path(file).stem) for file in users})
    lines = check(files, covered=files)
    assert [line.partition(": ")[0] for line in lines] == [
        "lib/fmt.c uses a symbol of vmx/control.c", "lib/fmt.c uses a symbol of vmx/fuzz/fuzz.c",
        "vmx/cpu/cr.c uses a symbol of vmx/fuzz/fuzz.c",
        "vmx/guests/hlt.c uses a symbol of vmx/fuzz/fuzz.c"]
    assert lines[0].endswith(": lib may use nothing")


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


INLINE = "static inline int one(int a,\n                      int b)\n{\n    return a + b;\n}\n"


@pytest.mark.parametrize("text", [INLINE, "static inline int one(void) { return 1; }\n"])
def test_header_with_functions(check, text):
    says = "lib/one.h is pure, but no unit test covers it; add a row to tests/unit/tests.mk"
    files = {"lib/one.h": text, "lib/one.c": "const int two = 2;\n"}
    assert check(files, covered=["lib/one.c"]) == [says]
    assert check(files, covered=["lib/one.c", "lib/one.h"]) == []


@pytest.mark.parametrize("files", [
    pytest.param({"lib/one.h": f'#include "lib/cpu.h"\n{INLINE}',
                  "lib/cpu.h": 'static inline void stop(void) { __asm__("hlt"); }\n'}, id="assembly"),
    pytest.param({"lib/one.h": INLINE, "lib/one.c": 'void one(void) { __asm__("hlt"); }\n'}, id="C file"),
    pytest.param({"lib/one.h": "int one(void);\nextern const int two[];\n"
                               "static const int three[] = {sizeof(int)};\n"
                               "_Static_assert(sizeof(int) == 4, \"\");\nstruct s {\n    int a;\n};\n"},
                 id="no functions"),
])
def test_header_that_needs_no_test(check, files):
    assert check({"lib/other.c": "const int other = 1;\n", **files}, covered=["lib/other.c"]) == []


def test_the_tables_match_this_tree():
    """Each name in the tables is a room or a file, and a room uses only rooms of earlier rows."""
    above = set()
    for room, uses in ROOMS.items():
        assert (ROOT / room).is_dir()
        for name in uses.split():
            assert (ROOT / name).exists()
            assert name in above or name.rpartition("/")[0] in above, (room, name)
        above.add(room)
    for file, uses in FILES.items():
        assert all((ROOT / name).exists() for name in [file, *uses.split()])


def test_the_documentation_has_the_same_tables():
    text = (ROOT / "docs/architecture.md").read_text()
    section = text.partition("## Rooms\n")[2].partition("\n## ")[0]
    documented = {}
    for names, _, uses in re.findall(r"^\| (`.*) \| (.*) \| (.*) \|$", section, re.MULTILINE):
        above = [room for room in documented if room in ROOMS]
        may_use = {"nothing": [], "all of the above": above}.get(uses, re.findall("`([^`]+)`", uses))
        for name in re.findall("`([^`]+?)/?`", names):
            documented[name] = set(may_use)
    assert documented == {name: set(uses.split()) for name, uses in {**ROOMS, **FILES}.items()}
