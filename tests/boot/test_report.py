"""tools/report-html: a browser shows the plots of a real run with a benchmark and more than 10 000 exits."""

import pathlib
import subprocess
import sys

import PIL.Image
import pytest

import engine
import serial_log

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = "corei7_skylake_x"
SIZE = (1000, 6000)

# Part of the plots: its colour, and the least number of pixels of that colour.
COLOURS = {
    "medians": ((0x30, 0x63, 0x8e), 20000),
    "shares of the host's time": ((0xd1, 0x49, 0x5b), 20000),
    "the guest's time": ((0x4c, 0x9f, 0x70), 20000),
    "costs of the most frequent reason": ((0x1f, 0x77, 0xb4), 5000),
    "costs of the second": ((0xff, 0x7f, 0x0e), 5000),
    "costs of the twelfth": ((0xff, 0xbb, 0x78), 100),
    "when there were few exits": ((0xdc, 0xe3, 0x19), 500),
}


def dots(image, colour):
    """Returns the number of pixels that have nearly this colour."""
    return sum(count for count, dot in image.getcolors(image.width * image.height)
               if all(abs(a - b) < 12 for a, b in zip(dot, colour)))


@pytest.mark.long
def test_in_a_browser(start, tmp_path):
    source = start("guest=bench", "trace=ring", "records=16384")
    serial = engine.boot(source, "bochs", MODEL, timeout=120).serial
    exits = [line for line in serial_log.parse(serial) if line.tag == "exit"]
    assert len(exits) > 10000
    log, page, shot = (tmp_path / f"run.{kind}" for kind in ("log", "html", "png"))
    log.write_text(serial)
    subprocess.run([sys.executable, ROOT / "tools/report-html", log, "-o", page], check=True, timeout=120)
    assert page.stat().st_size < 2_000_000
    browser = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={SIZE[0]},{SIZE[1]}"]
    subprocess.run([*browser, f"--screenshot={shot}", page.as_uri()], check=True, capture_output=True,
                   timeout=120)
    image = PIL.Image.open(shot).convert("RGB")
    assert image.size == SIZE
    found = {what: dots(image, colour) for what, (colour, _) in COLOURS.items()}
    assert {what: found[what] for what, (_, least) in COLOURS.items() if found[what] < least} == {}
