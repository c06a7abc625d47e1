"""tools/setup on made-up machines. Each machine is a folder of programs, which is the whole PATH."""

import shutil
import subprocess

import pytest

APT = """#!/bin/sh
echo "$*" >>"{log}"
case "$*" in
"-q update") touch "{log}.updated" ;;
"-s install "*) {rehearse} ;;
*) {install} ;;
esac
"""


@pytest.fixture
def machine(tmp_path, root):
    """machine(programs, install, ...) runs `tools/setup build` on a machine that has these programs. install is the
    shell command that apt-get runs to install, rehearse the one that it runs to simulate. With apt=False, there is
    no apt-get. Returns the finished process, with the calls of apt-get and sudo as .calls."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "calls"

    def program(name, text):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)

    def run(programs, install="true", rehearse="true", apt=True, user=0, sudo=False, need="build"):
        for name in ("sh", "env", "touch"):
            (folder / name).symlink_to(shutil.which(name))
        for name in programs:
            program(name, "#!/bin/sh\n")
        if apt:
            program("apt-get", APT.format(log=log, install=install.format(log=log),
                                          rehearse=rehearse.format(log=log)))
        if sudo:
            program("sudo", f'#!/bin/sh\necho sudo >>"{log}"\nexec "$@"\n')
        program("id", f"#!/bin/sh\necho {user}\n")
        process = subprocess.run(["/bin/sh", root / "tools/setup", need], text=True, check=False,
                                 capture_output=True, env={"PATH": str(folder)})
        process.calls = log.read_text().splitlines() if log.exists() else []
        return process

    return run


ALL = ("objcopy", "gcc", "nasm", "python3")
SOME = ("objcopy", "python3")
REHEARSE = "-s install gcc nasm"
UPDATE = "-q update"
INSTALL = "-q install -y --no-install-recommends gcc nasm"
UPDATED = '[ -e "{log}.updated" ]'


def test_nothing_is_missing(machine):
    process = machine(ALL, apt=False)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_installs_what_is_missing(machine):
    process = machine(SOME)
    assert process.returncode == 0
    assert process.calls == [REHEARSE, INSTALL]
    assert "setup: installing gcc nasm\n" in process.stderr


def test_fetches_lists_that_are_absent(machine):
    process = machine(SOME, rehearse=UPDATED, install=UPDATED)
    assert process.returncode == 0
    assert process.calls == [REHEARSE, UPDATE, INSTALL]


def test_fetches_lists_that_are_old(machine):
    process = machine(SOME, install=UPDATED)
    assert process.returncode == 0
    assert process.calls == [REHEARSE, INSTALL, UPDATE, INSTALL]


def test_sudo(machine):
    process = machine(SOME, user=1000, sudo=True)
    assert process.returncode == 0
    assert process.calls == [REHEARSE, "sudo", INSTALL]


@pytest.mark.parametrize("how, reason", [
    ({"apt": False}, "expected apt-get, found none"),
    ({"user": 1000}, "expected root or sudo"),
    ({"install": "false"}, "could not install"),
])
def test_says_what_to_install(how, reason, machine):
    process = machine(SOME, **how)
    assert process.returncode == 1
    last = process.stderr.splitlines()[-1]
    assert reason in last
    assert last.endswith("; install these Debian packages: gcc nasm")


def test_usage(machine):
    assert machine(ALL, need="everything").returncode == 2


def test_all_is_there_now(root):
    """tools/setup finds nothing missing on this machine, which it has set up to run the tests."""
    process = subprocess.run([root / "tools/setup", "test"], check=False, capture_output=True,
                             text=True)
    assert (process.returncode, process.stderr) == (0, "")
