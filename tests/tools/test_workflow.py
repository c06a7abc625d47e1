"""Tests the workflow for GitHub Actions: the commands exist, and the kept files are created."""

import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.fixture(scope="module")
def workflow():
    return yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())


@pytest.fixture(scope="module")
def job(workflow):
    (job,) = workflow["jobs"].values()
    return job


def test_when(workflow):
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML 1.1 parses `on` as true


def test_a_time_limit_on_debian(job):
    assert job["container"] == "debian:12" and 0 < job["timeout-minutes"] <= 360


def test_commands_are_targets(job):
    commands = [step["run"] for step in job["steps"] if step.get("run", "").startswith("make ")]
    assert commands == ["make ${{ matrix.tests }}", "make iso"]
    for target in [*job["strategy"]["matrix"]["tests"], "iso"]:
        assert re.search(rf"^## {target}: ", MAKEFILE, re.MULTILINE), target


def test_all_tests_are_run(job):
    """The workflow runs the same targets as `make test-all`."""
    recipe = re.search(r"^test-all:\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]
    assert re.findall(r"\$\(MAKE\) (\S+)", recipe) == job["strategy"]["matrix"]["tests"]


def test_git_and_make_are_there_first(job):
    installs = job["steps"][0]["run"]
    assert "apt-get update" in installs and {"git", "make", "ca-certificates"} <= set(installs.split())


def test_actions_have_versions(job):
    actions = [step["uses"] for step in job["steps"] if "uses" in step]
    assert len(actions) == 2
    for action in actions:
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", action)


def test_what_is_kept_is_made(job):
    kept = job["steps"][-1]["with"]
    made = dict(re.findall(r"^(ELF|ISO) := \$\(BUILD\)/(\S+)$", MAKEFILE, re.MULTILINE))
    assert set(kept["path"].split()) == {f"build/{name}" for name in made.values()}
    assert kept["if-no-files-found"] == "error"
