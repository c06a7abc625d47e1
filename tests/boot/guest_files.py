"""Reads the header comments of the test guests and assembles the guests. A header comment has these lines:

    ; Description of the guest, one sentence or more.
    ; exits: RDTSC RDTSCP             exit reasons that the guest provokes, by the names of vmx/exits.def
    ; words: control.RDTSC_EXITING=1  options for the command line; default: none
    ; modes: real 32 64               modes to run the guest in
    ; models: tigerlake               models of Bochs to run it on; default: MODELS below
    ; bare: no, <why>                 do not run the guest on the bare processor
    ; ends: code=1 why=<regex>        expected result line; default: code 0
    ; ends: reset, <why>              the machine ends without a result line

The header comment ends at the first line that does not begin with "; ".
"""

import dataclasses
import functools
import pathlib
import re
import subprocess
import tempfile

import def_tables

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests/guests"

BITS = {"real": 16, "32": 32, "64": 64}
KEYS = ("exits", "words", "modes", "models", "bare", "ends")
ALL_MODELS = ("corei5_lynnfield_750", "corei5_arrandale_m520", "corei7_sandy_bridge_2600k",
              "corei7_ivy_bridge_3770k", "corei7_haswell_4770", "broadwell_ult",
              "corei7_skylake_x", "corei3_cnl", "corei7_icelake_u", "tigerlake")
MODELS = ("corei7_sandy_bridge_2600k", "tigerlake")  # an early model and the latest one
LONG = ("stress", "sweep")  # run by test_containment.py only
NOT_REAL = "corei5_lynnfield_750"  # cannot run real mode: it has no unrestricted guest


class HeaderError(Exception):
    """The header comment of a guest is incomplete or wrong."""


@dataclasses.dataclass(frozen=True)
class Guest:
    name: str
    sentence: str
    exits: tuple
    words: tuple
    modes: tuple
    models: tuple
    not_bare: str  # the reason not to run it on the bare processor; empty: run it there, too
    code: int  # of the result line; None if the machine ends without one
    why: str  # regular expression for the reason in the result line

    def runs(self):
        """Returns each (mode, model) to run the guest with."""
        return [(mode, model) for mode in self.modes for model in self.models
                if (mode, model) != ("real", NOT_REAL)]


def fail(name, what):
    raise HeaderError(f"tests/guests/{name}.asm: {what}")


def names_in(name, key, text, known):
    """Splits text into names. Fails unless each one is in known and occurs once."""
    names = tuple(text.split())
    wrong = [word for word in names if word not in known]
    if not names or wrong or len(set(names)) < len(names):
        fail(name, f"{key}: needs names from this list, each at most once: {' '.join(known)}; found {text}")
    return names


def end_of(name, text):
    if re.fullmatch(r"reset, .+", text):
        return None, ""
    found = re.fullmatch(r"code=([0-6])(?: why=(.+))?", text)
    if not found:
        fail(name, f"ends: needs 'code=<0 to 6> why=<regular expression>' or 'reset, <why>'; found {text}")
    return int(found[1]), found[2] or ""


def not_bare_of(name, text):
    found = re.fullmatch(r"no, (.+)", text)
    if not found:
        fail(name, f"bare: needs 'no, <why>'; found {text}")
    return found[1]


def parse(name, source):
    """Returns the Guest that a source text describes. Raises HeaderError if its header comment is wrong."""
    sentence, values = [], {}
    for line in source.splitlines():
        if not line.startswith("; "):
            break
        key = re.match(r"; ([a-z]+):(?: (.*)|$)", line)
        if key and key[1] not in KEYS:
            fail(name, f"{key[1]}: unknown key; needs one of {' '.join(KEYS)}")
        if key and (key[1] in values or not (key[2] or "").strip()):
            fail(name, f"{key[1]}: this key occurs twice or has no value")
        if not key and values:
            fail(name, f"needs '; key: value' after the first key, found: {line}")
        if key:
            values[key[1]] = key[2].strip()
        else:
            sentence.append(line[2:].strip())
    if not sentence or not {"exits", "modes"} <= values.keys():
        fail(name, "the header comment needs a sentence, exits: and modes:")
    words = tuple(values.get("words", "").split())
    for word in words:
        if not re.fullmatch(r"[a-z]+[\w.]*(=|\+=|-=)\S+", word):
            fail(name, f"words: needs options NAME=VALUE, NAME+=VALUE or NAME-=VALUE; found {word}")
    code, why = end_of(name, values.get("ends", "code=0"))
    return Guest(
        name=name, sentence=" ".join(sentence), words=words,
        exits=names_in(name, "exits", values["exits"], def_tables.exit_reasons()),
        modes=names_in(name, "modes", values["modes"], BITS),
        models=names_in(name, "models", values.get("models", " ".join(MODELS)), ALL_MODELS),
        not_bare=not_bare_of(name, values["bare"]) if "bare" in values else "",
        code=code, why=why)


def guests():
    """Returns all test guests, sorted by name."""
    return [parse(path.stem, path.read_text()) for path in sorted(FOLDER.glob("*.asm"))]


def run_in(folder, *command):
    subprocess.run(command, cwd=folder, check=True)


@functools.cache
def assemble(name, mode, bare=False, defines=()):
    """Returns the binary of a guest for a mode; with bare, the version for the bare processor. defines are further
    macros for the assembler, as "NAME=VALUE"."""
    with tempfile.TemporaryDirectory(prefix="trapline-") as folder:
        run_in(folder, "nasm", "-f", "bin", "-w+error", f"-DMODE={BITS[mode]}", f"-DBARE={int(bare)}",
               *[f"-D{define}" for define in defines], "-I", f"{FOLDER}/", "-o", "guest", FOLDER / f"{name}.asm")
        return pathlib.Path(folder, "guest").read_bytes()


@functools.cache
def bare_kernel(mode):
    """Returns the ELF file of the kernel that starts a guest in this mode on the bare processor."""
    with tempfile.TemporaryDirectory(prefix="trapline-") as folder:
        run_in(folder, "nasm", "-f", "elf64", "-w+all", "-Werror", f"-DMODE={BITS[mode]}",
               "-o", "bare.o", ROOT / "tests/boot/bare.asm")
        run_in(folder, "ld", "-T", ROOT / "linker.ld", "--defsym=guest=0x8000", "-z", "noexecstack",
               "-z", "max-page-size=4096", "-o", "bare.elf", "bare.o")
        return pathlib.Path(folder, "bare.elf").read_bytes()
