"""tools/mkiso: the contents of a disc, the command line that reaches the kernel, and a boot through BIOS and GRUB for
each kind of guest. Most other tests start the kernel directly."""

import os
import subprocess

import pytest

import engine
import guest_files
import serial_log

# All characters with a special meaning in GRUB's script language or in the shell.
WORDS = ["a$b", "${x}", ";", "{", "}", "|", "&", "<>", "#c", "*?", "$((1))", "`x`", "\\", "\\n",
         '"', "'", "it's", "''", "@CMDLINE@", "@MODULES@", "%s", "--", "-x", "a=b,c"]


@pytest.fixture
def mkiso(root, tmp_path, elf):
    """mkiso(*words) runs tools/mkiso and returns the finished process, with the path of the disc as .disc."""

    def make(*words):
        disc = tmp_path / "disc.iso"
        process = subprocess.run([root / "tools/mkiso", elf, disc, *words], check=False,
                                 capture_output=True, text=True)
        process.disc = disc
        return process

    return make


def extract(disc, path, folder):
    target = folder / "extracted"
    subprocess.run(["xorriso", "-osirrox", "on", "-indev", disc, "-extract", path, target],
                   check=True, capture_output=True)
    return target


def test_words_reach_the_kernel(make_disc, elf):
    outcome = engine.boot(make_disc(elf, *WORDS), "bochs")
    log = serial_log.parse(outcome.serial)
    # GRUB puts a backslash before quotes and backslashes of the command line.
    quoted = [word.translate({ord(sign): "\\" + sign for sign in "\\'\""}) for word in WORDS]
    assert log[0]["cmdline"] == " ".join(quoted)
    assert log[-1]["code"] == "6"


def test_small(mkiso):
    process = mkiso()
    assert process.returncode == 0
    assert process.disc.stat().st_size < 5 << 20  # most of it is GRUB and the file system for UEFI


def test_same_files_same_bytes(root, tmp_path, elf):
    discs = [tmp_path / "one.iso", tmp_path / "another and a longer one.iso"]
    for disc, changes in zip(discs, ({}, {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "HOME": "/"})):
        subprocess.run([root / "tools/mkiso", elf, disc, "--", "exits=1"], check=True, env={**os.environ, **changes})
    assert discs[0].read_bytes() == discs[1].read_bytes()


def test_menu(mkiso, tmp_path):
    module = tmp_path / "o'ne"
    module.write_text("first")
    process = mkiso("--timeout", "7", "--module", module, "--", "one", "two")
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    menu = extract(process.disc, "/boot/grub/grub.cfg", tmp_path).read_text()
    assert "set timeout=7\n" in menu
    assert "    multiboot2 /boot/trapline.elf 'one' 'two'\n" in menu
    assert "    module2 '/boot/modules/o'\\''ne' 'o'\\''ne'\n" in menu
    assert "serial" not in menu
    (tmp_path / "extracted").unlink()
    assert extract(process.disc, "/boot/modules/o'ne", tmp_path).read_text() == "first"


@pytest.mark.parametrize("words", [
    ("--timeout",),
    ("--timeout", "soon"),
    ("--timeout", ""),
    ("--module",),
    ("--module", "/nowhere/to/be/found"),
    ("--module", __file__, "--module", __file__),
    ("--", "two\nlines"),
])
def test_refuses(words, mkiso):
    process = mkiso(*words)
    assert process.returncode != 0
    assert process.stderr
    assert not process.disc.exists()


@pytest.mark.parametrize("name, code", [("bochs", "0"), ("qemu-tcg", "2")])
def test_boots_from_a_stick(name, code, make_disc, elf):
    log = serial_log.parse(engine.boot(make_disc(elf), name, stick=True).serial)
    assert (log[0]["firmware"], log[-1]["code"]) == ("bios", code)


@pytest.mark.parametrize("model, words, mem, code", [
    ("corei5_lynnfield_750", [], 256, 0),
    ("corei7_skylake_x", [], 32, 0),
    ("tigerlake", [], 1024, 0),
    pytest.param("corei7_skylake_x", [], 3072, 0, marks=pytest.mark.long),
    ("corei7_haswell_4770", ["guest=self"], 256, 0),
    ("corei7_skylake_x", ["guest=fuzz", "count=10"], 256, 0),
    ("corei7_skylake_x", ["guest=bench"], 256, 0),
    ("corei7_skylake_x", ["vmcs.GUEST_RFLAGS=0"], 256, 3),
    ("p4_prescott_celeron_336", [], 256, 2),
])
def test_the_whole_way(model, words, mem, code, make_disc, elf):
    log = serial_log.parse(engine.boot(make_disc(elf, *words), "bochs", model, mem).serial)
    assert log[0]["loader"].startswith("GRUB")
    assert log[-1]["code"] == str(code), log[-1]


@pytest.mark.parametrize("mode", guest_files.BITS)
def test_a_module_the_whole_way(mode, make_disc_with):
    disc = make_disc_with(guest_files.assemble("vmcall", mode), "guest=flat", f"mode={mode}")
    log = serial_log.parse(engine.boot(disc, "bochs").serial)
    assert log[-1]["code"] == "0", log[-1]
