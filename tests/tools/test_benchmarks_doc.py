"""Tests that docs/benchmarks.md matches the logs in docs/benchmarks."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/peers"))
import benchmarks_doc  # noqa: E402


def test_tables():
    text = benchmarks_doc.DOC.read_text()
    assert benchmarks_doc.rewritten(text) == text, "make docs writes them anew"
    assert all(len(benchmarks_doc.table(logs)) > 20 for logs in benchmarks_doc.TABLES.values())


def test_logs():
    """Each log is shown and complete."""
    shown = {word.split("=")[-1] for logs in benchmarks_doc.TABLES.values() for word in logs}
    assert {path.name for path in benchmarks_doc.LOGS.iterdir()} == shown
    for path in set(benchmarks_doc.LOGS.iterdir()) - set(benchmarks_doc.LOGS.glob("kvm_*.log")):
        done = subprocess.run([sys.executable, ROOT / "tools/check-log", path], capture_output=True,
                              timeout=60)
        assert done.returncode == 0, done.stdout
