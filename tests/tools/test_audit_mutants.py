"""Tests that a wrong result of a rule of the audit is detected, for rules without vectors.

tests/unit/vmx/audit/test_audit.c does the same for the rules that have vectors."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / os.environ.get("UNIT", "build/unit/gcc")
ROOM = UNIT / "vmx/audit"
PROGRAMS = ["test_memory", "test_places", "test_rules_msr"]
MUTATIONS = {"inverted": 1, "always broken": 2, "never broken": 3}


def run(program, mutant=None):
    environment = {**os.environ, **({"AUDIT_MUTANT": mutant} if mutant else {})}
    return subprocess.run([ROOM / program], env=environment, capture_output=True, text=True,
                          timeout=60)


def test_the_programs_pass():
    assert [run(program).returncode for program in PROGRAMS] == [0, 0, 0]


def test_there_are_such_rules():
    assert len(run("test_memory", "list").stdout.split()) > 5


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_each_is_noticed(mutation):
    rules = run("test_memory", "list").stdout.split()
    unnoticed = [rule for rule in rules
                 if all(run(program, f"{rule}:{MUTATIONS[mutation]}").returncode == 0
                        for program in PROGRAMS)]
    assert unnoticed == []
