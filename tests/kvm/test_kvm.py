"""The user's own way: QEMU with KVM and -cpu host, on the VMX that Bochs emulates."""

import os
import pathlib
import subprocess

import pytest

import guest_files
import rig
import serial_log

ROOT = pathlib.Path(__file__).resolve().parents[2]
ELF = ROOT / os.environ.get("ELF", "build/trapline.elf")
FOLDER = ROOT / os.environ.get("KVM", "build/kvm")
EVIDENCE = ROOT / f"tests/evidence/kvm_on_{rig.PROCESSOR}.txt"

# Linux is booted once for all of them.
DISCS = {
    "hlt": ["exits=20", "repeat=3"],
    "refused": ["vmcs.GUEST_RFLAGS=0"],
    "warned": ["vmcs.GUEST_RFLAGS=0", "audit=warn"],
    "vectors": ["guest=fuzz", "count=0", "below=bochs"],
    "random": ["guest=fuzz", "count=3000", "seed=2", "below=bochs"],
    "self": ["guest=self", "repeat=3"],
    "bench": ["guest=bench"],
    "uefi_self": ["guest=self"],  # with UEFI, from a USB stick
}

# Test guests in a mode each, which find the same as without KVM. Not that of XSETBV: CR4.OSXSAVE is none
# of the bits that IA32_VMX_CR4_FIXED1 allows there.
GUESTS = [("exceptions", "64"), ("modes", "real"), ("tables", "64"), ("strings", "real"),
          ("task", "32"), ("rdmsr", "64"), ("dr", "64"), ("cpuid", "64"), ("cr0", "64"),
          ("cr3", "64"), ("cr4", "64"), ("clts", "64"), ("fresh", "64"), ("hidden", "32"),
          ("invlpg", "64")]


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("discs")
    discs = {name: folder / f"{name}.iso" for name in DISCS}
    for name, words in DISCS.items():
        subprocess.run([ROOT / "tools/mkiso", ELF, discs[name], "--timeout", "0", "--", *words],
                       check=True)
    for guest in guest_files.guests():
        for mode in [mode for name, mode in GUESTS if name == guest.name]:
            module = folder / f"{guest.name}.bin"
            module.write_bytes(guest_files.assemble(guest.name, mode))
            discs[guest.name] = folder / f"guest_{guest.name}.iso"
            subprocess.run([ROOT / "tools/mkiso", ELF, discs[guest.name], "--timeout", "0",
                            "--module", module, "--", "guest=flat", f"mode={mode}", *guest.words],
                           check=True)
    return rig.run(FOLDER, discs)


def lines_of(runs, name, tag):
    text = runs[name].serial
    if name.startswith("uefi_"):  # whose console is on the same port
        text = text[text.index("\r\nboot: ") + 2:]
    return [line for line in serial_log.parse(text) if line.tag == tag]


@pytest.mark.parametrize("name,code", [("hlt", 0), ("refused", 3), ("warned", 4), ("vectors", 0),
                                       ("random", 0), ("self", 0), ("bench", 0), ("uefi_self", 0)]
                         + [(name, 0) for name, _ in GUESTS])
def test_ends_with_its_code(runs, name, code):
    assert [line["code"] for line in lines_of(runs, name, "result")] == [str(code)]
    assert runs[name].status == code << 1 | 1  # isa-debug-exit
    assert {line["changed"] for line in lines_of(runs, name, "restore")} == {"0"}


def test_knows_where_it_runs(runs):
    (cpu,) = lines_of(runs, "hlt", "cpu")
    assert cpu["hypervisor"] == "KVMKVMKVM"


def test_memory_types(runs):
    """As SeaBIOS writes the MTRRs: RAM, what a VGA card shows of itself, ROMs, RAM, devices, the rest."""
    ranges = [(line["from"], line["type"]) for line in lines_of(runs, "self", "mtrr")
              if "from" in line.pairs]
    assert [kind for _, kind in ranges] == ["WB", "UC", "WP", "WB", "UC", "WB"]
    assert [start for start, _ in ranges[:4]] == ["0x0", "0xa0000", "0xc0000", "0x100000"]
    assert ranges[5][0] == "0x100000000"
    (ept,) = lines_of(runs, "self", "ept")
    assert ept["wp_kib"] == "256"


def test_boots_with_uefi(runs):
    (boot,) = lines_of(runs, "uefi_self", "boot")
    assert boot["firmware"] == "uefi"


def test_halts(runs):
    exits = lines_of(runs, "hlt", "exit")
    assert [line["action"] for line in exits] == (["skip"] * 19 + ["stop"]) * 3
    assert {line["name"] for line in exits} == {"HLT"}


def test_audit_and_processor_refuse_alike(runs):
    (verdict,) = lines_of(runs, "warned", "verdict")
    assert verdict["agree"] == "yes"
    assert "reason 33" in verdict["processor"]


def test_measures(runs):
    """All but what is not made here, and every exit by its own way through KVM: thousands of instructions. KVM does not offer
    the monitor trap flag. A guest whose timer is 0 it lets enter and, by an interrupt to itself, exit at once: in Bochs
    that waits until the guest, which has RFLAGS.IF clear, takes interrupts."""
    results = [line.pairs for line in lines_of(runs, "bench", "bench")]
    assert [result["name"] for result in results if "skipped" in result] == ["MTF_STEP", "PREEMPTION_TIMER"]
    medians = {result["name"]: int(result["median"]) for result in results
               if "median" in result}
    for name in ("CPUID", "HLT", "EPT_VIOLATION", "EXTERNAL_INTERRUPT", "VMRESUME"):
        assert medians[name] > 10000, name


@pytest.mark.parametrize("name", ["vectors", "random"])
def test_no_disagreement(runs, name):
    assert [line.pairs for line in lines_of(runs, name, "disagreement")] == []
    total = lines_of(runs, name, "fuzz")[-1]
    assert int(total["tried"]) > 500


def test_evidence(runs):
    """What docs/audit.md says of KVM is what it does."""
    seen = [line for line in runs["vectors"].serial.splitlines()
            if line.startswith("fuzz: rule=")]
    assert seen == EVIDENCE.read_text().splitlines()
