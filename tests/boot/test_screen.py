"""The screen shows the same text as the serial port. Reads the text from screenshots of QEMU."""

import subprocess

import pytest

import engine
import screen_text
import serial_log

MONITOR = ("-qmp", "unix:monitor,server=on,wait=off")


@pytest.fixture
def shoot(root, elf, tmp_path):
    """shoot(words, gfx, **machine) boots a disc. Returns the serial log and a screenshot from after the result line."""

    def run(words=(), gfx="text", **machine):
        disc, folder, output, shots = tmp_path / "disc.iso", tmp_path / "machine", bytearray(), []
        folder.mkdir()
        subprocess.run([root / "tools/mkiso", elf, disc, "--timeout", "0", "--gfx", gfx, "--", "end=halt", *words],
                       check=True)

        def read_serial(piece):
            output.extend(piece)
            if not shots and b"\r\nresult: " in output and output.endswith(b"\r\n"):
                shots.append(screen_text.screenshot(folder, tmp_path / "shot.ppm"))

        outcome = engine.boot(disc, "qemu-tcg", folder=folder, on_serial=read_serial, options=MONITOR, **machine)
        log = outcome.log_lines() if machine.get("firmware") == "uefi" else outcome.serial
        return log, shots[0]

    return run


def wrapped(log, columns):
    """Returns the log's lines, wrapped to rows of this many columns."""
    lines = log.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return [line[start:start + columns].rstrip() for line in lines for start in range(0, len(line), columns)]


def screen_line(log):
    (line,) = [line for line in serial_log.parse(log) if line.tag == "screen"]
    return line


def assert_shows_the_end(rows, log, columns):
    """The screen shows the whole log, or its last rows on at least half of the screen. The rows below are empty."""
    text = wrapped(log, columns)
    used = max(i for i, row in enumerate(rows) if row) + 1
    assert rows[:used] == text[-used:]
    assert used == len(text) or used >= len(rows) // 2
    assert not any(rows[used:])


def test_text(shoot):
    log, image = shoot()
    assert screen_line(log).has({"kind": "text", "columns": "80", "rows": "25"})
    assert_shows_the_end(screen_text.read(image, screen_text.vga_font(), 9), log, 80)


@pytest.mark.parametrize("mode, columns, rows", [
    ("1024x768x32", 128, 59), ("800x600x24", 100, 46), ("640x480x16", 80, 36), ("640x480x15", 80, 36),
])
def test_framebuffer(mode, columns, rows, shoot):
    log, image = shoot(gfx=mode)
    assert screen_line(log).has({"kind": "framebuffer", "columns": str(columns), "rows": str(rows)})
    assert_shows_the_end(screen_text.read(image, screen_text.fixed_font(), 8), log, columns)


def test_uefi(shoot):
    log, image = shoot(firmware="uefi")
    line = screen_line(log)
    assert line["kind"] == "framebuffer"
    assert_shows_the_end(screen_text.read(image, screen_text.fixed_font(), 8), log, int(line["columns"]))


def test_what_is_wrong_is_shown(shoot):
    """The screen also shows errors from before the kernel has its own page tables."""
    log, image = shoot(words=["what"], gfx="1024x768")
    rows = screen_text.read(image, screen_text.fixed_font(), 8)
    assert any("command line: what: no such option" in row for row in rows)
    assert_shows_the_end(rows, log, 128)


def test_off(shoot):
    log, image = shoot(words=["screen=off"])
    assert screen_line(log)["kind"] == "none"
    rows = screen_text.read(image, screen_text.vga_font(), 9, unknown="?")  # GRUB's cursor
    assert any("Trapline" in row for row in rows)  # from GRUB's menu
    assert not any("result:" in row or "boot:" in row for row in rows)
