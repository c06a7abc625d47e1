"""tools/run and tools/engine.py, tested with kernels that end, hang and report in all ways."""

import functools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

import engine
import machine

LINE = "boot: trapline=0 loader=x firmware=bios cmdline=\"\""
PASS = 'result: status=pass code=0 why=""'
REFUSED = 'result: status=fail code=4 why=""'
TIME_LIMIT = "30"


@pytest.fixture(scope="session")
def dummy(tmp_path_factory, root):
    """dummy(lines, action) makes a disc with a kernel that prints these lines and then performs the action, which
    dummy.asm describes."""

    @functools.cache
    def make(text, action):
        folder = tmp_path_factory.mktemp("dummy")
        for command in (["nasm", "-f", "elf64", f"-DTEXT={text}", f"-D{action}", "-o", "dummy.o",
                         root / "tests/boot/dummy.asm"],
                        ["ld", "-T", root / "linker.ld", "-z", "noexecstack", "-z", "max-page-size=4096",
                         "-o", "dummy.elf", "dummy.o"],
                        [root / "tools/mkiso", "dummy.elf", "disc.iso", "--timeout", "0"]):
            subprocess.run(command, cwd=folder, check=True)
        return folder / "disc.iso"

    return lambda lines, action: make(",".join(f"'{line}',13,10" for line in lines), action)


@pytest.fixture
def command(root, tmp_path):
    """command(disc, *options) returns the command line and environment of tools/run, as arguments for subprocess."""

    def make(disc, *options, path=os.environ["PATH"]):
        (tmp_path / "tmp").mkdir(exist_ok=True)
        # A shell that runs the tests in the background may have set signals to be ignored.
        return {"args": [shutil.which("env"), "--default-signal",
                         sys.executable, root / "tools/run", "--iso", disc, *options],
                "env": {**os.environ, "PATH": path, "TMPDIR": str(tmp_path / "tmp")},
                "text": True}

    return make


@pytest.fixture
def run(command):
    """run(disc, *options) runs tools/run to its end and returns the finished process."""
    return lambda *words, **more: subprocess.run(**command(*words, **more), capture_output=True,
                                                 timeout=2 * float(TIME_LIMIT), check=False)


@pytest.mark.parametrize("lines, action, status", [
    ([LINE, PASS], "SHUTDOWN", 0),
    ([LINE, REFUSED], "SHUTDOWN", 4),
    ([LINE, REFUSED], "HALT", 4),
    ([LINE, REFUSED], "TRIPLE_FAULT", 4),
    ([LINE, REFUSED], "RESET", 4),
    ([LINE], "SHUTDOWN", 126),
    ([LINE], "RESET", 126),
    ([LINE], "TRIPLE_FAULT", 126),
    ([LINE, PASS, REFUSED], "SHUTDOWN", 126),
    ([LINE, PASS.replace("0", "7")], "SHUTDOWN", 126),
    ([LINE, "x" + PASS], "SHUTDOWN", 126),
])
@pytest.mark.parametrize("name", ["bochs", "qemu-tcg"])
def test_exit_status(name, lines, action, status, dummy, run, tmp_path):
    # The time limit is longer than the test waits, so that tools/run must notice the end of the machine.
    ended = run(dummy(lines, action), "--engine", name, "--timeout", "1000")
    assert (ended.returncode, ended.stdout.split("\n")[:-1]) == (status, lines), ended.stderr
    assert ended.stderr.startswith(f"run: {name}: ")
    assert len(ended.stderr.splitlines()) == 1 or status == 126
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["bochs", "qemu-tcg"])
def test_time_limit(name, dummy, run, tmp_path):
    ended = run(dummy([LINE], "SPIN"), "--engine", name, "--timeout", "4")
    assert (ended.returncode, ended.stdout) == (124, LINE + "\n")
    assert "4 seconds" in ended.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


def test_unknown_cpu(run, tmp_path):
    disc = tmp_path / "disc.iso"
    disc.touch()
    for name, model in (("bochs", "z80"), ("bochs", "corei7"), ("qemu-tcg", "z80")):
        ended = run(disc, "--engine", name, "--cpu", model)
        assert ended.returncode == 125
        assert model in ended.stderr
        assert "Traceback" not in ended.stderr


def test_wrong_options(run, tmp_path):
    for options in (("--engine", "vax"), ("--mem", "lots"), ("--speed", "9")):
        ended = run(tmp_path, *options)
        assert ended.returncode == 125
        assert options[-1] in ended.stderr
    assert run(tmp_path, "--help").returncode == 0


def test_no_disc_and_no_emulator(run, tmp_path):
    disc = tmp_path / "disc.iso"
    ended = run(disc, "--engine", "bochs")
    assert ended.returncode == 125
    assert str(disc) in ended.stderr
    disc.touch()
    for name, program in (("bochs", "bochs-bin"), ("qemu-tcg", "qemu-system-x86_64")):
        ended = run(disc, "--engine", name, path=str(tmp_path))
        assert ended.returncode == 125
        assert program in ended.stderr
        assert "tools/setup" in ended.stderr


