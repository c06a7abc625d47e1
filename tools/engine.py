"""Boots a machine: Bochs, QEMU with KVM, or QEMU without.

`make run` and the boot tests both come through boot(). A machine has no display that anybody sees,
no open port and no network but a boot server of its own, and it never outlives the program that
started it.
"""

import contextlib
import ctypes
import dataclasses
import fcntl
import os
import pathlib
import re
import select
import signal
import subprocess
import tempfile
import time

import machine

ENGINES = ("auto", "bochs", "qemu-kvm", "qemu-tcg")

# Seconds in which a machine may switch itself off once it has said its result. A processor that
# halts for good looks the same from outside as one that is about to do something.
GRACE = 2.0

KVM_GET_API_VERSION = 0xAE00
KVM_CREATE_VM = 0xAE01
KVM_API_VERSION = 12
PR_SET_PDEATHSIG = 1

# How Bochs's log tells that the machine ended: by the port for it, by ACPI, or by a triple fault.
BOCHS_POWER_OFF = "ACPI control: soft power off"
BOCHS_ENDS = ("Shutdown port", BOCHS_POWER_OFF, "exception(): 3rd (")

RESULT = re.compile(r"^result: status=\w+ code=(\d+)\b.*\n", re.MULTILINE)


@dataclasses.dataclass
class Outcome:
    """What a machine did. `reason` says how it came to an end: "ended" by itself, "halted" after
    its result line, "timeout", or "engine" where the emulator gave up."""

    reason: str
    serial: str
    console: str  # what was written to port 0xE9; under Bochs also the debugger's words
    log: str  # the emulator's own
    elapsed: float  # seconds

    def log_lines(self):
        """What Trapline said, from its boot line on: UEFI's console may be on the same port."""
        return self.serial[self.serial.index("\r\nboot: ") + 2:]

    def verdict(self):
        """The exit status for this outcome, and a message where it is not a result's code."""
        codes = [int(code) for code in RESULT.findall(self.serial)]
        last_words = "; the emulator's last words:\n" + "\n".join(self.log.splitlines()[-12:])
        if len(codes) == 1 and codes[0] <= 6:
            return codes[0], None
        if self.reason == "timeout":
            return 124, f"no result within {self.elapsed:.0f} seconds"
        if self.reason == "engine":
            return 125, "the emulator gave up" + last_words
        if not codes:
            return 126, "the machine ended without a result line" + last_words
        return 126, f"wanted one result line with a code from 0 to 6, found the codes {codes}"


def kvm_obstacle(root=pathlib.Path("/")):
    """Why KVM cannot run a guest that uses VMX itself; None where it can."""
    flags = re.findall(r"^flags\s*:(.*)$", (root / "proc/cpuinfo").read_text(), re.MULTILINE)
    if not flags or "vmx" not in flags[0].split():
        return "KVM is not to be had, as the processor has no vmx"
    try:
        kvm = os.open(root / "dev/kvm", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        return f"KVM is not to be had, as /dev/kvm cannot be opened ({error.strerror})"
    try:
        if fcntl.ioctl(kvm, KVM_GET_API_VERSION) != KVM_API_VERSION:
            return "KVM is not to be had, as /dev/kvm speaks another version of the interface"
        os.close(fcntl.ioctl(kvm, KVM_CREATE_VM, 0))
    except OSError as error:
        return f"KVM is not to be had, as /dev/kvm does not work ({error.strerror})"
    finally:
        os.close(kvm)
    nested = root / "sys/module/kvm_intel/parameters/nested"
    if not nested.exists() or nested.read_text().strip() not in ("Y", "1"):
        return "KVM is not to be had, as kvm_intel does not allow nested guests"
    return None


def choose(engine):
    """The engine that `engine` stands for, and the reason."""
    if engine != "auto":
        return engine, "as asked"
    obstacle = kvm_obstacle()
    if obstacle is None:
        return "qemu-kvm", "KVM works and allows nested guests"
    return "bochs", obstacle


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def running(command, folder):
    """The process of an emulator; it is gone afterwards. Bochs's display is a terminal that Bochs
    itself makes and nobody looks at. What is drawn there comes back as key presses, unless that
    terminal is too dumb to be drawn on."""
    with open(folder / "stderr", "wb") as stderr:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
            env={**os.environ, "TERM": "dumb", "LINES": "1", "COLUMNS": "1"},
            start_new_session=True,  # Ctrl-C is for us, who then end it
            preexec_fn=die_with_parent)
    with process.stdout:
        os.set_blocking(process.stdout.fileno(), False)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def has_restarted(log):
    """Whether a machine in Bochs was reset after its start. For QEMU there is -no-reboot."""
    return log.exists() and log.read_text("latin-1").count("bx_pc_system_c::Reset(") > 1


