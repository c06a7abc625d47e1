"""Debian's own kernel, booted by Bochs with an initial file system of ours: what QEMU with KVM
(rig.py) and KVM's own costs (tests/peers) both stand on.

A folder keeps the kernel and its modules, which are fetched once.
"""

import pathlib
import re
import shutil
import subprocess
import time

import engine
import machine

PROCESSOR = "corei7_skylake_x"  # the model of Bochs that KVM runs on

# Words of Linux's command line that every boot here has.
WORDS = ("console=ttyS0,115200", "nokaslr", "tsc=reliable", "lpj=1000000", "panic=5",
         "random.trust_cpu=1", "loglevel=1")

BOCHSRC = """\
display_library: term
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, parallel=0, extfpuirq=1, gameport=0, iodebug=1
memory: guest=2048, host=1024
cpu: model={processor}, count=1, ips=200000000, reset_on_triple_fault=0
clock: sync=none, time0=1700000000
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
boot: cdrom
{disk}ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
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

DISK = """\
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path=disk.img, mode=flat, cylinders={cylinders}, heads=16, spt=63
"""

GRUB = """\
set timeout=0
menuentry linux {{
    linux /boot/vmlinuz {words}
    initrd /boot/initrd.gz
}}
"""

# What the first process begins with.
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
"""


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


def module_files(folder, release, modules):
    """The files of these modules and of what they need, in the order to load them."""
    files = []
    for module in modules:
        listing = sh("/sbin/modprobe", "-d", folder / "kernel", "-S", release, "--show-depends", module)
        files += re.findall(r"^insmod (\S+)", listing, re.MULTILINE)
    return list(dict.fromkeys(files))


def make_initrd(folder, target, modules, init, programs=()):
    """Writes an initial file system with these programs, which loads the modules and goes on with the
    lines of init. What it is made of stays in a folder beside it."""
    tree = target.parent / "initrd"
    shutil.rmtree(tree, ignore_errors=True)
    for room in ("bin", "modules", "proc", "sys", "dev", "root"):
        (tree / room).mkdir(parents=True)
    for program in ("/bin/busybox", *programs):
        shutil.copy(program, tree / "bin")
    files = [pathlib.Path(file) for file in module_files(folder, fetch_kernel(folder), modules)]
    for file in files:
        shutil.copy(file, tree / "modules")
    (tree / "modules/order").write_text("".join(f"{file.name}\n" for file in files))
    (tree / "init").write_text(INIT + init)
    (tree / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, input=names.encode(),
                             capture_output=True, check=True).stdout
    packed = subprocess.run(["gzip", "-1", "-n"], input=archive, capture_output=True, check=True)
    target.write_bytes(packed.stdout)


def make_disc(folder, work, initrd, words):
    tree = work / "linux"
    (tree / "boot/grub").mkdir(parents=True)
    (kernel,) = (folder / "kernel/boot").glob("vmlinuz-*")
    shutil.copy(kernel, tree / "boot/vmlinuz")
    shutil.copy(initrd, tree / "boot/initrd.gz")
    (tree / "boot/grub/grub.cfg").write_text(GRUB.format(words=" ".join((*WORDS, *words))))
    sh("grub-mkrescue", "-d", "/usr/lib/grub/i386-pc", "-o", work / "linux.iso", tree)


def boot(folder, work, initrd, words, time_limit, cylinders=None):
    """Boots the kernel of folder in Bochs, in the empty folder work or with a disk.img of so many
    cylinders there, until it ends or the time limit, in seconds, is over. Returns what its serial port
    said. Linux puts a carriage return before each newline, those of programs included."""
    make_disc(folder, work, initrd, words)
    disk = DISK.format(cylinders=cylinders) if cylinders else ""
    (work / "bochsrc").write_text(BOCHSRC.format(processor=PROCESSOR, disk=disk))
    (work / "debugger").write_text("c\nquit\n")
    deadline = time.monotonic() + time_limit
    with engine.running(["bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"], work) as process:
        while process.poll() is None and time.monotonic() < deadline:
            engine.read_pieces(process.stdout.fileno())
            time.sleep(0.1)
    if not (work / "serial").exists():
        words = "".join(said.read_text("latin-1")[-1000:] for said in (work / "stderr", work / "log")
                        if said.exists())
        raise machine.EngineError("Linux said nothing: Bochs did not start, or not within"
                                  f" {time_limit} seconds; its last words:\n{words}")
    return (work / "serial").read_bytes().decode("latin-1").replace("\r\n", "\n")
