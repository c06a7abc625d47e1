"""Test guests: flat binaries that check from the inside what a processor would have given them."""

import pathlib
import re
import subprocess

import pytest

import engine
import serial_log

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG = ["interrupt", "nmi", "stress", "sweep", "vmxshown"]  # elsewhere
GUESTS = sorted(path.stem for path in (ROOT / "tests/guests").glob("*.asm") if path.stem not in LONG)
MODES = {"real": 16, "32": 32, "64": 64}
# The first cannot run real mode.
MODELS = ["corei5_lynnfield_750", "corei7_sandy_bridge_2600k", "corei7_skylake_x", "tigerlake"]


def header(name):
    """What the first lines of a guest say of it: {key: words}."""
    text = (ROOT / f"tests/guests/{name}.asm").read_text()
    return {key: words.split() for key, words in re.findall(r"^; (words|modes): (.*)$", text, re.M)}


def variants():
    """Each guest in each of its modes, with and without what makes it exit more."""
    return [(guest, mode, words) for guest in GUESTS for mode in header(guest).get("modes", MODES)
            for words in ([[], header(guest)["words"]] if "words" in header(guest) else [[]])]


@pytest.fixture
def make_flat(tmp_path, elf):
    """make_flat(binary, *words): a disc that boots this binary as the flat guest."""

    def make(binary, *words):
        (tmp_path / "guest.bin").write_bytes(binary)
        disc = tmp_path / "disc.iso"
        subprocess.run([ROOT / "tools/mkiso", elf, disc, "--timeout", "0", "--module",
                        tmp_path / "guest.bin", "--", "guest=flat", *words], check=True)
        return disc

    return make


def assemble(name, mode, folder):
    binary = folder / f"{name}.{mode}"
    subprocess.run(["nasm", "-f", "bin", "-w+error", f"-DMODE={MODES[mode]}", "-I",
                    f"{ROOT}/tests/guests/", "-o", binary, ROOT / f"tests/guests/{name}.asm"],
                   check=True)
    return binary.read_bytes()


def boot(disc, model):
    outcome = engine.boot(disc, "bochs", model, timeout=60)
    return serial_log.parse(outcome.serial)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("guest,mode,words", variants())
def test_guest(guest, mode, words, model, make_flat, tmp_path):
    lines = boot(make_flat(assemble(guest, mode, tmp_path), f"mode={mode}", *words), model)
    if mode == "real" and model == "corei5_lynnfield_750":
        assert lines[-1]["code"] == "2"
        assert "UNRESTRICTED_GUEST" in lines[-1]["why"]
        return
    assert lines[-1]["code"] == "0", lines[-1]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]


FINISH = bytes.fromhex("b802000000 bb07000000 0f01c1")  # mov eax, 2; mov ebx, 7; vmcall


def test_status(make_flat):
    """A guest that says something was wrong is a failure, with its number."""
    result = boot(make_flat(FINISH), "corei7_skylake_x")[-1]
    assert result["code"] == "1"
    assert result["why"] == "the guest finished with status 7"


def test_print(make_flat, tmp_path):
    lines = boot(make_flat(assemble("vmcall", "64", tmp_path)), "corei7_skylake_x")
    assert [line["text"] for line in lines if line.tag == "guest"] == ["vmcall: begins"]


ROOM = (1 << 20) - 0x8000  # for a binary, with mem=1


@pytest.mark.parametrize("binary,size,words,code", [
    (FINISH, 0, ["mem=1"], 1),
    (FINISH, ROOM, ["mem=1"], 1),
    (FINISH, ROOM + 1, ["mem=1"], 6),
    (b"", 0, [], 6),
    (FINISH, 0, ["mem=0"], 6),
    (FINISH, 0, ["mode=16"], 6),
    (FINISH, 0, ["mem=1024"], 2),  # more than the machine has
    (b"\xf4", 0, [], 1),  # HLT, and nothing to wake it
    (b"\xeb\xfe", 0, ["vmcs.VMX_PREEMPTION_TIMER_VALUE=1000"], 1),  # loops for ever
])
def test_ends(binary, size, words, code, make_flat):
    disc = make_flat(binary.ljust(size, b"\0"), *words)
    assert boot(disc, "corei7_skylake_x")[-1]["code"] == str(code)


@pytest.mark.parametrize("guest,mode", [("state", "64"), ("faults", "64"), ("modes", "real")])
def test_more_exits(guest, mode, make_flat, tmp_path):
    """What the processor does by itself elsewhere, done by handlers."""
    controls = ["RDTSC_EXITING", "MOV_DR_EXITING", "INVLPG_EXITING", "PAUSE_EXITING",
                "CR3_LOAD_EXITING", "CR3_STORE_EXITING", "ENABLE_XSAVES_XRSTORS"]
    lines = boot(make_flat(assemble(guest, mode, tmp_path), f"mode={mode}",
                           *[f"control.{name}=1" for name in controls]), "corei7_skylake_x")
    assert lines[-1]["code"] == "0", lines[-1]


def test_next_guest(make_flat, tmp_path):
    """What a guest leaves in the processor is not there for the next one, nor for the host."""
    lines = boot(make_flat(assemble("state", "64", tmp_path), "repeat=2"), "corei7_skylake_x")
    assert lines[-1]["code"] == "0", lines[-1]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"] * 2


@pytest.mark.parametrize("exiting", [0, 1])
def test_scaled_time(exiting, make_flat, tmp_path):
    """A time stamp that the guest wrote, read by itself and by a handler, runs 64 times as fast."""
    lines = boot(make_flat(assemble("state", "64", tmp_path), "control.USE_TSC_OFFSETTING=1",
                           "control.USE_TSC_SCALING=1", f"vmcs.TSC_MULTIPLIER={1 << 54:#x}",
                           f"control.RDTSC_EXITING={exiting}"), "tigerlake")
    assert lines[-1]["code"] == "0", lines[-1]


def test_triple_fault(make_flat):
    """LIDT of a table without entries, then an exception."""
    result = boot(make_flat(bytes.fromhex("0f011c2500500000 0f0b")), "corei7_skylake_x")[-1]
    assert result["code"] == "1"
    assert "triple fault" in result["why"]


def test_no_module(make_disc, elf):
    result = boot(make_disc(elf, "guest=flat"), "corei7_skylake_x")[-1]
    assert result["code"] == "6"
    assert "module2" in result["why"]
