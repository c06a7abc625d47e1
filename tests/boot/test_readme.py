"""The log in README.md matches a real one, and `make run` works as README.md says."""

import re
import subprocess

import pytest

import engine

# Values that depend on the build, the version of the boot loader or the number of audit checks.
VARIES = re.compile(r'\b(free_kib|root|cycles_\w+|checks|tsc_khz|entered|exited|handled)=\w+|loader="[^"]*"')


def excerpt(root):
    block = (root / "README.md").read_text().split("```\n")[1]
    return [line for line in block.splitlines() if line != "..."]


def test_excerpt(root, make_disc, elf):
    outcome = engine.boot(make_disc(elf, "exits=3"), "bochs", timeout=60)
    real = [VARIES.sub(r"\1", line) for line in outcome.serial.splitlines()]
    for line in excerpt(root):
        shown = VARIES.sub(r"\1", line.removesuffix(" ..."))
        assert any(whole.startswith(shown) for whole in real), line


@pytest.mark.parametrize("words, code", [("exits=1", 0), ("vmcs.GUEST_RFLAGS=0", 3)])
def test_make_run(root, elf, tmp_path, words, code):
    """`make run` succeeds for result code 0. Otherwise make fails, and its error names the code. SOURCES= keeps make
    from rebuilding the kernel under test."""
    done = subprocess.run(["make", f"BUILD={tmp_path}", f"ELF={elf}", "SOURCES=", "ENGINE=bochs", f"ARGS={words}",
                           "run"], cwd=root, capture_output=True, text=True, timeout=300)
    assert (done.returncode == 0) == (code == 0), done.stderr
    assert code == 0 or f"Error {code}" in done.stderr
