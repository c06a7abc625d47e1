"""The bench lines of a serial log: what each VM exit cost, as guest=bench and tests/peers print it."""

import dataclasses

import serial_log

RISING = ("min", "median", "p90", "p99", "max")
FIGURES = ("samples", *RISING, "overhead")
MEASURED = ("unit", *FIGURES)


class BenchError(Exception):
    """The log is not what was wanted; the text says where, what was wanted and what was found."""


@dataclasses.dataclass
class Bench:
    """One exit: what was measured of it, or why nothing was."""

    name: str
    pairs: dict

    @property
    def skipped(self):
        """Why nothing was measured; None where it was."""
        return self.pairs.get("skipped")

    def number(self, key):
        return int(self.pairs[key])


def read_text(path):
    """The text of a log. What is not ASCII in it is somebody else's."""
    try:
        with open(path, "rb") as log:
            return log.read().decode("latin-1")
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from None


def lines_with(tag, text, path):
    """The lines of a log with this tag, each with its number. Others may be anything: firmware and
    Linux write to the same port."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(f"{tag}: "):
            try:
                yield number, serial_log.parse_line(line.rstrip("\r"))
            except serial_log.LogError as error:
                raise BenchError(f"{path}:{number}: {error}") from None


def bench_of(line, place):
    """The exit that a line is about."""
    pairs = line.pairs
    wanted = ("name",) if "skipped" in pairs else ("name", *MEASURED)
    missing = [key for key in wanted if key not in pairs]
    if missing:
        raise BenchError(f"{place}: wanted bench with {' '.join(wanted)}, found none of"
                         f" {' '.join(missing)}")
    for key in FIGURES:
        if key in pairs and not serial_log.DECIMAL.fullmatch(pairs[key]):
            raise BenchError(f"{place}: wanted {key} to be a number, found {pairs[key]!r}")
    for less, more in zip(RISING, RISING[1:]):
        if "skipped" not in pairs and int(pairs[less]) > int(pairs[more]):
            raise BenchError(f"{place}: wanted {less} to be at most {more}, found"
                             f" {less}={pairs[less]} {more}={pairs[more]}")
    return Bench(pairs["name"], pairs)


def benches_in(text, path):
    """{name: Bench} of a log, in the log's order. There is at least one."""
    found = {}
    for number, line in lines_with("bench", text, path):
        bench = bench_of(line, f"{path}:{number}")
        if bench.name in found:
            raise BenchError(f"{path}:{number}: wanted each name once, found {bench.name} twice")
        found[bench.name] = bench
    if not found:
        raise BenchError(f"{path}: wanted bench lines, found none: does the log come from guest=bench"
                         " or tests/peers/peers.py, and did it get so far?")
    return found
