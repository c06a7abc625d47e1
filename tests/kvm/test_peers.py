"""The measurement of KVM's VM exits completes, and its results match those in docs/benchmarks.md."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/peers"))
import bench_lines  # noqa: E402
import linux_in_bochs  # noqa: E402
import peers  # noqa: E402

FOLDER = ROOT / os.environ.get("KVM", "build/kvm")
SHOWN = ROOT / "docs/benchmarks/bochs/kvm_mitigations_off.log"
NO_EXIT = {"CR3_LOAD", "CR3_STORE", "INVLPG", "PAUSE"}  # make no VM exits under KVM


def test_measures(tmp_path):
    log = tmp_path / "log"
    initrd = linux_in_bochs.make_initrd(FOLDER, ["kvm-intel"], peers.INIT, peers.build(tmp_path))
    peers.measure(FOLDER, initrd, "off", log)
    found, shown = (bench_lines.benches_in(bench_lines.read_text(path), path) for path in (log, SHOWN))
    assert list(found) == list(shown)
    assert {name for name, bench in found.items() if bench.skipped is not None} == NO_EXIT
    for name in set(found) - NO_EXIT:
        # Another kernel version may change the cost, but not by a factor of two.
        assert shown[name].number("median") / 2 < found[name].number("median") \
            < shown[name].number("median") * 2, name
        assert found[name].pairs["to"] == shown[name].pairs["to"]
