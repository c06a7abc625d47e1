"""What a serial log tells of time: its machine, its VM exits with their time stamps, its figures."""

import collections
import dataclasses
import os
import sys
from typing import Optional

import bench_lines
import serial_log

DIGITS = 20  # of a number of 64 bits
ROWS = ("stats", "histogram")  # of figures, which go into tables and plots as they are
OWN_KEYS = ("seq", "cpu", "reason", "name", "entered", "exited", "handled")


class TraceError(Exception):
    """The log is not what was wanted; the text says what was wanted, what was found and what to do."""


@dataclasses.dataclass
class Exit:
    """A VM exit. Times are time-stamp cycles."""

    seq: int
    cpu: str
    round: int
    name: str
    entered: int  # before the VM entry that it ended
    exited: int
    handled: Optional[int]  # before its line was printed; None: it was printed later
    next_entered: Optional[int]  # None: no entry after it is known
    arguments: dict

    @property
    def host(self):
        """How long it was handled; None: not known."""
        if self.handled is not None:
            return self.handled - self.exited
        return None if self.next_entered is None else self.next_entered - self.exited


@dataclasses.dataclass
class Log:
    """All of it. Lines by tag, of which most logs have one or none."""

    lines: dict
    exits: list  # in the order of time, for each processor
    overwritten: int  # exits that a trace in memory had no room for
    unreadable: int  # lines

    def first(self, tag):
        """The pairs of the first line with this tag; {} where there is none."""
        found = self.lines.get(tag, [])
        return found[0] if found else {}

    @property
    def khz(self):
        """Of the time-stamp counter."""
        khz = number(self.first("time"), "tsc_khz")
        if not khz:
            raise TraceError("wanted a time line with tsc_khz above 0, found none: take the log from its"
                             " beginning, the boot line, on")
        return khz


def parse_lines(text):
    """(lines by tag, in their order) and how many could not be read. Firmware and loader write before the
    first; a log may end in the middle of a line."""
    lines, unreadable = [], 0
    *rows, cut_off = text.split("\n")  # what has no end may say something else than it was going to
    for row in rows:
        row = row.rstrip("\r")
        at = row.find(serial_log.BOOT)
        try:
            line = serial_log.parse_line(row[at:] if at > 0 else row)
            if line.tag in ROWS:
                serial_log.check_keys(line)
            lines.append(line)
        except serial_log.LogError:
            unreadable += bool(row) and bool(lines)
    return lines, unreadable + bool(cut_off)


def number(pairs, key):
    """A time stamp or a count; None where the line has none."""
    text = pairs.get(key, "")
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def exit_of(pairs, round_number):
    times = [number(pairs, key) for key in ("seq", "entered", "exited")]
    if None in times or times[1] > times[2] or "name" not in pairs \
            or number(pairs | {"cpu": pairs.get("cpu", "0")}, "cpu") is None:
        return None
    handled = number(pairs, "handled")
    if handled is not None and handled < times[2]:
        return None
    arguments = {key: value for key, value in pairs.items() if key not in OWN_KEYS}
    return Exit(times[0], pairs.get("cpu", "0"), round_number, pairs["name"], times[1], times[2],
                handled, None, arguments)


def join(exits):
    """Each exit learns of the VM entry that came next, where that is the next exit's."""
    latest = {}
    for exit in exits:
        before = latest.get(exit.cpu)
        follows = before and (before.round, before.seq + 1) == (exit.round, exit.seq)
        if follows and exit.entered >= (before.handled or before.exited):
            before.next_entered = exit.entered
        latest[exit.cpu] = exit


def parse(text):
    found, unreadable = parse_lines(text)
    boots = sum(line.tag == "boot" for line in found)
    if boots == 0:
        raise TraceError("wanted a serial log of Trapline's from its boot line on, found no such line: give"
                         " the file that the serial port was written to, as by make run >log")
    if boots > 1:
        raise TraceError(f"wanted the log of one boot, found {boots} boot lines: times begin anew with each;"
                         " cut the file before them")
    lines, exits, rounds, overwritten = collections.defaultdict(list), [], collections.Counter(), 0
    for line in found:
        pairs = line.pairs
        lines[line.tag].append(pairs)
        if line.tag == "entry":
            rounds[pairs.get("cpu", "0")] += 1
        elif line.tag == "trace":
            overwritten += number(pairs, "overwritten") or 0
        elif line.tag == "exit":
            exit = exit_of(pairs, max(rounds[pairs.get("cpu", "0")], 1))
            if exit:
                exits.append(exit)
    join(exits)
    return Log(dict(lines), exits, overwritten, unreadable)


def read(path):
    """The log in a file; - is stdin's. Whoever tells the user of an error names the file."""
    file = "/dev/stdin" if path == "-" else path
    try:
        return parse(bench_lines.read_text(file))
    except bench_lines.BenchError as error:
        raise TraceError(str(error).removeprefix(f"{file}: ")) from None


def keep_apart(logs, output):
    """That no log is written over."""
    for log in logs:
        if output and os.path.exists(output) and os.path.exists(log) and os.path.samefile(log, output):
            raise TraceError(f"wanted another file to write to than the log, found {output} for both")


def write(text, path):
    """Into a file; None is stdout."""
    try:
        if path is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
    except OSError as error:
        raise TraceError(f"cannot write {path or 'to stdout'}: {error.strerror}") from None


def want_times(log):
    """That there are exits, and that they tell when they were."""
    if log.exits:
        return
    if "exit" not in log.lines:
        raise TraceError("wanted exit lines, found none: trace them, by trace=live or trace=ring on the"
                         " command line")
    raise TraceError("wanted exit lines with time stamps (entered=, exited=), found none: take the log of a"
                     " kernel that prints them")