def test_emulator_that_gives_up(run, tmp_path):
    disc = tmp_path / "disc.iso"
    disc.touch()
    for program in ("bochs-bin", "qemu-system-x86_64"):
        path = tmp_path / program
        path.write_text("#!/bin/sh\n[ $1 = -help ] && echo corei7_skylake_x && exit\n"
                        "echo out of luck >&2\nexit 1\n")
        path.chmod(0o755)
    for name in ("bochs", "qemu-tcg"):
        ended = run(disc, "--engine", name, path=f"{tmp_path}:{os.environ['PATH']}")
        assert ended.returncode == 125
        assert "out of luck" in ended.stderr


def children(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def wait_until(condition):
    deadline = time.monotonic() + float(TIME_LIMIT)
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("name", ["bochs", "qemu-tcg"])
@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143),
                                            (signal.SIGHUP, 129), (signal.SIGKILL, -9)])
def test_leaves_nothing_behind(name, number, status, dummy, command, tmp_path):
    disc = dummy([LINE], "SPIN")
    with subprocess.Popen(**command(disc, "--engine", name), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        assert process.stdout.readline() == LINE + "\n"  # shown while the machine runs
        (machine,) = children(process.pid)
        process.send_signal(number)
        assert process.wait(float(TIME_LIMIT)) == status
    wait_until(lambda: not pathlib.Path(f"/proc/{machine}").exists())
    if number != signal.SIGKILL:
        assert list((tmp_path / "tmp").iterdir()) == []


def test_nobody_listens(dummy, command):
    with subprocess.Popen(**command(dummy([LINE], "SPIN"), "--engine", "qemu-tcg"),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.wait(float(TIME_LIMIT)) == 141
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize("name", ["bochs", "qemu-tcg"])
def test_opens_no_port(name, dummy, command):
    with subprocess.Popen(**command(dummy([LINE], "SPIN"), "--engine", name),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        (machine,) = children(process.pid)
        open_files = [os.readlink(file) for file in pathlib.Path(f"/proc/{machine}/fd").iterdir()]
        process.terminate()
    assert open_files
    assert not [file for file in open_files if file.startswith("socket:")]


def test_keep(dummy, run, tmp_path):
    ended = run(dummy([LINE, PASS], "SHUTDOWN"), "--engine", "bochs", "--keep")
    (folder,) = (tmp_path / "tmp").iterdir()
    assert str(folder) in ended.stderr
    assert (folder / "bochsrc").exists()


def test_debugger_is_bochs_alone(tmp_path):
    disc = tmp_path / "disc.iso"
    disc.touch()
    with pytest.raises(machine.EngineError):
        engine.boot(disc, "qemu-tcg", debugger=["r"])


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A made-up host on which KVM works: its root folder, and {request: function} with the answers of ioctl()."""
    for name, text in (("proc/cpuinfo", "flags\t\t: fpu vmx sse\n"), ("dev/kvm", ""),
                       ("sys/module/kvm_intel/parameters/nested", "Y\n")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    answers = {engine.KVM_GET_API_VERSION: lambda: 12,
               engine.KVM_CREATE_VM: lambda: os.open("/dev/null", os.O_RDONLY)}
    monkeypatch.setattr(engine.fcntl, "ioctl", lambda file, request, *rest: answers[request]())
    return tmp_path, answers


def refuse():
    raise OSError(25, "Inappropriate ioctl for device")


def test_kvm_works(host):
    assert engine.kvm_obstacle(host[0]) is None


@pytest.mark.parametrize("words, spoil", [
    ("has no VMX", lambda root, answers: (root / "proc/cpuinfo").write_text("flags\t: fpu svm\n")),
    ("has no VMX", lambda root, answers:
     (root / "proc/cpuinfo").write_text("flags\t: fpu novmx\nvmx flags\t: vmx\n")),
    ("opened", lambda root, answers: (root / "dev/kvm").unlink()),
    ("version", lambda root, answers: answers.update({engine.KVM_GET_API_VERSION: lambda: 11})),
    ("not work", lambda root, answers: answers.update({engine.KVM_GET_API_VERSION: refuse})),
    ("not work", lambda root, answers: answers.update({engine.KVM_CREATE_VM: refuse})),
    ("nested", lambda root, answers:
     (root / "sys/module/kvm_intel/parameters/nested").write_text("N\n")),
    ("nested", lambda root, answers: (root / "sys/module/kvm_intel/parameters/nested").unlink()),
])
def test_kvm_does_not_work(words, spoil, host):
    spoil(*host)
    assert words in engine.kvm_obstacle(host[0])


def test_choice(monkeypatch):
    monkeypatch.setattr(engine, "kvm_obstacle", lambda: None)
    assert engine.choose("auto")[0] == "qemu-kvm"
    assert engine.choose("bochs")[0] == "bochs"
    monkeypatch.setattr(engine, "kvm_obstacle", lambda: "this processor has no vmx")
    assert engine.choose("auto") == ("bochs", "this processor has no vmx")
    assert engine.choose("qemu-kvm")[0] == "qemu-kvm"
