"""Compares the audit with processors: predicts the result of VM entries and tries them, with each rule's vectors and
with random mutations."""

import pathlib
import subprocess

import pytest

import engine
import serial_log

TIME_LIMIT = 900  # seconds; 1000 VM entries take a second or two
WHOLE, PART = 20000, 500  # random VM entries on each of MODELS

# One model for each generation of VMX. The other models run the vectors only.
MODELS = ["corei5_lynnfield_750", "corei7_sandy_bridge_2600k", "corei7_haswell_4770",
          "corei7_skylake_x", "tigerlake"]

EVIDENCE = pathlib.Path(__file__).resolve().parents[1] / "evidence"


def fuzz(source, model):
    outcome = engine.boot(source, "bochs", model, timeout=TIME_LIMIT)
    lines = serial_log.parse(outcome.serial)
    disagreements = [line.pairs for line in lines if line.tag == "disagreement"]
    assert disagreements == []
    assert lines[-1]["code"] == "0", lines[-1]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]
    return outcome.serial, [line for line in lines if line.tag == "fuzz"]


@pytest.mark.parametrize("model, count", [
    *[pytest.param(model, WHOLE, id=model, marks=pytest.mark.long) for model in MODELS],
    *[pytest.param(model, PART, id=f"{model}-part") for model in MODELS],
])
def test_random(model, count, start):
    seed = MODELS.index(model) + 1
    _, table = fuzz(start("guest=fuzz", f"count={count}", f"seed={seed}"), model)
    total = table[-1]
    assert int(total["tried"]) > count  # the vectors count, too
    for key in ("tried", "agreed", "order", "false_alarms", "misses", "deviations", "lenient"):
        assert int(total[key]) == sum(int(line[key]) for line in table[:-1])


@pytest.mark.parametrize("words", ["vmcs.GUEST_RFLAGS=0", "vmcs.HOST_CR3=0", "vmcs.HOST_RIP=0x1000",
                                   "control.ENABLE_EPT=0", "memory.0x1000=1"])
def test_base_has_to_enter(words, start):
    """guest=fuzz refuses a base VMCS that fails VM entry or is unsafe for the machine."""
    outcome = engine.boot(start("guest=fuzz", "count=10", words), "bochs")
    assert serial_log.parse(outcome.serial)[-1]["code"] == "6"


@pytest.mark.parametrize("model", sorted(path.stem for path in EVIDENCE.glob("*.txt")
                                         if not path.stem.startswith("kvm_")))
def test_evidence(model, start):
    """The evidence for docs/audit.md and docs/controls.md matches the processor model. tests/kvm checks the evidence
    for KVM."""
    text, _ = fuzz(start("guest=fuzz", "count=0"), model)
    for start, path in (("fuzz: rule=", f"{model}.txt"), ("caps: ", f"caps/{model}.txt")):
        seen = [line for line in text.splitlines() if line.startswith(start)]
        assert seen == (EVIDENCE / path).read_text().splitlines()


def test_docs(root, tmp_path):
    """docs/audit.md is up to date with the rules and the evidence."""
    made = tmp_path / "audit-doc"
    subprocess.run(["make", "-s", f"BUILD={tmp_path}", made], cwd=root, check=True)
    text = subprocess.run([made, *sorted(EVIDENCE.glob("*.txt"))], check=True, text=True,
                          capture_output=True).stdout
    assert text == (root / "docs/audit.md").read_text()
