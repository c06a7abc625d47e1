"""Tests that README.md lists the options of the command line as the kernel parses them."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/boot"))
import options_doc  # noqa: E402


def test_table():
    text = options_doc.README.read_text()
    assert options_doc.rewritten(text) == text, "make docs writes it anew"


@pytest.mark.parametrize("kind, arguments, columns", [
    ("CHOICE", ["screen", "on off", "SCREEN_OFF", "why"], ("`screen=on`, `off`", "`off`", "why")),
    ("CHOICE", ["end", "halt reboot", "END_DEFAULT", "why"], ("`end=halt`, `reboot`", "", "why")),
    ("NUMBER", ["mem", "1", "9", "4", "why"], ("`mem=N`, 1 to 9", "4", "why")),
    ("NUMBER", ["seed", "0", "18446744073709551615", "1", "why"],
     ("`seed=N`, 0 to 2^64 - 1", "1", "why")),
    ("FORM", ["ports", "a <port>", "", "why"], ("`ports=…`", "", "a &lt;port>: why")),
    ("FORM", ["serial", "A_MACRO", "auto", "why"], ("`serial=…`", "`auto`", "why")),
    ("PREFIX", ["vmcs.", "vmcs.<FIELD>=V", "why"], ("`vmcs.<FIELD>=V`", "", "why")),
])
def test_cells(kind, arguments, columns):
    assert options_doc.cells(kind, arguments) == columns


def test_rows(tmp_path):
    path = tmp_path / "rows.def"
    path.write_text('/* NOT(a, row) */\nONE(a, "b, c "\n    "d", 2)\nTWO(e, "(f)")\n')
    assert list(options_doc.rows(path)) == [("ONE", ["a", "b, c d", "2"]), ("TWO", ["e", "(f)"])]
