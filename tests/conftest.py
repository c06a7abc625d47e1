"""Fixtures for all tests: the kernel and ways to boot it."""

import os
import pathlib
import re
import subprocess

import pytest

import direct
import exit_coverage

ROOT = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def elf():
    """The kernel under test."""
    return ROOT / os.environ.get("ELF", "build/trapline.elf")


@pytest.fixture(scope="session")
def start(elf):
    """start(*words, kernel=..., modules=..., ...) returns a source for engine.boot() that starts a kernel directly,
    without BIOS and GRUB, with words as its command line. kernel defaults to the kernel under test. direct.Direct
    describes the other parameters."""
    under_test = elf.read_bytes()

    def make(*words, kernel=under_test, **parameters):
        return direct.Direct(kernel, " ".join(words), **parameters)

    return make


@pytest.fixture
def make_disc(tmp_path):
    """make_disc(kernel, *words) makes a disc that boots this kernel through GRUB, without a delay, with words as its
    command line."""

    def make(kernel, *words):
        disc = tmp_path / "disc.iso"
        subprocess.run([ROOT / "tools/mkiso", kernel, disc, "--timeout", "0", "--", *words],
                       check=True)
        return disc

    return make


@pytest.fixture
def make_disc_with(tmp_path, elf):
    """make_disc_with(binary, *words) makes a disc that boots the kernel under test with binary as its module."""

    def make(binary, *words):
        module, disc = tmp_path / "module.bin", tmp_path / "disc.iso"
        module.write_bytes(binary)
        subprocess.run([ROOT / "tools/mkiso", elf, disc, "--timeout", "0", "--module", module, "--",
                        *words], check=True)
        return disc

    return make


@pytest.fixture
def make_kernel_disc(tmp_path):
    """make_kernel_disc(kernel, binary) makes a disc that boots this kernel with binary as its module."""

    def make(kernel, binary):
        module, disc = tmp_path / "module.bin", tmp_path / "kernel.iso"
        module.write_bytes(binary)
        subprocess.run([ROOT / "tools/mkiso", kernel, disc, "--timeout", "0", "--module", module],
                       check=True)
        return disc

    return make


@pytest.fixture(scope="session")
def symbols(elf):
    """{name: address} of the kernel's symbols."""
    listing = subprocess.run(["nm", elf], capture_output=True, text=True, check=True).stdout
    return {name: int(address, 16)
            for address, name in re.findall(r"^([0-9a-f]+) \w (\S+)$", listing, re.MULTILINE)}


def pytest_terminal_summary(terminalreporter):
    """Prints which exit reasons the test guests covered, if any test guest ran."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    notes = exit_coverage.notes_of(reports)
    if notes:
        terminalreporter.section("exit reasons")
        for line in exit_coverage.table(notes):
            terminalreporter.line(line)
