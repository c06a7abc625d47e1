"""QEMU with KVM, for machines that have no VMX: Bochs starts Debian's own kernel, and in it Debian's
own QEMU runs discs by `-enable-kvm -cpu host`. KVM then executes the disc's VMX instructions.

usage: rig.py FOLDER FILE ...   prints what each machine wrote to its serial port. MEDIA says what a
                                machine boots from, by the name of its file

FOLDER keeps what is made once: the kernel, its modules, QEMU and its libraries.
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
TIME_LIMIT = 2400  # seconds for all discs of a group; they take two or three minutes
DISC_SECONDS = 40  # in emulated time, after which QEMU is ended; UEFI takes 14
KILLED = 137  # QEMU's exit status then; also of one that hung all of Linux

MEMORY = 512  # MiB of each machine

# Further words of Linux's command line. Each of them leaves out work that no test here needs.
WORDS = (
    "mitigations=off",  # of what processors leak
    "lsm=",  # no security module has a look at each call that QEMU makes
    "idle=halt",  # without polling before that
    # The time-stamp counter's rate: the instructions in a second of Bochs's timers (ips in its settings). By
    # CPUID it is 17 times as high, and a firmware that waits for a time would execute 17 times as many.
    "tsc_early_khz=200000",
)

# What a machine boots from: a pattern of the shell for the name of the file, and QEMU's options. The
# first pattern that fits counts. A ROM takes the place of the firmware. UEFI boots from a USB stick,
# because its driver for discs reads word by word, with an exit for each.
MEDIA = {
    "*.rom": "-bios $file",
    "uefi_*.iso": "-bios /usr/share/ovmf/OVMF.fd -device qemu-xhci -drive"
                  " if=none,id=stick,format=raw,readonly=on,file=$file -device usb-storage,drive=stick",
    "*.iso": "-cdrom $file -boot d",
}

# What the first process does when the modules are loaded: it runs each disc and switches the machine
# off. It ends a disc that hangs, and goes on with the next one. What a disc says goes into a file
# first, because QEMU drops what this serial port is too slow for.
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
    """What a machine wrote to its serial port, and QEMU's exit status."""

    serial: str
    status: int


def init():
    media = "\n".join(f'    {pattern}) medium="{options}" ;;' for pattern, options in MEDIA.items())
    return INIT.format(media=media, seconds=DISC_SECONDS, memory=MEMORY)


def make_root(root):
    """Fills a folder with nothing but QEMU."""
    for room in ("bin", "usr/share/qemu", "usr/share/ovmf"):
        (root / room).mkdir(parents=True)
    qemu = shutil.which("qemu-system-x86_64")
    shutil.copy(qemu, root / "bin")
    for library in re.findall(r"(/\S+) \(0x", sh("ldd", qemu)):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)
    for firmware in (*pathlib.Path("/usr/share/seabios").glob("*.bin"),
                     *pathlib.Path("/usr/share/qemu").glob("*.bin")):
        if firmware.exists():  # some are links to what is not installed
            shutil.copy(firmware, root / "usr/share/qemu")
    shutil.copy(machine.OVMF, root / "usr/share/ovmf")


def prepare(folder):
    """Returns the initial file system without the discs. It is made once."""
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
    """The discs as an initial file system."""
    with tempfile.TemporaryDirectory(prefix="trapline-discs-") as tree:
        room = pathlib.Path(tree) / "discs"
        room.mkdir()
        for disc in discs:
            shutil.copy(disc, room)
        return linux_in_bochs.archive(pathlib.Path(tree))


def begun_and_ended(serial):
    """The names of the discs that were begun, and {name: Run} of those that ended."""
    ended = re.findall(r"^rig: begin (\S+)\n(.*?)^rig: end \1 (\d+)$", serial, re.MULTILINE | re.DOTALL)
    return (re.findall(r"^rig: begin (\S+)$", serial, re.MULTILINE),
            {name: Run(text.removesuffix("\n"), int(status)) for name, text, status in ended})


def run_group(folder, discs):
    """Runs discs one after the other in one Linux. A disc can hang all of it: Bochs does not interrupt a
    guest that has interrupts off and makes no VM exits. Then another Linux runs what is left."""
    deadline = time.monotonic() + TIME_LIMIT
    runs, left = {}, list(discs)
    while left and time.monotonic() < deadline:
        with tempfile.TemporaryDirectory(prefix="trapline-kvm-") as work:
            serial = linux_in_bochs.boot(folder, pathlib.Path(work), prepare(folder) + archive_of(left), WORDS,
                                         deadline - time.monotonic())
        begun, ended = begun_and_ended(serial)
        if not begun:
            raise machine.EngineError("no disc was run; the machine's last words:\n" + serial[-2000:])
        runs.update({begun[-1]: Run("", KILLED)} | ended)
        left = [disc for disc in left if disc.name not in runs]
    return runs


def run(folder, *groups):
    """Runs each group of discs (paths of files) in a Linux of its own, all groups at the same time.
    Returns {name of the file: Run}. Discs are missing if there was no time left for them. Raises an error
    if a Linux began no disc at all."""
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
