"""Boots under QEMU with KVM and -cpu host, as a user with a Linux host does. Bochs emulates the VMX that KVM uses."""

import os
import pathlib
import subprocess

import pytest

import direct
import guest_files
import rig
import serial_log

ROOT = pathlib.Path(__file__).resolve().parents[2]
ELF = ROOT / os.environ.get("ELF", "build/trapline.elf")
FOLDER = ROOT / os.environ.get("KVM", "build/kvm")
EVIDENCE = ROOT / f"tests/evidence/kvm_on_{rig.PROCESSOR}.txt"

# Boots through BIOS or UEFI and GRUB. The UEFI machine boots from a USB stick.
DISCS = {
    "hlt": ["exits=20", "repeat=3"],
    "self": ["guest=self", "repeat=3"],
    "uefi_self": ["guest=self"],
}

# Boots from a ROM that replaces the firmware.
ROMS = {
    "refused": ["vmcs.GUEST_RFLAGS=0"],
    "warned": ["vmcs.GUEST_RFLAGS=0", "audit=warn"],
    "vectors": ["guest=fuzz", "count=0", "below=bochs"],
    "random": ["guest=fuzz", "count=3000", "seed=2", "below=bochs"],
    "bench": ["guest=bench"],
}

# Test guests and the modes to run them in, also from a ROM. They must pass as they do without KVM. The guest of
# XSETBV is left out, because IA32_VMX_CR4_FIXED1 does not allow CR4.OSXSAVE under KVM.
GUESTS = [("exceptions", "64"), ("modes", "real"), ("tables", "64"), ("strings", "real"),
          ("task", "32"), ("rdmsr", "64"), ("dr", "64"), ("cpuid", "64"), ("cr0", "64"),
          ("cr3", "64"), ("cr4", "64"), ("clts", "64"), ("fresh", "64"), ("hidden", "32"),
          ("invlpg", "64")]

# A ROM that hangs the processor: CLI and HLT in a loop.
HANGS = bytes(0xfff0) + b"\xfa\xf4\xeb\xfc".ljust(16, b"\0")


def make_rom(path, words, modules=()):
    path.write_bytes(direct.Direct(ELF.read_bytes(), " ".join(words), modules=modules).rom(rig.MEMORY))


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """{name: Run} of all discs and ROMs. Two Linuxes run them in parallel."""
    machines, guests = (tmp_path_factory.mktemp(name) for name in ("machines", "guests"))
    for name, words in DISCS.items():
        subprocess.run([ROOT / "tools/mkiso", ELF, machines / f"{name}.iso", "--timeout", "0", "--", *words],
                       check=True)
    for name, words in ROMS.items():
        make_rom(machines / f"{name}.rom", words)
    words = {guest.name: guest.words for guest in guest_files.guests()}
    for name, mode in GUESTS:
        make_rom(guests / f"{name}.rom", ["guest=flat", f"mode={mode}", *words[name]],
                 (guest_files.assemble(name, mode),))
    (guests / "hanging.rom").write_bytes(HANGS)
    found = rig.run(FOLDER, *(sorted(folder.iterdir()) for folder in (machines, guests)))
    return {pathlib.Path(name).stem: run for name, run in found.items()}


def run_of(runs, name):
    assert name in runs, f"{name} did not start before the time limit of {rig.TIME_LIMIT} s"
    assert runs[name].status != rig.KILLED, \
        f"{name} hung and was killed after {rig.DISC_SECONDS} s; its output:\n{runs[name].serial}"
    return runs[name]


def lines_of(runs, name, tag):
    text = run_of(runs, name).serial
    if name.startswith("uefi_"):  # the firmware's console is on the same port
        text = text[text.index("\r\nboot: ") + 2:]
    return [line for line in serial_log.parse(text) if line.tag == tag]


@pytest.mark.parametrize("name,code", [("hlt", 0), ("refused", 3), ("warned", 4), ("vectors", 0),
                                       ("random", 0), ("self", 0), ("bench", 0), ("uefi_self", 0)]
                         + [(name, 0) for name, _ in GUESTS])
def test_ends_with_its_code(runs, name, code):
    assert [line["code"] for line in lines_of(runs, name, "result")] == [str(code)]
    assert runs[name].status == code << 1 | 1  # isa-debug-exit
    assert {line["changed"] for line in lines_of(runs, name, "restore")} == {"0"}


def test_one_that_hangs_is_ended(runs):
    """A disc that hangs is killed, and tests that read its log report this."""
    assert runs["hanging"].status == rig.KILLED
    with pytest.raises(AssertionError, match="^hanging hung and was killed "):
        lines_of(runs, "hanging", "result")


def test_knows_where_it_runs(runs):
    (cpu,) = lines_of(runs, "hlt", "cpu")
    assert cpu["hypervisor"] == "KVMKVMKVM"


def test_memory_types(runs):
    """The types match the MTRRs that SeaBIOS sets for: RAM, VGA window, ROMs, RAM, devices, all addresses above."""
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
    """guest=bench measures all exits except two, and each one takes thousands of instructions, because it goes through
    KVM. KVM does not offer the monitor trap flag. For a preemption timer of 0, KVM enters the guest with a pending
    interrupt to itself; Bochs keeps it pending while the guest has RFLAGS.IF clear."""
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
    """The evidence for KVM in docs/audit.md matches its behaviour."""
    seen = [line for line in runs["vectors"].serial.splitlines()
            if line.startswith("fuzz: rule=")]
    assert seen == EVIDENCE.read_text().splitlines()
