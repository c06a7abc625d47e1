"""Tests the command bench-form: the page, its suggested file name, and the input that it rejects."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/bench-form"
PRINTED, REFUSED = 0, 1

BOOT = 'boot: trapline=0.1.0 loader="GRUB 2" firmware=uefi cmdline="guest=bench"'
MACHINE = ('machine: brand="Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz" signature=0x906ea'
           ' microcode=0xf4 tsc_khz=3192000 aperf=yes')
CPU = "cpu: vendor=GenuineIntel family=6 model=0x9e vmx=yes cpu=0"
CPUID = ("bench: name=CPUID unit=tsc samples=256 min=1200 median=1596 p90=1700 p99=1800 max=9000"
         " overhead=40")
SKIPPED = 'bench: name=MMIO skipped="no <memory> | none"'
RESULT = 'result: status=pass code=0 why="the guest is done"'
LOG = [BOOT, MACHINE, CPU, CPUID, SKIPPED, RESULT]


@pytest.fixture
def form(tmp_path):
    """Returns form(lines, *options), which runs the program on a log with these lines."""

    def run(lines, *options):
        log = tmp_path / "log"
        log.write_bytes("".join(line + "\r\n" for line in lines).encode("latin-1"))
        return subprocess.run([sys.executable, PROGRAM, log, *options], capture_output=True, text=True,
                              timeout=60, check=False)

    return run


def replaced(old, *new):
    at = LOG.index(old)
    return LOG[:at] + list(new) + LOG[at + 1:]


def assert_refused(done, words):
    assert (done.returncode, done.stdout) == (REFUSED, "")
    assert words in done.stderr


def test_page(form):
    done = form(LOG)
    assert done.returncode == PRINTED
    assert done.stdout.splitlines() == [
        "# Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz",
        "",
        "| | |",
        "| --- | --- |",
        "| processor | Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz |",
        "| signature (CPUID 1, EAX) | 0x906ea |",
        "| microcode | 0xf4 |",
        "| time-stamp counter | 3192000 kHz |",
        "| IA32_APERF | yes |",
        "| Trapline | 0.1.0 |",
        "| firmware | uefi |",
        "| command line | guest=bench |",
        "",
        "| exit | unit | samples | min | median | p90 | p99 | max | overhead | median, ns |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| CPUID | tsc | 256 | 1200 | 1596 | 1700 | 1800 | 9000 | 40 | 500 |",
        "",
        "Not measured:",
        "",
        "- MMIO: no &lt;memory> \\| none"]


def test_no_list_where_all_was_measured(form):
    assert "Not measured" not in form(replaced(SKIPPED)).stdout


def test_other_units_have_no_time(form):
    done = form(replaced(CPUID, CPUID.replace("unit=tsc", "unit=aperf")))
    assert "| CPUID | aperf | 256 | 1200 | 1596 | 1700 | 1800 | 9000 | 40 |  |" in done.stdout


def test_notes(form):
    page = form(LOG, "--note", "Turbo is off.", "--note", "In a rack.").stdout
    assert "\n\nTurbo is off.\n\nIn a rack.\n\n| exit |" in page


def test_cycles_of_the_core(form):
    """There is a column if any figure has a value, and an empty cell for a figure without one."""
    other = CPUID.replace("CPUID", "HLT")
    page = form(replaced(CPUID, CPUID + " core_permille=1250", other)).stdout
    assert "| max | overhead | core_permille | median, ns |" in page
    assert "| CPUID | tsc | 256 | 1200 | 1596 | 1700 | 1800 | 9000 | 40 | 1250 | 500 |" in page
    assert "| HLT | tsc | 256 | 1200 | 1596 | 1700 | 1800 | 9000 | 40 |  | 500 |" in page
    assert "core_permille" not in form(LOG).stdout


def test_a_hypervisor_is_told(form):
    page = form(replaced(CPU, CPU + ' hypervisor="KVMKVMKVM"')).stdout
    assert "| under a hypervisor | KVMKVMKVM |" in page


@pytest.mark.parametrize("brand,name", [
    ("Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz", "intel-core-i7-8700"),
    ("Intel(R) Xeon(R) Platinum 8175M CPU @ 2.50GHz", "intel-xeon-platinum-8175m"),
    ("Genuine Intel processor 0000", "genuine-intel-0000"),
    ("../../etc", "etc"),
    ("@", "unnamed"),
])
def test_names_the_file(form, brand, name):
    done = form(replaced(MACHINE, MACHINE.replace("Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz", brand)))
    assert done.stderr.endswith(f"docs/benchmarks/{name}.md\n")


@pytest.mark.parametrize("lines,words", [
    (replaced(MACHINE), "expected one machine line, found 0"),
    (replaced(BOOT), "expected one boot line, found 0"),
    ([*LOG, *LOG], "expected one machine line, found 2"),
    (replaced(RESULT), "expected one result line, found 0"),
    (replaced(RESULT, 'result: status=fail code=1 why="died"'), "found code=1: died"),
    (replaced(CPUID, SKIPPED.replace("MMIO", "HLT"), CPUID + "x"), "expected overhead to be a number"),
    ([BOOT, MACHINE, RESULT], "expected bench lines, found none"),
    (replaced(BOOT, "boot: firmware=bios"), "expected a boot line with trapline"),
    (replaced(MACHINE, 'machine: brand="x" signature=0x1 tsc_khz=1'), "found one without microcode aperf"),
    (replaced(MACHINE, MACHINE.replace("3192000", "0")), "expected tsc_khz to be a number above 0"),
    (replaced(MACHINE, MACHINE.replace('"Intel', "Intel")), "expected key=value"),
])
def test_refuses(form, lines, words):
    assert_refused(form(lines), words)


def test_refuses_a_file_that_is_not_there():
    done = subprocess.run([sys.executable, PROGRAM, "/absent"], capture_output=True, text=True,
                          timeout=60, check=False)
    assert_refused(done, "/absent: No such file or directory")
