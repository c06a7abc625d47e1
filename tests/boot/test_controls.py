"""Runs each VMX control, and checks that docs/controls.md matches the results."""

import re
import subprocess
import sys

import pytest

import control_facts
import def_tables
import engine
import exit_coverage
import guest_files
import serial_log

CONTROLS = {str(control): control for control in def_tables.controls()}
ALLOWED = {name: control_facts.models_that_allow(control) for name, control in CONTROLS.items()}
ALONE = [name for name, models in ALLOWED.items()
         if models and not control_facts.guests_that_ask(CONTROLS[name])]


def test_all_rows():
    """def_tables reads all rows of vmx/controls.def."""
    text = (def_tables.ROOT / "vmx/controls.def").read_text()
    assert len(CONTROLS) == len(re.findall(r"^CONTROL\(", text, re.MULTILINE)) > 100


@pytest.mark.parametrize("name", ALONE)
def test_alone(name, start):
    """guest=hlt ends as controls_alone.toml says with each control that no test guest sets."""
    row = control_facts.alone().get(name, {})
    source = start("exits=3", f"control.{name}=1", *row.get("words", []))
    lines = serial_log.parse(engine.boot(source, "bochs", ALLOWED[name][-1], timeout=60).serial)
    assert int(lines[-1]["code"]) == row.get("code", 0), lines[-1]
    assert re.search(row.get("why", ""), lines[-1]["why"])


def test_alone_has_no_others():
    assert control_facts.alone().keys() <= set(ALONE)


@pytest.mark.parametrize("name", ["ENABLE_PCONFIG", "EXIT.LOAD_CET_STATE"])
def test_not_allowed(name, start):
    """Trapline refuses a control that the model does not allow."""
    source = start(f"control.{name}=1")
    result = serial_log.parse(engine.boot(source, "bochs", "corei7_skylake_x").serial)[-1]
    assert "corei7_skylake_x" not in ALLOWED[name]
    assert result["code"] == "3", result


def test_guests_have_their_controls():
    """Each guest runs only on models that allow all controls of its command line."""
    for guest in guest_files.guests():
        for name in re.findall(r"control\.(\S+)=1", " ".join(guest.words)):
            assert set(guest.models) <= set(ALLOWED[name]), (guest.name, name)


def test_why_not():
    """If exit_coverage.toml says that no model allows a control, then no model does."""
    for reason, why in exit_coverage.explained("why_not").items():
        for name in re.findall(r"no model allows (\w+)", why):
            assert ALLOWED[name] == [], reason
        for model in guest_files.ALL_MODELS if "dual-monitor" in why else ():
            assert "dual_monitor=0" in (control_facts.CAPS / f"{model}.txt").read_text()


def test_docs(root):
    """docs/controls.md is up to date with the tables, the guests and the evidence."""
    text = subprocess.run([sys.executable, root / "tests/boot/controls_doc.py"], check=True,
                          capture_output=True, text=True).stdout
    assert text == (root / "docs/controls.md").read_text()
