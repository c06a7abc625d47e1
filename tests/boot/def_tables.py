"""The tables of vmx/ that tests and documents read as text."""

import dataclasses
import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Control:
    word: str
    bit: int
    name: str
    does: str  # what it traps or does, in a few words

    def __str__(self):
        """Its name on the command line: with its word where another word has the name too."""
        names = [other.name for other in controls()]
        return self.name if names.count(self.name) == 1 else f"{self.word}.{self.name}"


def exit_reasons():
    """The number of each exit reason, by its name."""
    rows = re.findall(r"^EXIT\( *(\d+), (\w+),", (ROOT / "vmx/exits.def").read_text(), re.MULTILINE)
    return {name: int(number) for number, name in rows}


@functools.cache
def controls():
    """All controls, in their order."""
    rows = re.findall(r'^CONTROL\((\w+), +(\d+), (\w+),\s+"([^"]+)"\)',
                      (ROOT / "vmx/controls.def").read_text(), re.MULTILINE)
    return [Control(word, int(bit), name, does) for word, bit, name, does in rows]
