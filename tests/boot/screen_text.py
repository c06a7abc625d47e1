"""Reads the text on a screenshot of QEMU: each cell is one of a font's characters, or an error."""

import gzip
import json
import pathlib
import socket

from PIL import Image, PcfFontFile

PCF = "/usr/share/fonts/X11/misc/8x13-ISO8859-1.pcf.gz"
VGA_BIOS = "/usr/share/seabios/vgabios-stdvga.bin"
# Rows of "A" in the font that PCs have had since the VGA, by which it is found in the BIOS.
VGA_A = bytes.fromhex("000010386cc6c6fec6c6c6c600000000")
ASCII = range(0x20, 0x7F)


def fixed_font():
    """{rows: character} of the X Window System's font, of which the kernel has a copy."""
    with gzip.open(PCF) as file:
        glyphs = PcfFontFile.PcfFontFile(file).glyph
    return {tuple(tuple(bool(glyphs[code][3].getpixel((x, y))) for x in range(8)) for y in range(13)): chr(code)
            for code in ASCII}


def vga_font():
    """{rows: character} of the text mode's font."""
    bios = pathlib.Path(VGA_BIOS).read_bytes()
    start = bios.index(VGA_A) - ord("A") * 16
    return {tuple(tuple(bool(bios[start + code * 16 + y] >> (7 - x) & 1) for x in range(8)) for y in range(16)):
            chr(code) for code in ASCII}


def screenshot(machine_folder, path):
    """Asks QEMU for one and then to end, by the monitor whose socket is `monitor` in the machine's folder."""
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.settimeout(20)
        monitor.connect(str(machine_folder / "monitor"))
        lines = monitor.makefile("rw")
        lines.readline()  # the greeting
        for command in ({"execute": "qmp_capabilities"},
                        {"execute": "screendump", "arguments": {"filename": str(path)}},
                        {"execute": "quit"}):
            lines.write(json.dumps(command))
            lines.flush()
            while "return" not in (answer := json.loads(lines.readline())):
                assert "error" not in answer, answer
    return Image.open(path).convert("L")


def read(image, font, cell_width, unknown=None):
    """The rows of text, blanks at their ends left out. Pixels are lit or not; colours do not matter.
    unknown stands for what is no character; without it that is an error."""
    width, height = 8, len(next(iter(font)))
    lit = image.point(lambda level: level > 32)
    rows = []
    for top in range(0, image.height - height + 1, height):
        text = ""
        for left in range(0, image.width - cell_width + 1, cell_width):
            cell = tuple(tuple(bool(lit.getpixel((left + x, top + y))) for x in range(width)) for y in range(height))
            assert unknown or cell in font, f"no character at {left},{top}"
            text += font.get(cell, unknown)
        rows.append(text.rstrip())
    return rows
