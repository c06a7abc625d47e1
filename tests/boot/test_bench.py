"""guest=bench: each figure comes from a measurement, and its statistics are consistent."""

import functools
import re

import pytest

import def_tables
import engine
import serial_log

MODELS = ["corei5_lynnfield_750", "corei7_haswell_4770", "corei7_skylake_x", "tigerlake"]
SINGLE = {"BOOT", "EPT_BUILD"}
TIMED = {"AUDIT"}

# The limit for each measurement in instructions, Trapline's and the guest's, as Bochs counts them exactly.
# Measurements without a row do not depend on Trapline's code.
MOST = {
    "CPUID": 101, "VMCALL": 241, "HLT": 81, "PAUSE": 225, "RDMSR": 330, "WRMSR": 375, "IN": 350,
    "OUT": 330, "CR3_LOAD": 580, "CR3_STORE": 290, "CR8_LOAD": 295, "CR8_STORE": 285, "INVLPG": 280,
    "EPT_VIOLATION": 510, "PREEMPTION_TIMER": 312, "EXTERNAL_INTERRUPT": 365, "EXCEPTION_INJECTION": 3, "NMI_INJECTION": 3,
}

# Measurements of the processor alone: the number of instructions between the two time stamps.
EXACTLY = {"VMREAD": 1, "VMWRITE": 1, "VMPTRLD": 1, "VMCLEAR": 1, "VMLAUNCH": 2, "VMRESUME": 2,
           "INVEPT": 1, "INVVPID": 1, "VMXOFF_VMXON": 2}


def names():
    """Returns the names of all measurements in the tables."""
    rows = [(def_tables.ROOT / f"vmx/bench/{table}.def").read_text() for table in ("measures", "root")]
    return re.findall(r"^(?:BENCH|ROOT)\((\w+),", "\n".join(rows), re.MULTILINE)


@functools.cache
def run(source, model):
    """Runs source and returns the lines of its log; the run must pass. Bochs is deterministic, so one run is enough."""
    lines = serial_log.parse(engine.boot(source, "bochs", model, timeout=60).serial)
    assert lines[-1]["status"] == "pass", lines[-1]
    return lines


@pytest.mark.parametrize("model", MODELS)
def test_figures(model, start):
    lines = run(start("guest=bench"), model)
    results = [line.pairs for line in lines if line.tag == "bench"]
    histograms = {line["name"]: line.pairs for line in lines if line.tag == "histogram"}
    assert sorted(result["name"] for result in results) == sorted([*names(), *SINGLE, *TIMED])
    measured = [result for result in results if "skipped" not in result]
    assert {result["name"] for result in measured} >= {"CPUID", "EPT_VIOLATION", "VMRESUME"}
    for result in measured:
        name, samples = result["name"], int(result["samples"])
        order = [int(result[key]) for key in ("min", "median", "p90", "p99", "max")]
        assert order == sorted(order) and order[0] > 0, result
        assert samples == (1 if name in SINGLE else 20 if name in TIMED else 500)
        assert (name in histograms) == (samples > 1)
        if samples > 1:
            counts = [int(count) for count in histograms[name]["counts"].split(",")]
            assert len(counts) == 16
            assert sum(counts) + int(histograms[name]["above"]) == samples
            assert int(histograms[name]["first"]) == order[0]
    assert [line["changed"] for line in lines if line.tag == "restore"] == ["0"]


def test_cost(start):
    lines = run(start("guest=bench"), "corei7_skylake_x")
    medians = {line["name"]: int(line["median"]) for line in lines
               if line.tag == "bench" and "skipped" not in line.pairs}
    over = {name: medians[name] for name, most in MOST.items() if medians[name] > most}
    assert not over
    assert {name: medians[name] for name in EXACTLY} == EXACTLY


# The limit for the additional instructions with trace=ring. A record costs least for exits that a fast path
# handles, and most if it holds VMCS fields or a register that the exit qualification names.
RING = {"HLT": 30, "CPUID": 30, "VMCALL": 45, "RDMSR": 45, "IN": 55, "EPT_VIOLATION": 65, "CR3_LOAD": 95}


def test_cost_of_the_ring(start):
    plain, ring = (
        {line["name"]: int(line["median"]) for line in lines
         if line.tag == "bench" and line.pairs.get("name") in RING}
        for lines in (run(start("guest=bench", *words), MODELS[2])
                      for words in ([], ["trace=ring", "records=16"])))
    assert not {name: ring[name] - plain[name] for name, most in RING.items()
                if ring[name] - plain[name] > most}
    assert all(ring[name] > plain[name] for name in RING)


