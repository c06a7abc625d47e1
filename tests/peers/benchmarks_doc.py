"""Regenerates the tables of docs/benchmarks.md from the logs in docs/benchmarks/bochs.

usage: benchmarks_doc.py
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOC = ROOT / "docs/benchmarks.md"
LOGS = ROOT / "docs/benchmarks/bochs"

# {heading: logs to compare in the table below it}
TABLES = {
    "## Trapline and KVM, side by side": [
        "Trapline=corei7_skylake_x.log", "KVM, no mitigations=kvm_mitigations_off.log",
        "KVM, default mitigations=kvm_mitigations_default.log"],
    "## Models of Bochs": ["corei5_lynnfield_750.log", "corei7_haswell_4770.log",
                           "corei7_skylake_x.log", "tigerlake.log"],
}


def table(logs):
    """Returns the lines of the table that bench-compare makes from these logs."""
    done = subprocess.run([sys.executable, ROOT / "tools/bench-compare", "--markdown", *logs],
                          cwd=LOGS, capture_output=True, text=True, timeout=60, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("|")]


def rewritten(text):
    """Returns text with a new first table under each heading of TABLES."""
    lines = text.splitlines()
    for heading, logs in TABLES.items():
        start = next(i for i in range(lines.index(heading), len(lines)) if lines[i].startswith("|"))
        end = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
        lines[start:end] = table(logs)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOC.write_text(rewritten(DOC.read_text()))
