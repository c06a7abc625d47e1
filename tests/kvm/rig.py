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
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import engine  # noqa: E402
import machine  # noqa: E402

PROCESSOR = "corei7_skylake_x"  # the model of Bochs that KVM runs on
TIME_LIMIT = 2400  # seconds; Linux alone takes two minutes or three, and UEFI as many
DISC_SECONDS = 300  # in emulated time, after which QEMU is ended

# Modules that the initial file system loads, and what each is there for.
MODULES = ("kvm-intel", "ata_piix", "sd_mod", "ext4")

BOCHSRC = """\
display_library: term
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, parallel=0, extfpuirq=1, gameport=0, iodebug=1
memory: guest=2048, host=1024
cpu: model={processor}, count=1, ips=200000000, reset_on_triple_fault=0
clock: sync=none, time0=1700000000
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
boot: cdrom
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path=disk.img, mode=flat, cylinders={cylinders}, heads=16, spt=63
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path=linux.iso, status=inserted
com1: enabled=1, mode=file, dev=serial
mouse: enabled=0
private_colormap: enabled=0
log: log
debugger_log: /dev/null
panic: action=fatal
error: action=report
info: action=ignore
"""

GRUB = """\
set timeout=0
menuentry linux {{
    linux /boot/vmlinuz console=ttyS0 nokaslr mitigations=off tsc=reliable lpj=1000000 panic=5 \
random.trust_cpu=1 loglevel=1
    initrd /boot/initrd.gz
}}
"""

# The first process: loads what it needs, runs each disc, and switches the machine off. What a disc
# says goes into a file first: QEMU would drop it where this serial port is too slow for it.
INIT = """\
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc none /proc
$b mount -t devtmpfs none /dev
for module in $($b cat /modules/order); do
    case $module in
    kvm-intel.ko) $b insmod /modules/$module nested=1 ;;
    *) $b insmod /modules/$module ;;
    esac
done
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


def sh(*command, **options):
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


def fetch_kernel(folder):
    """Unpacks Debian's stock kernel, which is not to be installed here. Returns its release."""
    kernel = folder / "kernel"
    if not kernel.exists():
        wanted = re.search(r"Depends: (linux-image-\S+)", sh("apt-cache", "depends",
                                                            "linux-image-amd64"))[1]
        sh("apt-get", "-q", "download", wanted, cwd=folder)
        (package,) = folder.glob("linux-image-*.deb")
        sh("dpkg", "-x", package, folder / "unpacked")
        sh("depmod", "-b", folder / "unpacked",
           next((folder / "unpacked/lib/modules").iterdir()).name)
        (folder / "unpacked").rename(kernel)
        package.unlink()
    return next((kernel / "lib/modules").iterdir()).name


def module_files(folder, release):
    """The files of MODULES and of what they need, in the order to load them."""
    files = []
    for module in MODULES:
        listing = sh("/sbin/modprobe", "-d", folder / "kernel", "-S", release, "--show-depends", module)
        files += re.findall(r"^insmod (\S+)", listing, re.MULTILINE)
    return list(dict.fromkeys(files))


def make_initrd(folder, release):
    tree = folder / "initrd"
    shutil.rmtree(tree, ignore_errors=True)
    for room in ("bin", "modules", "proc", "dev", "root"):
        (tree / room).mkdir(parents=True)
    shutil.copy("/bin/busybox", tree / "bin")
    files = [pathlib.Path(file) for file in module_files(folder, release)]
    for file in files:
        shutil.copy(file, tree / "modules")
    (tree / "modules/order").write_text("".join(f"{file.name}\n" for file in files))
    (tree / "init").write_text(INIT.format(seconds=DISC_SECONDS))
    (tree / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, input=names.encode(),
                             capture_output=True, check=True).stdout
    packed = subprocess.run(["gzip", "-1", "-n"], input=archive, capture_output=True, check=True)
    (folder / "initrd.gz").write_bytes(packed.stdout)


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
    if not stamp.exists() or stamp.stat().st_mtime < pathlib.Path(__file__).stat().st_mtime:
        make_initrd(folder, fetch_kernel(folder))
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


def make_linux_disc(folder, work):
    tree = work / "linux"
    (tree / "boot/grub").mkdir(parents=True)
    (kernel,) = (folder / "kernel/boot").glob("vmlinuz-*")
    shutil.copy(kernel, tree / "boot/vmlinuz")
    shutil.copy(folder / "initrd.gz", tree / "boot")
    (tree / "boot/grub/grub.cfg").write_text(GRUB.format())
    sh("grub-mkrescue", "-d", "/usr/lib/grub/i386-pc", "-o", work / "linux.iso", tree)


def boot(work):
    """Runs Bochs in work until it ends; returns what its serial port said. Linux puts a carriage
    return before each newline, those of the discs included, which have one of their own."""
    (work / "debugger").write_text("c\nquit\n")
    deadline = time.monotonic() + TIME_LIMIT
    with engine.running(["bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"], work) as process:
        while process.poll() is None and time.monotonic() < deadline:
            engine.read_pieces(process.stdout.fileno())
            time.sleep(0.1)
    return (work / "serial").read_bytes().decode("latin-1").replace("\r\n", "\n")


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
        make_linux_disc(folder, work)
        (work / "bochsrc").write_text(BOCHSRC.format(processor=PROCESSOR, cylinders=cylinders))
        serial = boot(work)
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
