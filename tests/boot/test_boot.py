"""Boots the kernel for each case of cases.toml and checks its log."""

import itertools
import pathlib
import tomllib

import pytest

import engine
import serial_log

DEFAULTS = {"engine": "bochs", "cpu": None, "mem": None, "args": "", "why": [], "lines": [],
            "port": "serial"}
REQUIRED = {"name", "code"}
TIME_LIMIT = 60  # seconds; a boot takes about one


def boots():
    """Yields a case for each boot: the rows of cases.toml with defaults filled in, and one case for each element of an
    array."""
    text = pathlib.Path(__file__).with_name("cases.toml").read_text()
    for case in tomllib.loads(text)["case"]:
        assert REQUIRED <= case.keys() <= REQUIRED | DEFAULTS.keys(), case
        case = DEFAULTS | case
        axes = {key: case[key] for key in ("cpu", "mem", "args") if isinstance(case[key], list)}
        for values in itertools.product(*axes.values()):
            name = "-".join([case["name"], *map(str, values)])
            yield pytest.param(case | dict(zip(axes, values)), id=name)


def log_of(outcome, port):
    """Returns the text of the log. Cuts it out of the emulator's own output if it is on the debug console."""
    if port == "serial":
        return outcome.serial
    assert outcome.serial == ""
    start = outcome.console.index("boot: ")
    end = outcome.console.index("\r\n", outcome.console.index("result: ")) + 2
    return outcome.console[start:end]


def check_lines(lines, wanted):
    for want in wanted:
        pairs = {key: value for key, value in want.items() if key not in ("tag", "count")}
        found = [line for line in lines if line.tag == want["tag"] and line.has(pairs)]
        assert len(found) == want.get("count", 1), f"needs {want.get('count', 1)} lines with {want}, found {found}"


@pytest.mark.parametrize("case", boots())
def test_boot(case, start, make_disc, elf):
    words = case["args"].split()
    source = start(*words) if case["engine"] == "bochs" else make_disc(elf, *words)
    outcome = engine.boot(source, case["engine"], case["cpu"], case["mem"], TIME_LIMIT)
    lines = serial_log.parse(log_of(outcome, case["port"]))

    result = lines[-1]
    assert int(result["code"]) == case["code"], result
    for words in case["why"]:
        assert words.format(args=case["args"]) in result["why"]
    # verdict() is the exit status of tools/run. tools/run reads only the serial port.
    assert outcome.verdict()[0] == (case["code"] if case["port"] == "serial" else 126)
    check_lines(lines, case["lines"])
