"""Reads the text in a screenshot of QEMU by comparing each cell with the characters of a font."""

import gzip
import json
import pathlib
import socket

from PIL import Image, PcfFontFile

PCF = "/usr/share/fonts/X11/misc/8x13-ISO8859-1.pcf.gz"
VGA_BIOS = "/usr/share/seabios/vgabios-stdvga.bin"
# Pixel rows of "A" in the VGA font. vga_font() searches the BIOS for them to find the font.
VGA_A = bytes.fromhex("000010386cc6c6fec6c6c6c600000000")
ASCII = range(0x20, 0x7F)


def fixed_font():
    """Returns {pixel rows: character} of the X Window System's font 8x13, which the kernel uses, too."""
    with gzip.open(PCF) as file:
        glyphs = PcfFontFile.PcfFontFile(file).glyph
    return {tuple(tuple(bool(glyphs[code][3].getpixel((x, y))) for x in range(8)) for y in range(13)): chr(code)
            for code in ASCII}


def vga_font():
    """Returns {pixel rows: character} of the font of VGA text mode."""
    bios = pathlib.Path(VGA_BIOS).read_bytes()
    start = bios.index(VGA_A) - ord("A") * 16
    return {tuple(tuple(bool(bios[start + code * 16 + y] >> (7 - x) & 1) for x in range(8)) for y in range(16)):
            chr(code) for code in ASCII}


def screenshot(machine_folder, path):
    """Takes a screenshot with QEMU's monitor, whose socket is machine_folder/monitor, and ends QEMU."""
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
    """Returns the rows of text without trailing blanks. Colours do not matter: a pixel is lit or dark. For a cell
    that is not a character of the font, inserts unknown; without unknown, fails."""
    width, height = 8, len(next(iter(font)))
    lit = image.point(lambda level: level > 32)
    rows = []
    for top in range(0, image.height - height + 1, height):
        text = ""
        for left in range(0, image.width - cell_width + 1, cell_width):
            cell = tuple(tuple(bool(lit.getpixel((left + x, top + y))) for x in range(width)) for y in range(height))
            assert unknown or cell in font, f"the cell at pixel {left},{top} is not a character of the font"
            text += font.get(cell, unknown)
        rows.append(text.rstrip())
    return rows
