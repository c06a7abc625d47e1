"""The test guests: what the comments say that each begins with, and how they are assembled.

    ; What it is, one sentence.
    ; exits: RDTSC RDTSCP             the exit reasons that it provokes, by the names of vmx/exits.def
    ; words: control.RDTSC_EXITING=1  words of the command line; may be absent
    ; modes: real 32 64               the modes that it is run in
    ; models: tigerlake               models of Bochs; absent: MODELS below
    ; bare: no, <why>                 it is not run on the bare processor
    ; ends: code=1 why=<regex>        of the result line; absent: code 0
    ; ends: reset, <why>              the machine ends without a result line

Only the guest's first comment is read: it ends with the first line that is none.
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
MODELS = ("corei7_sandy_bridge_2600k", "tigerlake")  # an early one and the last
LONG = ("stress", "sweep")  # they run by themselves: test_containment.py
NOT_REAL = "corei5_lynnfield_750"  # has no unrestricted guest


class HeaderError(Exception):
    """A guest does not say what it is, or says what cannot be."""


@dataclasses.dataclass(frozen=True)
class Guest:
    name: str
    sentence: str
    exits: tuple
    words: tuple
    modes: tuple
    models: tuple
    not_bare: str  # why it is not run on the bare processor; empty: it is
    code: int  # None: there is no result
    why: str  # a regular expression

    def runs(self):
        """Each mode and model that it runs in."""
        return [(mode, model) for mode in self.modes for model in self.models
                if (mode, model) != ("real", NOT_REAL)]


def fail(name, what):
    raise HeaderError(f"tests/guests/{name}.asm: {what}")


def names_in(name, key, text, known):
    """The blank-separated names of a line, all of them known and none twice."""
    names = tuple(text.split())
    wrong = [word for word in names if word not in known]
    if not names or wrong or len(set(names)) < len(names):
        fail(name, f"{key}: wants names, each once, of {' '.join(known)}; has {text}")
    return names


def end_of(name, text):
    if re.fullmatch(r"reset, .+", text):
        return None, ""
    found = re.fullmatch(r"code=([0-6])(?: why=(.+))?", text)
    if not found:
        fail(name, f"ends: wants code=<0 to 6> why=<regular expression>, or reset, and why; has {text}")
    return int(found[1]), found[2] or ""


def not_bare_of(name, text):
    found = re.fullmatch(r"no, (.+)", text)
    if not found:
        fail(name, f"bare: wants no, and why; has {text}")
    return found[1]


def parse(name, source):
    """The Guest that this source text is."""
    sentence, values = [], {}
    for line in source.splitlines():
        if not line.startswith("; "):
            break
        key = re.match(r"; ([a-z]+):(?: (.*)|$)", line)
        if key and key[1] not in KEYS:
            fail(name, f"{key[1]}: is none of {' '.join(KEYS)}")
        if key and (key[1] in values or not (key[2] or "").strip()):
            fail(name, f"{key[1]}: stands twice or says nothing")
        if not key and values:
            fail(name, f"no key: {line}")
        if key:
            values[key[1]] = key[2].strip()
        else:
            sentence.append(line[2:].strip())
    if not sentence or not {"exits", "modes"} <= values.keys():
        fail(name, "wants a sentence, exits: and modes:")
    words = tuple(values.get("words", "").split())
    for word in words:
        if not re.fullmatch(r"[a-z]+[\w.]*(=|\+=|-=)\S+", word):
            fail(name, f"words: {word} is no word of the command line")
    code, why = end_of(name, values.get("ends", "code=0"))
    return Guest(
        name=name, sentence=" ".join(sentence), words=words,
        exits=names_in(name, "exits", values["exits"], def_tables.exit_reasons()),
        modes=names_in(name, "modes", values["modes"], BITS),
        models=names_in(name, "models", values.get("models", " ".join(MODELS)), ALL_MODELS),
        not_bare=not_bare_of(name, values["bare"]) if "bare" in values else "",
        code=code, why=why)


def guests():
    """All test guests, by name."""
    return [parse(path.stem, path.read_text()) for path in sorted(FOLDER.glob("*.asm"))]


def run_in(folder, *command):
    subprocess.run(command, cwd=folder, check=True)


@functools.cache
def assemble(name, mode, bare=False, defines=()):
    """The bytes of a guest for a mode: for Trapline, or for the bare processor. defines: names and values of the
    assembler, as "NAME=VALUE"."""
    with tempfile.TemporaryDirectory(prefix="trapline-") as folder:
        run_in(folder, "nasm", "-f", "bin", "-w+error", f"-DMODE={BITS[mode]}", f"-DBARE={int(bare)}",
               *[f"-D{define}" for define in defines], "-I", f"{FOLDER}/", "-o", "guest", FOLDER / f"{name}.asm")
        return pathlib.Path(folder, "guest").read_bytes()


@functools.cache
def bare_kernel(mode):
    """The bytes of the kernel that starts a guest in this mode on the bare processor."""
    with tempfile.TemporaryDirectory(prefix="trapline-") as folder:
        run_in(folder, "nasm", "-f", "elf64", "-w+all", "-Werror", f"-DMODE={BITS[mode]}",
               "-o", "bare.o", ROOT / "tests/boot/bare.asm")
        run_in(folder, "ld", "-T", ROOT / "linker.ld", "--defsym=guest=0x8000", "-z", "noexecstack",
               "-z", "max-page-size=4096", "-o", "bare.elf", "bare.o")
        return pathlib.Path(folder, "bare.elf").read_bytes()
