"""Reads the bench lines of a serial log: the cost of each VM exit, as guest=bench and tests/peers
print it."""

import dataclasses

import serial_log

RISING = ("min", "median", "p90", "p99", "max")
FIGURES = ("samples", *RISING, "overhead")
MEASURED = ("unit", *FIGURES)


class BenchError(Exception):
    """The log is unsuitable. The text says where, what was expected and what was found."""


@dataclasses.dataclass
class Bench:
    """The figures of one exit, or the reason why it was not measured."""

    name: str
    pairs: dict

    @property
    def skipped(self):
        """The reason why it was not measured; None if it was."""
        return self.pairs.get("skipped")

    def number(self, key):
        return int(self.pairs[key])


def read_text(path):
    """Returns the text of a log. Bytes that are not ASCII come from other programs."""
    try:
        with open(path, "rb") as log:
            return log.read().decode("latin-1")
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from None


def lines_with(tag, text, path):
    """Yields the lines of a log with this tag, each with its number. Skips all other lines, because
    firmware and Linux may write to the same port."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(f"{tag}: "):
            try:
                yield number, serial_log.parse_line(line.rstrip("\r"))
            except serial_log.LogError as error:
                raise BenchError(f"{path}:{number}: {error}") from None


def bench_of(line, place):
    """Converts a bench line and checks its keys and values."""
    pairs = line.pairs
    required = ("name",) if "skipped" in pairs else ("name", *MEASURED)
    missing = [key for key in required if key not in pairs]
    if missing:
        raise BenchError(f"{place}: expected a bench line with {' '.join(required)}, found one without"
                         f" {' '.join(missing)}")
    for key in FIGURES:
        if key in pairs and not serial_log.DECIMAL.fullmatch(pairs[key]):
            raise BenchError(f"{place}: expected {key} to be a number, found {pairs[key]!r}")
    for less, more in zip(RISING, RISING[1:]):
        if "skipped" not in pairs and int(pairs[less]) > int(pairs[more]):
            raise BenchError(f"{place}: expected {less} to be at most {more}, found"
                             f" {less}={pairs[less]} {more}={pairs[more]}")
    return Bench(pairs["name"], pairs)


def benches_in(text, path):
    """Returns {name: Bench} for a log, in the order of its lines. There is at least one."""
    found = {}
    for number, line in lines_with("bench", text, path):
        bench = bench_of(line, f"{path}:{number}")
        if bench.name in found:
            raise BenchError(f"{path}:{number}: expected each name once, found {bench.name} twice")
        found[bench.name] = bench
    if not found:
        raise BenchError(f"{path}: expected bench lines, found none; give the complete log of a boot with"
                         " guest=bench or of tests/peers/peers.py")
    return found
