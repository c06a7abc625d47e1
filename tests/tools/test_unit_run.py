"""tests/unit/run: no failure is missed, and the counts are right."""

import pathlib
import subprocess
import sys

import pytest

PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "unit/run"

GOOD = """cat <<'END'
[==========] Running 2 test(s).
[ RUN      ] one
[       OK ] one
[ RUN      ] other
[       OK ] other
[==========] 2 test(s) run.
[  PASSED  ] 2 test(s).
END
"""
BAD = """cat <<'END'
[==========] Running 3 test(s).
[ RUN      ] one
[  ERROR   ] --- 1 != 2
[  FAILED  ] one
[==========] 3 test(s) run.
[  PASSED  ] 1 test(s).
[  FAILED  ] 2 test(s), listed below:
[  FAILED  ] one
[  FAILED  ] other

 2 FAILED TEST(S)
END
exit 2
"""


@pytest.fixture
def run(tmp_path):
    """run(scripts): their exit status and their output, without the folder."""

    def start(*scripts, limit=60):
        programs = [tmp_path / f"test_{i}" for i in range(len(scripts))]
        for program, script in zip(programs, scripts):
            program.write_text(f"#!/bin/sh\n{script}")
            program.chmod(0o755)
        done = subprocess.run([sys.executable, PROGRAM, "--jobs", "2", "--limit", str(limit), *programs],
                              capture_output=True, text=True, timeout=120)
        assert done.stderr == ""
        return done.returncode, done.stdout.replace(f"{tmp_path}/", "").splitlines()

    return start


def test_passed(run):
    closing = ["[==========] 2 test(s) run.", "[  PASSED  ] 2 test(s)."]
    assert run(GOOD, GOOD, GOOD) == (0, ["test_0", *closing, "test_1", *closing, "test_2", *closing,
                                         "test-unit: 6 passed, 0 failed in 3 programs"])


def test_failed(run):
    status, lines = run(GOOD, BAD, GOOD)
    assert status == 1
    assert "[  ERROR   ] --- 1 != 2" in lines and "[ RUN      ] other" not in lines
    assert lines[-2:] == ["test-unit: failed: test_1", "test-unit: 5 passed, 2 failed in 3 programs"]


@pytest.mark.parametrize("end", ["kill -SEGV $$", "echo ERROR: AddressSanitizer; exit 1"])
def test_died(run, end):
    """Before its closing lines, or after them as where memory leaked."""
    status, lines = run(GOOD + end, end)
    assert status == 1
    assert lines[-2:] == ["test-unit: failed: test_0 test_1",
                          "test-unit: 2 passed, 2 failed in 2 programs"]


def test_too_long(run):
    status, lines = run("echo begun; exec sleep 600", GOOD, limit=1)
    assert status == 1
    assert lines[:3] == ["test_0", "begun", "not done after 1 s"]
    assert lines[-1] == "test-unit: 2 passed, 1 failed in 2 programs"
