#!/usr/bin/env python3
"""Regenerates README.md's table of command-line options from kernel/options.def and vmx/guests/guests.def."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
OPTIONS = ROOT / "kernel/options.def"
GUESTS = ROOT / "vmx/guests/guests.def"
HEADERS = [ROOT / "kernel/options.h", ROOT / "kernel/end_action.h"]

HEADING = "## The command line"

ROW = re.compile(r"^([A-Z]+)\((.*?)\)$", re.MULTILINE | re.DOTALL)
ARGUMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def rows(path):
    """Yields (kind, arguments) for each row of a table. Joins adjacent string literals."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for kind, arguments in ROW.findall(text):
        yield kind, [value_of(argument.strip()) for argument in ARGUMENT.findall(arguments)]


def value_of(argument):
    parts = STRING.findall(argument)
    return "".join(parts) if parts else argument


def position(enumerator):
    """Returns the index of an enumerator in its enumeration."""
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)
        for names in re.findall(r"enum \w+ \{(.*?)\}", text, re.DOTALL):
            listed = [name.strip() for name in names.split(",")]
            if enumerator in listed:
                return listed.index(enumerator)
    names = " or ".join(header.name for header in HEADERS)
    raise ValueError(f"{OPTIONS.name}: needs an enumerator of {names}, found {enumerator}")


def guest_cells():
    for number, (_, (name, meaning)) in enumerate(rows(GUESTS)):
        yield f"`guest={name}`", "the default" if number == 0 else "", meaning


def cells(kind, arguments):
    """Returns the cells of a row: option, default and meaning."""
    if kind == "CHOICE":
        name, values, initial, meaning = arguments
        names, first = values.split(), position(initial)
        word = ", ".join([f"`{name}={names[0]}`", *(f"`{value}`" for value in names[1:])])
        return word, f"`{names[first]}`" if first < len(names) else "", meaning
    if kind == "NUMBER":
        name, least, most, initial, meaning = arguments
        largest = "2^64 - 1" if int(most) == 2**64 - 1 else most
        return f"`{name}=N`, {least} to {largest}", initial, meaning
    if kind == "FORM":
        name, form, initial, meaning = arguments
        prefix = "" if form.isidentifier() else form.replace("<", "&lt;") + ": "
        return f"`{name}=…`", f"`{initial}`" if initial else "", prefix + meaning
    _, form, meaning = arguments
    return f"`{form}`", "", meaning


def row(columns):
    return "| " + " | ".join(columns).replace("|  |", "| |") + " |"


def table():
    lines = ["| word | default | meaning |", "| --- | --- | --- |"]
    for kind, arguments in rows(OPTIONS):
        if arguments[0] == "guest":
            lines += [row(cells_of_guest) for cells_of_guest in guest_cells()]
        else:
            lines.append(row(cells(kind, arguments)))
    return lines


def rewritten(text):
    """Returns text with a new table under HEADING."""
    lines = text.splitlines()
    start = next(i for i in range(lines.index(HEADING), len(lines)) if lines[i].startswith("|"))
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    lines[start:end] = table()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
