"""QEMU with KVM, for machines that have no VMX: Bochs boots Debian's own kernel, and in it Debian's
own QEMU runs discs by `-enable-kvm -cpu host`. KVM then executes the disc's VMX instructions.

usage: rig.py FOLDER DISC.iso ...   prints what each disc wrote to its serial port; with UEFI from
                                    a USB stick, where its name begins with uefi_

FOLDER keeps what is made once: the kernel, its modules, QEMU and its libraries.
"""

import contextlib
import dataclasses
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import linux_in_bochs  # noqa: E402
import machine  # noqa: E402
from linux_in_bochs import sh  # noqa: E402

PROCESSOR = linux_in_bochs.PROCESSOR
TIME_LIMIT = 2400  # seconds; Linux alone takes two minutes or three, and UEFI as many
DISC_SECONDS = 300  # in emulated time, after which QEMU is ended

# Modules that the initial file system loads, and what each is there for.
MODULES = ("kvm-intel", "ata_piix", "sd_mod", "ext4")

# What the first process does when the modules are loaded: it runs each disc, and switches the machine
# off. What a disc says goes into a file first: QEMU would drop it where this serial port is too slow for
# it.
INIT = """\
for i in 1 2 3 4 5 6 7 8 9 10; do [ -b /dev/sda ] && break; $b sleep 1; done
$b mount -t ext4 -o ro /dev/sda /root
$b mount -t devtmpfs none /root/dev
$b mount -t tmpfs none /root/tmp
cd /root/discs
for disc in *.iso; do
    $b echo "rig: begin $disc"
    medium="-cdrom /discs/$disc -boot d"
    case $disc in
    uefi_*) medium="-bios /usr/share/ovmf/OVMF.fd -device qemu-xhci -drive \
        if=none,id=stick,format=raw,readonly=on,file=/discs/$disc -device usb-storage,drive=stick" ;;
    esac
    $b chroot /root /bin/busybox timeout -s KILL {seconds} /bin/qemu-system-x86_64 \
        -enable-kvm -cpu host -m 512 $medium -no-reboot -L /usr/share/qemu \
        -display none -vga none -nic none -monitor none -serial file:/tmp/serial \
        -device isa-debug-exit,iobase=0xf4,iosize=0x04 </dev/null
    status=$?
    $b cat /root/tmp/serial
    $b echo
    $b echo "rig: end $disc $status"
done
$b sleep 1
$b poweroff -f
"""


@dataclasses.dataclass
class Run:
    """What a disc wrote to its serial port, and QEMU's exit status."""

    serial: str
    status: int


def make_root(folder):
    """A file system with nothing but QEMU in it."""
    root = folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    for room in ("bin", "usr/share/qemu", "usr/share/ovmf", "tmp", "dev", "proc", "discs"):
        (root / room).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin")
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
    """Makes what does not depend on the discs. A stamp says that all of it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "ready"
    newest = max(pathlib.Path(source).stat().st_mtime for source in (__file__, linux_in_bochs.__file__))
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        linux_in_bochs.make_initrd(folder, folder / "initrd.gz", MODULES,
                                   INIT.format(seconds=DISC_SECONDS))
        make_root(folder)
        stamp.touch()


def make_disk(folder, work, discs):
    """The disk with QEMU and the discs; returns its cylinders."""
    root = work / "root"
    shutil.copytree(folder / "root", root)
    for name, disc in discs.items():
        shutil.copy(disc, root / "discs" / f"{name}.iso")
    used = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    mebibytes = -(-used * 5 // 4 // 2**20) + 16
    cylinder = 16 * 63 * 512
    cylinders = -(-mebibytes * 2**20 // cylinder)
    sh("/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", root, work / "disk.img",
       f"{cylinders * cylinder // 1024}k")
    with open(work / "disk.img", "ab") as image:
        image.truncate(cylinders * cylinder)
    return cylinders


def run(folder, discs):
    """Runs each disc of {name: path}, in the order of the names; with UEFI from a USB stick, where
    its name begins with uefi_ (UEFI's driver for discs reads them word by word, an exit each). Returns
    {name: Run}; a disc that the machine did not come to is missing. Raises where Linux did not come
    up."""
    folder = pathlib.Path(folder)
    prepare(folder)
    with tempfile.TemporaryDirectory(prefix="trapline-kvm-") as work:
        work = pathlib.Path(work)
        cylinders = make_disk(folder, work, discs)
        serial = linux_in_bochs.boot(folder, work, folder / "initrd.gz", ("mitigations=off",), TIME_LIMIT,
                                     cylinders)
    found = re.findall(r"^rig: begin (\S+)\.iso\n(.*?)^rig: end \1\.iso (\d+)$", serial,
                       re.MULTILINE | re.DOTALL)
    if not found:
        raise machine.EngineError("no disc was run to its end; the machine's last words:\n"
                                 + serial[-2000:])
    return {name: Run(text.removesuffix("\n"), int(status)) for name, text, status in found}


def main(arguments):
    folder, *discs = arguments
    for name, outcome in run(folder, {pathlib.Path(disc).stem: disc for disc in discs}).items():
        print(f"== {name}: QEMU's exit status {outcome.status}")
        print(outcome.serial, end="")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
