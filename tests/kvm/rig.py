"""Runs QEMU with KVM on hosts without VMX: Bochs boots Debian's kernel, under which Debian's QEMU boots discs with
`-enable-kvm -cpu host`. KVM then executes the disc's VMX instructions.

usage: rig.py FOLDER FILE ...   boots a machine from each FILE and prints the output of its serial port.
                                The name of FILE determines how the machine boots: see MEDIA

FOLDER keeps files for later runs: the kernel, its modules, QEMU and its libraries.
"""

import concurrent.futures
import contextlib
import dataclasses
import pathlib
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import linux_in_bochs  # noqa: E402
import machine  # noqa: E402
from linux_in_bochs import sh  # noqa: E402

PROCESSOR = linux_in_bochs.PROCESSOR
TIME_LIMIT = 2400  # seconds for all discs of a group, which take two or three minutes
DISC_SECONDS = 40  # time limit for a disc in emulated seconds; UEFI takes 14
KILLED = 137  # QEMU's exit status after DISC_SECONDS; also stands for a disc that hung all of Linux

MEMORY = 512  # MiB for each machine

# Further options of Linux's command line. They save time.
WORDS = (
    "mitigations=off",  # no mitigations of processor vulnerabilities
    "lsm=",  # no security module checks QEMU's system calls
    "idle=halt",  # halt at once when idle, without polling first
    # The rate of the time-stamp counter in kHz, from ips in Bochs's settings: instructions in a second of its timers.
    # CPUID reports 17 times this rate, with which a firmware that waits would execute 17 times as many instructions.
    "tsc_early_khz=200000",
)

# {shell pattern for the name of the file: QEMU's options to boot from it}. The first pattern that matches counts. A
# ROM replaces the firmware. UEFI boots from a USB stick, because its driver for discs reads single words, which cost
# an exit each.
MEDIA = {
    "*.rom": "-bios $file",
    "uefi_*.iso": "-bios /usr/share/ovmf/OVMF.fd -device qemu-xhci -drive"
                  " if=none,id=stick,format=raw,readonly=on,file=$file -device usb-storage,drive=stick",
    "*.iso": "-cdrom $file -boot d",
}

# The script of the first process, after it has loaded the modules. It runs QEMU with each disc and then powers off. If
# a disc hangs, it kills QEMU and continues with the next disc. QEMU's serial output goes to a file first: on the slow
# emulated serial port, QEMU would drop bytes.
INIT = """\
cd /discs
for disc in *; do
    $b echo "rig: begin $disc"
    file=/discs/$disc
    case $disc in
{media}
    esac
    $b timeout -s KILL {seconds} /bin/qemu-system-x86_64 \\
        -enable-kvm -cpu host -m {memory} $medium -no-reboot -L /usr/share/qemu \\
        -display none -vga none -nic none -monitor none -serial file:/tmp/serial \\
        -device isa-debug-exit,iobase=0xf4,iosize=0x04 </dev/null
    status=$?
    $b cat /tmp/serial
    $b rm /tmp/serial
    $b echo
    $b echo "rig: end $disc $status"
done
$b sleep 1
$b poweroff -f
"""


@dataclasses.dataclass
class Run:
    """The output of a machine's serial port, and QEMU's exit status."""

    serial: str
    status: int


def init():
    media = "\n".join(f'    {pattern}) medium="{options}" ;;' for pattern, options in MEDIA.items())
    return INIT.format(media=media, seconds=DISC_SECONDS, memory=MEMORY)


def make_root(root):
    """Copies QEMU, its libraries and its firmware files into a folder."""
    for name in ("bin", "usr/share/qemu", "usr/share/ovmf"):
        (root / name).mkdir(parents=True)
    qemu = shutil.which("qemu-system-x86_64")
    shutil.copy(qemu, root / "bin")
    for library in re.findall(r"(/\S+) \(0x", sh("ldd", qemu)):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)
    for firmware in (*pathlib.Path("/usr/share/seabios").glob("*.bin"),
                     *pathlib.Path("/usr/share/qemu").glob("*.bin")):
        if firmware.exists():  # some are links to packages that are not installed
            shutil.copy(firmware, root / "usr/share/qemu")
    shutil.copy(machine.OVMF, root / "usr/share/ovmf")


def prepare(folder):
    """Returns the initial file system without discs. Makes it only if the kept one is missing or outdated."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "initrd.cpio"
    newest = max(pathlib.Path(source).stat().st_mtime for source in (__file__, linux_in_bochs.__file__))
    if not kept.exists() or kept.stat().st_mtime < newest:
        with tempfile.TemporaryDirectory(prefix="trapline-root-") as root:
            make_root(pathlib.Path(root))
            made = linux_in_bochs.make_initrd(folder, ["kvm-intel"], init(), more=root)
        (folder / "unfinished").write_bytes(made)
        (folder / "unfinished").rename(kept)
    return kept.read_bytes()


def archive_of(discs):
    """Returns the discs as an initial file system."""
    with tempfile.TemporaryDirectory(prefix="trapline-discs-") as tree:
        target = pathlib.Path(tree) / "discs"
        target.mkdir()
        for disc in discs:
            shutil.copy(disc, target)
        return linux_in_bochs.archive(pathlib.Path(tree))


def begun_and_ended(serial):
    """Returns the names of all discs that began, and {name: Run} of the discs that ended."""
    ended = re.findall(r"^rig: begin (\S+)\n(.*?)^rig: end \1 (\d+)$", serial, re.MULTILINE | re.DOTALL)
    return (re.findall(r"^rig: begin (\S+)$", serial, re.MULTILINE),
            {name: Run(text.removesuffix("\n"), int(status)) for name, text, status in ended})


def run_group(folder, discs):
    """Runs discs one after the other in one Linux. A disc can hang this Linux, because Bochs does not interrupt a guest
    that has interrupts disabled and makes no VM exits. Then another Linux runs the remaining discs."""
    deadline = time.monotonic() + TIME_LIMIT
    runs, left = {}, list(discs)
    while left and time.monotonic() < deadline:
        with tempfile.TemporaryDirectory(prefix="trapline-kvm-") as work:
            serial = linux_in_bochs.boot(folder, pathlib.Path(work), prepare(folder) + archive_of(left), WORDS,
                                         deadline - time.monotonic())
        begun, ended = begun_and_ended(serial)
        if not begun:
            raise machine.EngineError("Linux ended before it ran a disc; the end of its output:\n" + serial[-2000:])
        runs.update({begun[-1]: Run("", KILLED)} | ended)
        left = [disc for disc in left if disc.name not in runs]
    return runs


def run(folder, *groups):
    """Runs each group of discs, given as paths, in its own Linux, all groups in parallel. Returns {file name: Run}.
    Leaves out discs that did not start before TIME_LIMIT. Raises EngineError if a Linux ran no disc at all."""
    folder = pathlib.Path(folder)
    prepare(folder)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = {}
        for outcome in pool.map(lambda discs: run_group(folder, discs), groups):
            runs.update(outcome)
        return runs


def main(arguments):
    folder, *discs = arguments
    for name, outcome in run(folder, [pathlib.Path(disc) for disc in discs]).items():
        print(f"== {name}: QEMU's exit status {outcome.status}")
        print(outcome.serial, end="")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
