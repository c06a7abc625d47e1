"""Reads the tables vmx/exits.def and vmx/controls.def as text, for tests and generated documents."""

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
    does: str  # its effect, in a few words

    def __str__(self):
        """Returns the name for the command line: WORD.NAME if two words have a control of this name."""
        names = [other.name for other in controls()]
        return self.name if names.count(self.name) == 1 else f"{self.word}.{self.name}"


def exit_reasons():
    """Returns {name: number} of all exit reasons."""
    rows = re.findall(r"^EXIT\( *(\d+), (\w+),", (ROOT / "vmx/exits.def").read_text(), re.MULTILINE)
    return {name: int(number) for number, name in rows}


@functools.cache
def controls():
    """Returns all controls in the order of the table."""
    rows = re.findall(r'^CONTROL\((\w+), +(\d+), (\w+),\s+"([^"]+)"\)',
                      (ROOT / "vmx/controls.def").read_text(), re.MULTILINE)
    return [Control(word, int(bit), name, does) for word, bit, name, does in rows]
