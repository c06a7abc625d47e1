"""The commands and configuration files in docs/ci.md work exactly as printed."""

import os
import re
import socket
import subprocess
import threading

import pytest
import yaml

import engine
import guest_files
import machine


@pytest.fixture
def page(root):
    return (root / "docs/ci.md").read_text()


@pytest.fixture
def blocks(page):
    """The code blocks of the page."""
    return re.findall(r"^```\w*\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, root, elf):
    """A folder with the project's tools and kernel, in which commands can leave files."""
    (tmp_path / "tools").symlink_to(root / "tools")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/trapline.elf").symlink_to(elf)
    return tmp_path


def block_with(blocks, words):
    (block,) = [block for block in blocks if words in block]
    return block


def bash(commands, folder, **more):
    """Runs commands like a CI pipeline: stops at the first one that fails."""
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", commands], cwd=folder,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, **more)


def assert_pass(done):
    assert done.returncode == 0, done.stdout + done.stderr
    assert "serial.log: ok: " in done.stdout and "status=pass code=0" in done.stdout


def test_first_commands(blocks, folder):
    make, commands = block_with(blocks, "--exits HLT=10 --changed 0").split("\n", 1)
    assert make == "make -s build/trapline.elf"
    assert_pass(bash(commands, folder))


@pytest.fixture
def bochs_folder(blocks, folder, make_disc, elf):
    """The folder with all files that the page's Bochs command reads."""
    make_disc(elf, "exits=10").rename(folder / "ci.iso")
    (folder / "bochsrc").write_text(block_with(blocks, "display_library"))
    (folder / "dbg.rc").write_text(block_with(blocks, "quit\n"))
    return folder


def test_bochs(blocks, bochs_folder):
    commands = block_with(blocks, "bochs-bin")
    done = bash(commands, bochs_folder)
    assert_pass(done)
    assert "Killed" not in done.stderr
    status = bash(commands.replace("|| true", "|| echo $?").split("tools/check-log")[0], bochs_folder)
    assert status.stdout == "1\n"


def test_bochs_needs_no_luck(blocks, bochs_folder):
    """Bochs works without relying on uninitialised memory. MALLOC_PERTURB_ makes glibc fill allocated memory, so that
    a variable that Bochs never sets, such as the size of sound packets, is wrong in every run."""
    assert_pass(bash(block_with(blocks, "bochs-bin"), bochs_folder,
                     env={**os.environ, "MALLOC_PERTURB_": "85"}))


def bochsrcs(root):
    """Yields (file, text) for each bochsrc in the project. The text ends at the closing quotes or backticks."""
    for file in ("README.md", "docs/*.md", "tools/*", "tests/**/*.py"):
        for path in sorted(path for path in root.glob(file) if path.is_file()):
            for text in re.findall(r'^display_library: .*?^(?:```|""")', path.read_text(),
                                   re.MULTILINE | re.DOTALL):
                yield str(path.relative_to(root)), text


def test_bochs_is_silent_everywhere(root):
    """No bochsrc has a speaker or sound card: with these, Bochs 2.7 sometimes crashes on a machine without sound."""
    found = list(bochsrcs(root))
    assert {"docs/ci.md", "tools/machine.py", "tests/kvm/linux_in_bochs.py"} <= {file for file, _ in found}
    for file, text in found:
        assert re.search(r"^plugin_ctrl: .*\bspeaker=0\b", text, re.MULTILINE), file
        assert not re.search(r"^(sound|speaker|sb16|es1370):", text, re.MULTILINE), file


def qemu_command(blocks):
    return block_with(blocks, "qemu-system-x86_64")


def test_qemu_is_started_as_by_make_run(blocks, root):
    words = qemu_command(blocks).split("qemu-system-x86_64 ")[1].split()
    ours = " ".join(machine.qemu("kvm", "host", machine.Machine("qemu-kvm", root / "disc.iso"))[1:])
    ours = ours.replace("-accel kvm", "-enable-kvm").replace("-debugcon stdio ", "").replace("-M pc ", "")
    ours = ours.replace("disc.iso", "ci.iso").replace("file:serial", "file:serial.log")
    assert sorted(words) == sorted(ours.split())


def test_qemu_exit_status(blocks, folder, make_disc, elf):
    """The QEMU command returns the documented exit status. It runs here without KVM and therefore without VMX."""
    make_disc(elf).rename(folder / "ci.iso")
    done = bash(qemu_command(blocks).replace("-enable-kvm -cpu host", "-cpu max"), folder)
    assert done.returncode == 5, done.stderr
    checked = bash("tools/check-log serial.log --code 2", folder)
    assert checked.returncode == 0, checked.stdout


def test_kvm_obstacle(blocks, folder):
    done = bash(block_with(blocks, "kvm_obstacle"), folder)
    assert done.stdout.strip() == (engine.kvm_obstacle() or "KVM works")


def test_options_of_the_table(page, folder):
    """tools/check-log knows each option of the table. An empty log fails, but is not reported as wrong usage."""
    rows = re.findall(r"^\| (`--.*?) \|", page, re.MULTILINE)
    options = [option for row in rows for option in re.findall(r"`([^`]+)`", row)]
    assert len(options) >= 6
    for option in options:
        done = bash(f"tools/check-log {option} /dev/null", folder)
        assert (done.returncode, done.stderr) == (1, ""), option


def test_expected_failure(page, blocks, folder, start):
    options, words = re.search(r"`(--code 3 [^`]+)`\s+goes\s+with `([^`]+)`", page).groups()
    log = engine.boot(start(words), "bochs", timeout=60).serial
    (folder / "serial.log").write_text(log, newline="")
    assert bash(f"tools/check-log serial.log {options}", folder).returncode == 0


def test_actions_example(root, blocks, folder, elf):
    """The commands of the workflow's steps work. Installing, setting up and building is left out."""
    workflow = yaml.safe_load(block_with(blocks, "runs-on"))
    commands = [step["run"] for step in workflow["jobs"]["guest"]["steps"] if "run" in step]
    commands = [command for command in commands if "apt-get" not in command]
    assert commands[:2] == ["trapline/tools/setup run", "make -s -C trapline build/trapline.elf"]
    (folder / "trapline").symlink_to(folder)
    (folder / "guest.bin").write_bytes(guest_files.assemble("cpuid", "64"))
    assert_pass(bash("\n".join(commands[2:]), folder))


def test_lab(blocks, folder, start):
    """The commands for a machine in a lab work. A pseudo-terminal that stays open plays the serial port."""
    log = engine.boot(start("exits=1"), "bochs", timeout=60).serial
    machine, port = os.openpty()
    commands = block_with(blocks, "stty").replace("/dev/ttyUSB0", os.ttyname(port))
    bash(commands.splitlines()[0], folder)
    writer = threading.Thread(target=os.write, args=(machine, b"\x1b[2JGRUB\r\n" + log.encode()))
    writer.start()
    assert_pass(bash(commands, folder))
    writer.join()


def test_console_server(blocks, folder, start):
    log = engine.boot(start("exits=1"), "bochs", timeout=60).serial
    command = block_with(blocks, "/dev/tcp")
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = command.replace("console.lab/3001", f"127.0.0.1/{server.getsockname()[1]}")
        done = []
        reader = threading.Thread(target=lambda: done.append(bash(command, folder)))
        reader.start()
        line, _ = server.accept()
        with line:
            line.sendall(log.encode())
            reader.join(60)
    assert done and done[0].returncode == 0
    assert (folder / "serial.log").read_bytes().decode() == log
