"""The tables of vmx/ that tests and documents read as text."""

import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Control:
    word: str
    bit: int
    name: str
    does: str  # what it traps or does, in a few words


def exit_reasons():
    """The number of each exit reason, by its name."""
    rows = re.findall(r"^EXIT\( *(\d+), (\w+),", (ROOT / "vmx/exits.def").read_text(), re.MULTILINE)
    return {name: int(number) for number, name in rows}


def controls():
    """All controls, in their order."""
    rows = re.findall(r'^CONTROL\((\w+), +(\d+), (\w+),\s+"([^"]+)"\)',
                      (ROOT / "vmx/controls.def").read_text(), re.MULTILINE)
    return [Control(word, int(bit), name, does) for word, bit, name, does in rows]


def control_word_of(control):
    """The word of the command line that asks for this control."""
    names = [other.name for other in controls()]
    qualified = control.name if names.count(control.name) == 1 else f"{control.word}.{control.name}"
    return f"control.{qualified}=1"
