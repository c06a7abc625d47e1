"""Tests the command bench-compare: its tables, its notes, and the input that it rejects."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/bench-compare"
PRINTED, REFUSED, USAGE = 0, 1, 2

FIGURES = "samples=256 min=10 median={median} p90=3000 p99=4000 max=5000 overhead=4"
TRAPLINE = ["bench: name=CPUID unit=tsc " + FIGURES.format(median=200),
            "bench: name=INVLPG unit=tsc " + FIGURES.format(median=210)]
KVM = ["bench: name=CPUID to=kernel unit=tsc " + FIGURES.format(median=958),
       "bench: name=OUT to=user unit=tsc " + FIGURES.format(median=2970),
       'bench: name=INVLPG skipped="no VM exit"', 'bench: name=PAUSE skipped="no VM exit"']


@pytest.fixture
def logs(tmp_path):
    """Returns logs(name=lines, ...), which writes files with these lines and returns their paths."""

    def write(end="\r\n", **texts):
        paths = []
        for name, lines in texts.items():
            paths.append(tmp_path / f"{name}.log")
            paths[-1].write_bytes("".join(line + end for line in lines).encode("latin-1"))
        return paths

    return write


def run(*arguments):
    return subprocess.run([sys.executable, PROGRAM, *map(str, arguments)], capture_output=True,
                          text=True, timeout=60, check=False)


def cells(done):
    """Returns the rows of the plain table, split at two or more blanks."""
    assert (done.returncode, done.stderr) == (PRINTED, "")
    table = done.stdout.split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table]


def assert_refused(done, *words):
    assert (done.returncode, done.stdout) == (REFUSED, "")
    for word in words:
        assert word in done.stderr


def test_sets_medians_side_by_side(logs):
    trapline, kvm = logs(trapline=TRAPLINE, kvm=KVM)
    assert cells(run(trapline, f"KVM, off={kvm}")) == [
        ["median, tsc", "trapline", "KVM, off"],
        ["CPUID", "200", "958"],
        ["INVLPG", "210", "-"],
        ["OUT", "-", "user 2970"],
        ["PAUSE", "-", "-"]]


def test_shows_all_of_one_log(logs):
    (kvm,) = logs(kvm=KVM)
    done = run(kvm)
    assert cells(done)[:3] == [
        ["name", "unit", "samples", "min", "median", "p90", "p99", "max", "overhead"],
        ["CPUID", "tsc", "256", "10", "958", "3000", "4000", "5000", "4"],
        ["OUT", "tsc", "256", "10", "2970", "3000", "4000", "5000", "4"]]
    assert cells(done)[3] == ["INVLPG"] + ["-"] * 8
    assert "kvm: not measured: INVLPG, PAUSE: no VM exit" in done.stdout


def test_columns_are_aligned(logs):
    trapline, kvm = logs(trapline=TRAPLINE, kvm=KVM)
    table = run(trapline, kvm).stdout.split("\n\n")[0].splitlines()
    assert len({len(line) for line in table}) == 1


def test_says_once_why_there_are_dashes(logs):
    trapline, kvm = logs(trapline=TRAPLINE, kvm=KVM)
    notes = run(trapline, kvm).stdout.split("\n\n")[1].splitlines()
    assert notes == ["kvm: not measured: INVLPG, PAUSE: no VM exit"]


def test_no_notes_without_a_reason(logs):
    assert run(*logs(trapline=TRAPLINE)).stdout.count("\n") == 3


def test_markdown(logs):
    trapline, kvm = logs(trapline=TRAPLINE, kvm=KVM)
    done = run("--markdown", trapline, f"a|b={kvm}")
    assert done.returncode == PRINTED
    assert done.stdout.splitlines() == [
        "| median, tsc | trapline | a\\|b |",
        "| --- | ---: | ---: |",
        "| CPUID | 200 | 958 |",
        "| INVLPG | 210 | - |",
        "| OUT | - | user 2970 |",
        "| PAUSE | - | - |",
        "",
        "- a|b: not measured: INVLPG, PAUSE: no VM exit"]


def test_markdown_without_notes(logs):
    done = run("--markdown", *logs(trapline=TRAPLINE))
    assert done.stdout.splitlines()[-1] == "| INVLPG | tsc | 256 | 10 | 210 | 3000 | 4000 | 5000 | 4 |"


def test_other_lines_may_be_anything(logs):
    noise = ["[    8.289950] reboot: Power down", "\xe9\x1b[0m", "bench", 'mitigation: name="', ""]
    (log,) = logs(noisy=[*noise, *TRAPLINE, *noise])
    assert [row[0] for row in cells(run(log))] == ["name", "CPUID", "INVLPG"]


def test_lines_may_end_in_lf(logs):
    assert cells(run(*logs("\n", kvm=KVM)))[1][:5] == ["CPUID", "tsc", "256", "10", "958"]


def test_an_empty_reason_is_one(logs):
    (log,) = logs(log=[*TRAPLINE, 'bench: name=HLT skipped=""'])
    assert cells(run(log))[3] == ["HLT"] + ["-"] * 8


def test_refuses_a_log_without_figures(logs):
    (log,) = logs(log=["boot: trapline=0.1.0"])
    assert_refused(run(log), f"{log}: expected bench lines, found none", "guest=bench")


def test_refuses_a_file_that_is_not_there(tmp_path):
    assert_refused(run(tmp_path / "absent"), "absent: No such file or directory")


def test_refuses_a_line_that_cannot_be_read(logs):
    (log,) = logs(log=[TRAPLINE[0], "bench: name="])
    assert_refused(run(log), f"{log}:2: expected key=value")


def test_refuses_a_line_without_its_keys(logs):
    (log,) = logs(log=[TRAPLINE[0].replace("p90=3000 ", "").replace("unit=tsc ", "")])
    assert_refused(run(log), f"{log}:1: ", "found one without unit p90")


def test_refuses_a_figure_that_is_no_number(logs):
    (log,) = logs(log=[TRAPLINE[0].replace("median=200", "median=0x20")])
    assert_refused(run(log), f"{log}:1: expected median to be a number, found '0x20'")


@pytest.mark.parametrize("change, words", [
    (("median=200", "median=-1"), "expected median to be a number, found '-1'"),
    (("median=200", "median=9"), "expected min to be at most median, found min=10 median=9"),
    (("p99=4000", "p99=2999"), "expected p90 to be at most p99, found p90=3000 p99=2999"),
    (("max=5000", "max=0"), "expected p99 to be at most max, found p99=4000 max=0"),
])
def test_refuses_figures_that_cannot_be(change, words, logs):
    (log,) = logs(log=[TRAPLINE[0].replace(*change)])
    assert_refused(run(log), f"{log}:1: {words}")


def test_refuses_a_name_twice(logs):
    (log,) = logs(log=[*TRAPLINE, TRAPLINE[0]])
    assert_refused(run(log), f"{log}:3: expected each name once, found CPUID twice")


def test_refuses_two_units(logs):
    trapline, kvm = logs(trapline=TRAPLINE, kvm=[KVM[0].replace("tsc", "aperf")])
    assert_refused(run(trapline, kvm), "expected logs with the same unit, found", "tsc in trapline",
                   "aperf in kvm")


@pytest.mark.parametrize("arguments,words", [
    ([], "LOG"),
    (["=log"], "expected LOG or LABEL=LOG, found '=log'"),
    (["label="], "expected LOG or LABEL=LOG, found 'label='"),
    (["a=one", "a=two"], "expected a different label for each log, found 'a' twice"),
    (["one/run.log", "two/run.log"], "found 'run' twice"),
])
def test_wrong_usage(arguments, words):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert words in done.stderr
