"""tools/phase: a line for a phase of the tests, and all that it says if it fails."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

PHASE = pathlib.Path(__file__).resolve().parents[2] / "tools/phase"


@pytest.fixture
def phase(tmp_path):
    """phase(script): runs a phase called `name` of this shell script."""

    def run(script, seconds=60, v=""):
        return subprocess.run([PHASE, tmp_path / "logs", str(seconds), "sh", "-c", script, "name"],
                              env={**os.environ, "V": v}, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)

    return run


def test_passed(phase, tmp_path):
    done = phase("echo some words; echo others >&2")
    assert done.returncode == 0
    assert re.fullmatch(r"name          passed +\d+ s  \n", done.stdout)
    assert (tmp_path / "logs/name.log").read_text() == "some words\nothers\n"


@pytest.mark.parametrize("says, counts", [
    ("================== 3 passed, 1 skipped in 2.50s ==================", "3 passed, 1 skipped in 2.50s"),
    ("3 passed in 2.50s", "3 passed in 2.50s"),
    ("test-unit: 3 passed, 0 failed in 2 programs", "3 passed, 0 failed in 2 programs"),
    ("Done 2000 runs in 5 second(s)", "Done 2000 runs in 5 second(s)"),
    ("=== 3 passed in 2s ===\n[gw0] hello\nDone 9 runs in 5 second(s)", "3 passed in 2s; Done 9 runs in 5 second(s)"),
])
def test_counts(phase, says, counts):
    done = phase(f"cat <<'END'\nfirst\n{says}\nlast\nEND\n")
    assert re.fullmatch(rf"name +passed +\d+ s  {re.escape(counts)}\n", done.stdout)


def test_failed(phase):
    done = phase("echo some words; echo others >&2; echo '== 1 failed, 2 passed in 3s =='; exit 3")
    assert done.returncode == 3
    *shown, line = done.stdout.splitlines()
    assert shown == ["some words", "others", "== 1 failed, 2 passed in 3s =="]
    assert re.fullmatch(r"name +FAILED +\d+ s  1 failed, 2 passed in 3s", line)


def test_shown(phase, tmp_path):
    done = phase("echo some words; echo others >&2", v="1")
    assert done.returncode == 0
    assert re.fullmatch(r"some words\nothers\nname +passed +\d+ s  \n", done.stdout)


def test_open_files_are_handed_on(tmp_path):
    """By which make shares its jobs."""
    words = tmp_path / "words"
    subprocess.run(["sh", "-c", f"{PHASE} {tmp_path} 60 sh -c 'echo some >&3; echo words >&4' name"
                    f" 3>{words} 4>&3"], check=True, timeout=120)
    assert words.read_text() == "some\nwords\n"


def test_too_long(phase, tmp_path):
    """What it started has ended, too: it holds a lock no more."""
    lock = tmp_path / "lock"
    done = phase(f"flock {lock} sh -c 'echo begun; exec sleep 600' & wait", seconds=1)
    assert done.returncode == 124
    assert re.fullmatch(r"begun\nname +FAILED: not done after 1 s; +\d+ s  \n", done.stdout)
    subprocess.run(["flock", "--timeout", "60", lock, "true"], check=True, timeout=120)


def test_interrupted(tmp_path):
    """The same at Ctrl-C, which the terminal does not send to other groups of processes."""
    lock, fifo = tmp_path / "lock", tmp_path / "fifo"
    os.mkfifo(fifo)
    with subprocess.Popen([PHASE, tmp_path, "600", "sh", "-c",
                           f"flock {lock} sh -c 'echo >{fifo}; exec sleep 600' & wait", "name"],
                          env={**os.environ, "V": ""}) as process:
        fifo.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    subprocess.run(["flock", "--timeout", "60", lock, "true"], check=True, timeout=120)
