"""tools/setup, on made-up machines: a folder of programs is all that each of them has."""

import shutil
import subprocess

import pytest

APT = """#!/bin/sh
echo "$*" >>"{log}"
case " $* " in
*" update "*) touch "{log}.updated" ;;
*) {install} ;;
esac
"""


@pytest.fixture
def machine(tmp_path, root):
    """machine(programs, apt, user, sudo): runs `tools/setup build` on a machine that has these
    programs; apt is what apt-get does to install, or None where there is no apt-get. Returns the
    finished process, with the calls of apt-get in .calls."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "calls"

    def program(name, text):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)

    def run(programs, apt="true", user=0, sudo=False, need="build"):
        for name in ("sh", "env", "touch"):
            (folder / name).symlink_to(shutil.which(name))
        for name in programs:
            program(name, "#!/bin/sh\n")
        if apt is not None:
            program("apt-get", APT.format(log=log, install=apt.format(log=log)))
        if sudo:
            program("sudo", f'#!/bin/sh\necho sudo >>"{log}"\nexec "$@"\n')
        program("id", f"#!/bin/sh\necho {user}\n")
        process = subprocess.run(["/bin/sh", root / "tools/setup", need], text=True, check=False,
                                 capture_output=True, env={"PATH": str(folder)})
        process.calls = log.read_text().splitlines() if log.exists() else []
        return process

    return run


ALL = ("objcopy", "gcc", "nasm", "python3")
INSTALL = "-q install -y --no-install-recommends gcc nasm"


def test_nothing_is_missing(machine):
    process = machine(ALL, apt=None)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_installs_what_is_missing(machine):
    process = machine(("objcopy", "python3"))
    assert process.returncode == 0
    assert process.calls == [INSTALL]
    assert "setup: installing gcc nasm\n" in process.stderr


def test_fetches_the_lists_where_need_be(machine):
    process = machine(("objcopy", "python3"), apt='[ -e "{log}.updated" ]')
    assert process.returncode == 0
    assert process.calls == [INSTALL, "-q update", INSTALL]


def test_sudo(machine):
    process = machine(("objcopy", "python3"), user=1000, sudo=True)
    assert process.returncode == 0
    assert process.calls == ["sudo", INSTALL]


@pytest.mark.parametrize("apt, user, reason", [
    (None, 0, "no apt-get"),
    ("true", 1000, "neither root nor sudo"),
    ("false", 0, "could not install"),
])
def test_says_what_to_install(apt, user, reason, machine):
    process = machine(("objcopy", "python3"), apt=apt, user=user)
    assert process.returncode == 1
    last = process.stderr.splitlines()[-1]
    assert reason in last
    assert last.endswith("please install these Debian packages: gcc nasm")


def test_usage(machine):
    assert machine(ALL, need="everything").returncode == 2


def test_all_is_there_now(root):
    """These tests run on a machine that tools/setup has set up: its proofs must all hold."""
    process = subprocess.run([root / "tools/setup", "test"], check=False, capture_output=True,
                             text=True)
    assert (process.returncode, process.stderr) == (0, "")