def read_pieces(source):
    """All that can be read now, in one."""
    pieces = []
    with contextlib.suppress(BlockingIOError):
        while piece := os.read(source, 65536):
            pieces.append(piece)
    return b"".join(pieces)


def watch(process, serial, log, timeout, on_serial, end):
    """Reads what a machine says until it ends or its time is over; end: a file that can be read once
    the process has ended. Returns how it ended and what came from its serial port and from the
    emulator's stdout."""
    serial_said, stdout_said, unfinished = bytearray(), bytearray(), b""
    deadline = time.monotonic() + timeout
    has_result = False
    while time.monotonic() < deadline:
        # Asked first, so that what the machine said last is read below.
        ended = process.poll() is not None or has_restarted(log)
        piece = read_pieces(serial)
        stdout_said += read_pieces(process.stdout.fileno())
        if piece:
            on_serial(piece)
            serial_said += piece
            complete, newline, unfinished = (unfinished + piece).rpartition(b"\n")
            if not has_result and RESULT.search((complete + newline).decode("latin-1")):
                has_result = True
                deadline = min(deadline, time.monotonic() + GRACE)
        if ended:
            return "ended", serial_said, stdout_said
        # Bochs hands over each byte by itself: waking up for every one would slow it down.
        select.select([end], [], [], 0.02)
    return "halted" if has_result else "timeout", serial_said, stdout_said


def gave_up(engine, status, outcome):
    """Whether an emulator that ended with this status did so for reasons of its own."""
    if status < 0:
        return True
    if engine == "bochs":
        return status != 0 and not any(words in outcome.log for words in BOCHS_ENDS)
    # 1 is also what a machine in QEMU ends with when it is content.
    return status == 1 and not outcome.serial and not outcome.console


def boot(source, engine="auto", cpu=None, mem=None, timeout=60, on_serial=lambda piece: None,
         folder=None, **more):
    """Boots a disc, or from the network where source is a folder, or from a ROM that source makes
    (see machine.Machine), and returns the Outcome.

    mem is in MiB (without it as machine.Machine says), timeout in seconds; more is what else a machine.Machine has. on_serial is called
    with each piece of serial output as it comes. folder keeps the emulator's files; without it they
    are gone afterwards.
    """
    engine, _ = choose(engine)
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="trapline-"))
        folder = pathlib.Path(folder)
        source = pathlib.Path(source) if isinstance(source, (str, os.PathLike)) else source
        command = machine.command_line(folder, machine.Machine(engine, source, cpu, mem, **more))
        os.mkfifo(folder / "serial")
        serial = os.open(folder / "serial", os.O_RDWR | os.O_NONBLOCK)
        stack.callback(os.close, serial)
        start = time.monotonic()
        with running(command, folder) as process:
            end = os.pidfd_open(process.pid)
            stack.callback(os.close, end)
            reason, serial_said, said = watch(process, serial, folder / "log", timeout, on_serial, end)
            elapsed = time.monotonic() - start
            status = process.poll()
        logs = [log.read_text("latin-1") for log in (folder / "stderr", folder / "log")
                if log.exists()]
        outcome = Outcome(reason, serial_said.decode("latin-1"), said.decode("latin-1"),
                          "".join(logs), elapsed)
        if status is not None and gave_up(engine, status, outcome):
            outcome.reason = "engine"
        return outcome
