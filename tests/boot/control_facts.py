"""Facts about each VMX control: the models that allow it and the tests that use it."""

import pathlib
import re
import tomllib

import def_tables
import guest_files

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPS = ROOT / "tests/evidence/caps"

# The capability MSRs that report which bits of a control word may be 1 (SDM Vol 3D, appendix A), in
# order of preference: the first MSR that the processor has is used. For a 64-bit word, all bits of the
# MSR are such bits; for the other words, bits 63:32 are.
MSRS = {"PIN": (0x48d, 0x481), "PRIMARY": (0x48e, 0x482), "SECONDARY": (0x48b,),
        "TERTIARY": (0x492,), "EXIT": (0x48f, 0x483), "EXIT2": (0x493,), "ENTRY": (0x490, 0x484)}
WORDS_OF_64_BITS = ("TERTIARY", "EXIT2")


def capabilities(model):
    """Returns {number: value} of a model's capability MSRs."""
    text = (CAPS / f"{model}.txt").read_text()
    return {int(msr, 16): int(value, 16)
            for msr, value in re.findall(r"^caps: msr=(\w+) name=\w+ value=(\w+)", text, re.MULTILINE)}


def models_that_allow(control):
    """Returns the models on which this control may be 1."""
    allowed = []
    for model in guest_files.ALL_MODELS:
        msrs = capabilities(model)
        value = next((msrs[msr] for msr in MSRS[control.word] if msr in msrs), 0)
        if control.word not in WORDS_OF_64_BITS:
            value >>= 32
        if value >> control.bit & 1:
            allowed.append(model)
    return allowed


def guests_that_ask(control):
    """Returns the test guests whose command line sets this control."""
    return [guest for guest in guest_files.guests()
            if f"control.{control}=1" in guest.words and guest.name not in guest_files.LONG]


def alone():
    """Returns the rows of controls_alone.toml: controls that no test guest sets and that need special treatment when
    guest=hlt is run with them."""
    text = pathlib.Path(__file__).with_name("controls_alone.toml").read_text()
    return tomllib.loads(text)
