"""The Makefile builds reproducibly, and rebuilds only what changed."""

import os
import shutil
import subprocess

import pytest


@pytest.fixture
def copy(root, tmp_path):
    """copy(name) copies the sources without build output into a folder of that name and returns the folder."""

    def run(name):
        return shutil.copytree(root, tmp_path / name, copy_function=shutil.copy,
                               ignore=shutil.ignore_patterns("build", ".git", "__pycache__"))

    return run


def make(folder, *words, **environment):
    """Runs make and returns its output. Hides the variables of the make that runs the tests."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    process = subprocess.run(["make", *words], cwd=folder, env={**inherited, **environment},
                             check=False, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    assert process.returncode == 0, process.stdout
    return process.stdout


# Goals for make: the whole kernel, or a few of its objects.
WHOLE, PART = ["build/trapline.elf"], [f"build/{name}.o" for name in ("lib/string.c", "kernel/percpu.c",
                                                                      "boot/header.asm", "boot/start.asm")]


@pytest.mark.parametrize("compiler, goals", [
    pytest.param("gcc", [*WHOLE, "build/trapline.iso"], id="gcc", marks=pytest.mark.long),
    pytest.param("clang", [*WHOLE, "build/trapline.iso"], id="clang", marks=pytest.mark.long),
    pytest.param("gcc", PART, id="gcc-part"),
    pytest.param("clang", PART, id="clang-part"),
])
def test_reproducible(compiler, goals, copy):
    one = copy("one")
    other = copy("another/and a deeper one")
    make(one, f"CC={compiler}", *goals)
    make(other, f"CC={compiler}", "-j3", *goals, TZ="Asia/Tokyo", LC_ALL="C.UTF-8", HOME="/")
    for name in goals:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.parametrize("goals", [
    pytest.param(WHOLE, id="whole", marks=pytest.mark.long),
    pytest.param(PART, id="part"),
])
def test_rebuilds_what_changed_and_no_more(goals, copy):
    folder = copy("one")
    first = make(folder, "-s", *goals)
    link = ["build/trapline.elf", "build/trapline.elf"] if goals == WHOLE else []
    assert ("LD    build/trapline.elf" in first) == (goals == WHOLE)

    def built(*words):
        return make(folder, "-s", *goals, *words).split()[1::2]

    def change(name, old, new):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    assert built() == []
    change("lib/string.c", "\n", "\n\n")
    assert built() == ["lib/string.c", *link]
    change("boot/header.asm", "\n", "\n\n")
    assert built() == ["boot/header.asm", *link]
    change("linker.ld", "\n", "\n\n")
    assert built() == link
    # Most C files include this header, and assembly depends on it through offsets.inc.
    change("kernel/percpu.h", "\n", "\n\n")
    everything = built()
    assert {"kernel/offsets.c", "kernel/percpu.c", "boot/start.asm", *link} <= set(everything)
    assert "lib/string.c" not in everything
    # A changed flag, an added source and a removed source.
    assert len(built("CFLAGS=-O2")) == len(first.split()) // 2
    (folder / "kernel/extra.c").write_text("extern int extra;\nint extra;\n")
    assert {"kernel/extra.c" if goals == WHOLE else "lib/string.c", *link} <= set(built())
    (folder / "kernel/extra.c").unlink()
    assert {"lib/string.c", *link} <= set(built())


# A kernel of two sources, which builds quickly.
SMALL = "SOURCES=boot/header.asm kernel/extra.asm"
SOUND = "section .text\nglobal start\nstart: hlt\n"


@pytest.mark.parametrize("words", [
    pytest.param([], id="whole", marks=pytest.mark.long),
    pytest.param([SMALL], id="part"),
])
def test_failed_check_leaves_no_kernel(words, copy):
    folder = copy("one")
    source = SOUND if words else "section .text\n"
    (folder / "kernel/extra.asm").write_text(source + "movaps xmm0, xmm1\n")
    with pytest.raises(AssertionError, match="movaps"):
        make(folder, *words)
    assert not (folder / "build/trapline.elf").exists()
    (folder / "kernel/extra.asm").write_text(source)
    make(folder, *words)
    assert (folder / "build/trapline.elf").exists()


@pytest.mark.parametrize("words", [
    pytest.param([], id="whole", marks=pytest.mark.long),
    pytest.param([SMALL], id="part"),
])
def test_builds_elsewhere(words, copy, tmp_path):
    folder = copy("one")
    if words:
        (folder / "kernel/extra.asm").write_text(SOUND)
    make(folder, f"BUILD={tmp_path / 'out'}", *words)
    assert (tmp_path / "out/trapline.elf").exists()
    assert not (folder / "build").exists()


def test_help_names_all_targets(root):
    output = make(root, "help")
    for name in ("all", "iso", "run", "test", "test-unit", "test-boot", "check", "help", "clean",
                 "BUILD", "ENGINE", "CPU", "MEM", "ARGS", "TIMEOUT", "CC", "CFLAGS"):
        assert f"\n  {name} " in output, name
