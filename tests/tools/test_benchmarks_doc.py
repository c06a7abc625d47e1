"""docs/benchmarks.md shows what the logs beside it say."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOC = ROOT / "docs/benchmarks.md"
LOGS = ROOT / "docs/benchmarks/bochs"

TABLES = {
    "KVM": ["Trapline=corei7_skylake_x.log", "KVM, no mitigations=kvm_mitigations_off.log",
            "KVM, default mitigations=kvm_mitigations_default.log"],
    "models": ["corei5_lynnfield_750.log", "corei7_haswell_4770.log", "corei7_skylake_x.log",
               "tigerlake.log"],
}


@pytest.mark.parametrize("table", TABLES)
def test_table(table):
    done = subprocess.run([sys.executable, ROOT / "tools/bench-compare", "--markdown", *TABLES[table]],
                          cwd=LOGS, capture_output=True, text=True, timeout=60, check=True)
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(rows) > 20
    assert "\n".join(rows) in DOC.read_text()


def test_logs():
    """Each is shown, and is whole."""
    shown = {word.split("=")[-1] for words in TABLES.values() for word in words}
    assert {path.name for path in LOGS.iterdir()} == shown
    for path in LOGS.glob("core*.log"):
        done = subprocess.run([sys.executable, ROOT / "tools/check-log", path], capture_output=True,
                              timeout=60)
        assert done.returncode == 0, done.stdout
