"""guest=self: the running kernel becomes its own guest and leaves VMX again."""

import pytest

import engine
import serial_log

MODELS = ["corei5_lynnfield_750", "corei7_sandy_bridge_2600k", "corei7_haswell_4770",
          "corei7_skylake_x", "tigerlake"]


def boot(source, model, mem=None):
    return serial_log.parse(engine.boot(source, "bochs", model, mem=mem, timeout=300).serial)


def texts(lines):
    return [line["text"] for line in lines if line.tag == "guest"]


@pytest.mark.parametrize("model", MODELS)
def test_in_and_out(model, start):
    lines = boot(start("guest=self", "repeat=3"), model)
    assert lines[-1]["code"] == "0", lines[-1]
    assert texts(lines) == ["running as a guest", "running natively again"] * 3
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"] * 3
    assert {line["name"] for line in lines if line.tag == "exit"} >= {"CPUID", "VMCALL"}


def test_many_times(start):
    lines = boot(start("guest=self", "repeat=200"), "corei7_skylake_x")
    assert lines[-1]["code"] == "0", lines[-1]
    assert texts(lines).count("running natively again") == 200


@pytest.mark.long  # Bochs takes long to allocate this much memory; test_direct.py only claims it in the memory map
def test_memory_beyond_4_gib(start):
    assert boot(start("guest=self"), "corei7_skylake_x", mem=5120)[-1]["code"] == "0"


@pytest.mark.parametrize("words,code", [
    (["vmcs.GUEST_RFLAGS=0"], 3),
    (["vmcs.GUEST_RFLAGS=0", "audit=warn"], 4),
    (["vmcs.HOST_CR0=0", "audit=warn"], 4),
    (["entry.AFTER_MOV_SS=1", "audit=off"], 4),
])
def test_a_launch_that_fails_is_undone(words, code, start):
    lines = boot(start("guest=self", *words), "corei7_skylake_x")
    assert lines[-1]["code"] == str(code)
    assert texts(lines) == ["the launch failed; running natively"]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]
