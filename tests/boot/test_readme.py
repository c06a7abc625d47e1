"""The README shows what is really printed, and says what make run really does."""

import re
import subprocess

import pytest

import engine

# What changes with the build, the boot loader's version or the model's audit.
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
    """make fails with its own error, which names the code. Without sources make takes the kernel under test as it is."""
    done = subprocess.run(["make", f"BUILD={tmp_path}", f"ELF={elf}", "SOURCES=", "ENGINE=bochs", f"ARGS={words}",
                           "run"], cwd=root, capture_output=True, text=True, timeout=300)
    assert (done.returncode == 0) == (code == 0), done.stderr
    assert code == 0 or f"Error {code}" in done.stderr
