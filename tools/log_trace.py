"""Reads a serial log for the timing tools: the machine, the VM exits with their time stamps, and the
figures."""

import collections
import dataclasses
import os
import sys
from typing import Optional

import bench_lines
import serial_log

DIGITS = 20  # maximum length of a 64-bit number in decimal
ROWS = ("stats", "histogram")  # lines whose figures go into tables and plots unchanged
OWN_KEYS = ("seq", "cpu", "reason", "name", "entered", "exited", "handled")


class TraceError(Exception):
    """The log is unsuitable. The text says what was expected, what was found and what to do."""


@dataclasses.dataclass
class Exit:
    """A VM exit. Times are time-stamp cycles."""

    seq: int
    cpu: str
    round: int
    name: str
    entered: int  # before the preceding VM entry
    exited: int
    handled: Optional[int]  # before the exit's line was printed; None: the line was printed later
    next_entered: Optional[int]  # before the next VM entry; None: unknown
    arguments: dict

    @property
    def host(self):
        """The time that the host took to handle the exit; None: unknown."""
        if self.handled is not None:
            return self.handled - self.exited
        return None if self.next_entered is None else self.next_entered - self.exited


@dataclasses.dataclass
class Log:
    """A whole log."""

    lines: dict  # the pairs of the lines, by tag
    exits: list  # in chronological order for each processor
    overwritten: int  # number of exits that a trace in memory overwrote
    unreadable: int  # number of lines that could not be parsed

    def first(self, tag):
        """Returns the pairs of the first line with this tag, or {} if there is none."""
        found = self.lines.get(tag, [])
        return found[0] if found else {}

    @property
    def khz(self):
        """The frequency of the time-stamp counter."""
        khz = number(self.first("time"), "tsc_khz")
        if not khz:
            raise TraceError("expected a time line with tsc_khz above 0, found none; give the complete log"
                             " from the boot line on")
        return khz


def parse_lines(text):
    """Returns the lines in order, and the number of lines that could not be parsed. Skips the output of
    firmware and loader before the first line."""
    lines, unreadable = [], 0
    *rows, cut_off = text.split("\n")  # a line without an end may be truncated, so it is not used
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
    """Returns a number of the line, or None if it is missing or invalid."""
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
    """Sets next_entered of each exit from the exit that follows it, if the log has that exit."""
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
        raise TraceError("expected a serial log of Trapline, found no boot line; give the file with the"
                         " output of the serial port, for example from make run >log")
    if boots > 1:
        raise TraceError(f"expected the log of one boot, found {boots} boot lines; split the file before"
                         " each boot line, because time stamps start again there")
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
    """Reads the log in a file; - is stdin. Errors do not name the file; the caller adds its name."""
    file = "/dev/stdin" if path == "-" else path
    try:
        return parse(bench_lines.read_text(file))
    except bench_lines.BenchError as error:
        raise TraceError(str(error).removeprefix(f"{file}: ")) from None


def keep_apart(logs, output):
    """Checks that the output file is not one of the logs."""
    for log in logs:
        if output and os.path.exists(output) and os.path.exists(log) and os.path.samefile(log, output):
            raise TraceError(f"expected an output file that is not a log, found {output} for both")


def write(text, path):
    """Writes text to a file; None is stdout."""
    try:
        if path is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
    except OSError as error:
        raise TraceError(f"cannot write {path or 'to stdout'}: {error.strerror}") from None


def require_times(log):
    """Checks that the log has exits with time stamps."""
    if log.exits:
        return
    if "exit" not in log.lines:
        raise TraceError("expected exit lines, found none; boot with trace=live or trace=ring on the command"
                         " line")
    raise TraceError("expected exit lines with time stamps (entered=, exited=), found none; use a kernel"
                     " that prints them")