def skipped(lines):
    return {line["name"]: line["skipped"] for line in lines
            if line.tag == "bench" and "skipped" in line.pairs}


# One model does not allow the control; the other allows it, but does not make the VM exits.
@pytest.mark.parametrize("model, why", [
    ("corei7_skylake_x", "this processor does not allow control MONITOR_TRAP_FLAG"),
    ("tigerlake", "needs 512 exits MONITOR_TRAP_FLAG, found 0: a control for them is 0, or this processor does not "
                  "make them"),
])
def test_no_figure(model, why, start):
    assert skipped(run(start("guest=bench"), model)) == {"MTF_STEP": why}


@pytest.mark.parametrize("control, name", [
    ("HLT_EXITING", "HLT"),
    ("PAUSE_EXITING", "PAUSE"),
    ("INVLPG_EXITING", "INVLPG"),
    ("CR8_LOAD_EXITING", "CR8_LOAD"),
    ("ACTIVATE_VMX_PREEMPTION_TIMER", "PREEMPTION_TIMER"),
])
def test_controls_that_are_off(control, name, start):
    """guest=bench skips an instruction that makes no VM exit."""
    lines = run(start("guest=bench", f"control.{control}=0"), "corei7_skylake_x")
    assert skipped(lines)[name] == f"control {control} is 0"


@pytest.mark.parametrize("words, names", [
    (["control.USE_IO_BITMAPS=0"], {"IN", "OUT"}),
    (["control.ENABLE_EPT=0"], {"EPT_VIOLATION"}),
])
def test_controls_behind_an_exit(words, names, start):
    lines = run(start("guest=bench", *words), "corei7_skylake_x")
    assert {name for name, why in skipped(lines).items() if "a control for them is 0" in why} == names


def test_timer_of_the_command_line(start):
    """A preemption timer from the command line does not end a benchmark early."""
    lines = run(start("guest=bench", "vmcs.VMX_PREEMPTION_TIMER_VALUE=100000"), "corei7_skylake_x")
    assert skipped(lines).keys() == {"MTF_STEP"}


def test_time_is_over(start):
    """The log keeps all results from before the time budget ran out."""
    source = start("guest=bench", "budget=8")
    lines = serial_log.parse(engine.boot(source, "bochs", MODELS[2], timeout=60).serial)
    assert lines[-1]["status"] == "fail" and "time budget exhausted" in lines[-1]["why"]
    measured = {line["name"] for line in lines if line.tag == "bench"}
    assert {"AUDIT", "VMRESUME", "VMXOFF_VMXON"} <= measured and "EXTERNAL_INTERRUPT" not in measured


def test_entries_that_fail(start):
    """guest=bench does not report the time of failed VM entries as the cost of VM entry."""
    source = start("guest=bench", "audit=warn", "vmcs.GUEST_CS_ACCESS_RIGHTS=0")
    lines = serial_log.parse(engine.boot(source, "bochs", MODELS[2], timeout=60).serial)
    assert lines[-1]["code"] == "4"
    assert skipped(lines) == {name: "the VM entry failed" for name in ("VMLAUNCH", "VMRESUME")}


@pytest.mark.parametrize("words, why", [
    (["guest=bench", "repeat=2"], "repeat= and checksum="),
    (["guest=bench", "checksum=1"], "repeat= and checksum="),
    (["guest=bench", "trace=live"], "trace="),
    (["guest=bench", "trace=3"], "trace="),
    (["guest=fuzz", "repeat=2"], "repeat= and checksum="),
    (["guest=fuzz", "checksum=1"], "repeat= and checksum="),
    (["guest=fuzz", "trace=ring"], "trace=ring"),
])
def test_refused_words(words, why, start):
    result = serial_log.parse(engine.boot(start(*words), "bochs", MODELS[2], timeout=60).serial)[-1]
    assert result["code"] == "6" and why in result["why"]


def test_no_budget(start):
    """A sample sets the preemption timer to 0. It is set again afterwards even without a time budget."""
    run(start("guest=bench", "budget=0"), "corei7_skylake_x")


def test_machine(start):
    """The log describes the machine, so that two logs can be compared."""
    lines = run(start("guest=bench"), "corei7_skylake_x")
    (machine,) = [line.pairs for line in lines if line.tag == "machine"]
    (time,) = [line.pairs for line in lines if line.tag == "time"]
    assert machine == {"brand": "Intel(R) Core(TM) i7-7800X CPU @ 3.50GHz", "signature": "0x50654",
                       "microcode": "0x0", "tsc_khz": time["tsc_khz"], "aperf": "yes",
                       "base_mhz": "3500", "max_mhz": "4000"}
