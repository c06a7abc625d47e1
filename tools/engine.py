"""Boots a machine in Bochs, in QEMU with KVM, or in QEMU without KVM.

`make run` and the boot tests all use boot(). A machine has no visible display, no open port and no
network except a boot server of its own. It never outlives the program that started it.
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

# Seconds that a machine has to power itself off after its result line. From outside, a processor that
# has halted for good looks the same as one that is about to do something.
GRACE = 2.0

KVM_GET_API_VERSION = 0xAE00
KVM_CREATE_VM = 0xAE01
KVM_API_VERSION = 12
PR_SET_PDEATHSIG = 1

# Texts in Bochs's log that show that the machine ended: by the shutdown port, ACPI or a triple fault.
BOCHS_POWER_OFF = "ACPI control: soft power off"
BOCHS_ENDS = ("Shutdown port", BOCHS_POWER_OFF, "exception(): 3rd (")

RESULT = re.compile(r"^result: status=\w+ code=(\d+)\b.*\n", re.MULTILINE)


@dataclasses.dataclass
class Outcome:
    """The output of a machine and how it ended. `reason` is "ended" (by itself), "halted" (after its
    result line), "timeout", or "engine" (the emulator failed)."""

    reason: str
    serial: str
    console: str  # output to port 0xE9; under Bochs also the output of the debugger
    log: str  # the emulator's own log
    elapsed: float  # seconds

    def log_lines(self):
        """Returns Trapline's output from its boot line on. UEFI may print to the same port before it."""
        return self.serial[self.serial.index("\r\nboot: ") + 2:]

    def verdict(self):
        """Returns the exit status, and a message if the status is not the code of a result line."""
        codes = [int(code) for code in RESULT.findall(self.serial)]
        last_words = "; the last lines of the emulator's log:\n" + "\n".join(self.log.splitlines()[-12:])
        if len(codes) == 1 and codes[0] <= 6:
            return codes[0], None
        if self.reason == "timeout":
            return 124, f"no result within {self.elapsed:.0f} seconds"
        if self.reason == "engine":
            return 125, "the emulator failed" + last_words
        if not codes:
            return 126, "the machine ended without a result line" + last_words
        return 126, f"expected one result line with a code from 0 to 6, found the codes {codes}"


def kvm_obstacle(root=pathlib.Path("/")):
    """Returns the reason why KVM cannot run a guest that itself uses VMX, or None if it can."""
    flags = re.findall(r"^flags\s*:(.*)$", (root / "proc/cpuinfo").read_text(), re.MULTILINE)
    if not flags or "vmx" not in flags[0].split():
        return "KVM is not available: the processor has no VMX"
    try:
        kvm = os.open(root / "dev/kvm", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        return f"KVM is not available: /dev/kvm cannot be opened ({error.strerror})"
    try:
        if fcntl.ioctl(kvm, KVM_GET_API_VERSION) != KVM_API_VERSION:
            return "KVM is not available: /dev/kvm has another version of the interface"
        os.close(fcntl.ioctl(kvm, KVM_CREATE_VM, 0))
    except OSError as error:
        return f"KVM is not available: /dev/kvm does not work ({error.strerror})"
    finally:
        os.close(kvm)
    nested = root / "sys/module/kvm_intel/parameters/nested"
    if not nested.exists() or nested.read_text().strip() not in ("Y", "1"):
        return "KVM is not available: kvm_intel does not allow nested guests"
    return None


def choose(engine):
    """Returns the name of the engine to use, and the reason for the choice."""
    if engine != "auto":
        return engine, "as requested"
    obstacle = kvm_obstacle()
    if obstacle is None:
        return "qemu-kvm", "KVM works and allows nested guests"
    return "bochs", obstacle


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def running(command, folder):
    """Runs an emulator and yields its process; kills the process at the end. Bochs draws its display on
    a terminal of its own, which nobody sees. The terminal's replies would reach Bochs as key presses,
    so TERM=dumb keeps Bochs from drawing."""
    with open(folder / "stderr", "wb") as stderr:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
            env={**os.environ, "TERM": "dumb", "LINES": "1", "COLUMNS": "1"},
            start_new_session=True,  # only this program gets Ctrl-C, and it then kills the emulator
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
    """Returns True if a machine in Bochs was reset after its start. QEMU has -no-reboot instead."""
    return log.exists() and log.read_text("latin-1").count("bx_pc_system_c::Reset(") > 1


def read_pieces(source):
    """Returns all bytes that can be read now."""
    pieces = []
    with contextlib.suppress(BlockingIOError):
        while piece := os.read(source, 65536):
            pieces.append(piece)
    return b"".join(pieces)


def watch(process, serial, log, timeout, on_serial, end):
    """Reads the output of a machine until it ends or its time is up. `end` is a file descriptor that
    becomes readable when the process ends. Returns how the machine ended, the output of its serial
    port and the stdout of the emulator."""
    serial_output, stdout_output, unfinished = bytearray(), bytearray(), b""
    deadline = time.monotonic() + timeout
    has_result = False
    while time.monotonic() < deadline:
        # Check for the end before reading, so that the last output is not lost.
        ended = process.poll() is not None or has_restarted(log)
        piece = read_pieces(serial)
        stdout_output += read_pieces(process.stdout.fileno())
        if piece:
            on_serial(piece)
            serial_output += piece
            complete, newline, unfinished = (unfinished + piece).rpartition(b"\n")
            if not has_result and RESULT.search((complete + newline).decode("latin-1")):
                has_result = True
                deadline = min(deadline, time.monotonic() + GRACE)
        if ended:
            return "ended", serial_output, stdout_output
        # Bochs writes each byte separately, so do not wake up for every one.
        select.select([end], [], [], 0.02)
    return "halted" if has_result else "timeout", serial_output, stdout_output


def has_failed(engine, status, outcome):
    """Returns True if the emulator ended with this status because of an error of its own."""
    if status < 0:
        return True
    if engine == "bochs":
        return status != 0 and not any(words in outcome.log for words in BOCHS_ENDS)
    # QEMU also exits with 1 if the machine powers off successfully through isa-debug-exit.
    return status == 1 and not outcome.serial and not outcome.console


def boot(source, engine="auto", cpu=None, mem=None, timeout=60, on_serial=lambda piece: None,
         folder=None, **more):
    """Boots a machine and returns the Outcome. source is a disc, a folder to boot from over the network,
    or an object that makes a ROM (see machine.Machine).

    mem is in MiB, with the default of machine.Machine; timeout is in seconds. `more` sets other members
    of machine.Machine. on_serial is called with each piece of serial output as it arrives. The emulator's
    files are kept in folder, or removed if there is none.
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
            reason, serial_output, console = watch(process, serial, folder / "log", timeout, on_serial, end)
            elapsed = time.monotonic() - start
            status = process.poll()
        logs = [log.read_text("latin-1") for log in (folder / "stderr", folder / "log")
                if log.exists()]
        outcome = Outcome(reason, serial_output.decode("latin-1"), console.decode("latin-1"),
                          "".join(logs), elapsed)
        if status is not None and has_failed(engine, status, outcome):
            outcome.reason = "engine"
        return outcome
