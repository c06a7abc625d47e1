"""Boots Debian's kernel in Bochs with an initial file system that the caller makes. rig.py uses this to run QEMU with
KVM, and tests/peers to measure KVM.

Bochs is slow, so Linux must start with few instructions. This program unpacks the kernel, because the kernel's own
decompressor takes four billion instructions. A boot sector (boot.asm) replaces GRUB: it reads the kernel from a disk
and jumps to it. All files are in the initial file system, so that Linux needs no disk driver.

The parameter `folder` of these functions is a folder that keeps the kernel and its modules, downloaded once.
"""

import functools
import lzma
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "direct"))
import direct  # noqa: E402
import engine  # noqa: E402
import machine  # noqa: E402

PROCESSOR = "corei7_skylake_x"  # the model of Bochs that KVM runs on
MEMORY = 2048  # MiB

# Linux counts as hung if its serial port is silent for this many seconds of host processor time. The longest
# silence in these tests is that of UEFI: less than a minute.
SILENCE = 240

# Linux's command line for each boot. cryptomgr.notests halves the boot time, because the kernel skips the self-tests
# of its cryptography.
WORDS = ("console=ttyS0,115200", "nokaslr", "tsc=reliable", "lpj=1000000", "panic=5",
         "random.trust_cpu=1", "cryptomgr.notests", "loglevel=1")

BOCHSRC = """\
display_library: term
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, parallel=0, extfpuirq=1, gameport=0, iodebug=1
memory: guest={memory}, host=1024
cpu: model={processor}, count=1, ips=200000000, reset_on_triple_fault=0
clock: sync=none, time0=1700000000
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
boot: disk
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path=disk.img, mode=flat, cylinders={cylinders}, heads=16, spt=63
com1: enabled=1, mode=file, dev=serial
mouse: enabled=0
private_colormap: enabled=0
log: log
debugger_log: /dev/null
panic: action=fatal
error: action=report
info: action=ignore
"""
SECTOR = 512
CYLINDER = 16 * 63 * SECTOR
BLOCK = 64 * direct.KIB  # what boot.asm reads at a time

# The beginning of the first process's script. preemption_timer=0 makes KVM's behaviour independent of the TSC rate: KVM
# does not use the VMX preemption timer if its maximum is less than ten seconds, as at the 3.5 GHz of Bochs's CPUID.
INIT = """\
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc none /proc
$b mount -t devtmpfs none /dev
for module in $($b cat /modules/order); do
    case $module in
    kvm-intel.ko) $b insmod /modules/$module nested=1 preemption_timer=0 ;;
    *) $b insmod /modules/$module ;;
    esac
done
"""

# Memory layout. Linux itself is at 16 MiB, its link address.
PARAMETERS = 0x90000
COMMAND_LINE = PARAMETERS + 0x1000
INITRD = 128 * direct.MIB

# Offsets in the header of a packed kernel, and in the struct boot_params that begins with a copy of
# that header: Linux, Documentation/arch/x86/boot.rst and zero-page.rst.
E820_ENTRIES = 0x1E8
SETUP_HEADER = 0x1F1
SETUP_SECTORS = 0x1F1
HEADER_LENGTH = 0x201  # number of header bytes from 0x202 on
LOADER_TYPE = 0x210
RAMDISK_IMAGE = 0x218  # address, followed by the size
COMMAND_LINE_POINTER = 0x228
PAYLOAD_OFFSET = 0x248  # offset, followed by the length
E820_TABLE = 0x2D0
OTHER_LOADER = 0xFF


def sh(*command, **options):
    """Runs a command and returns its output. Raises an error if the command fails."""
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


def fetch_kernel(folder):
    """Downloads and unpacks Debian's kernel without installing it. Returns its release."""
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


def unpack(packed):
    """Returns the ELF file inside a packed kernel."""
    offset, length = struct.unpack_from("<II", packed, PAYLOAD_OFFSET)
    start = (packed[SETUP_SECTORS] + 1) * SECTOR + offset
    try:
        return lzma.LZMADecompressor().decompress(packed[start:start + length])
    except lzma.LZMAError as error:
        raise machine.EngineError("needs a kernel packed with XZ, found another format;"
                                  " adapt unpack() to it") from error


# ---- The initial file system ---------------------------------------------------------------------


def archive(tree):
    """Returns the files below a folder as an initial file system. Concatenating two of these merges their files."""
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    return subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, input=names.encode(),
                          capture_output=True, check=True).stdout


def module_files(folder, release, modules):
    """Returns the files of these modules and of their dependencies, in load order."""
    files = []
    for module in modules:
        listing = sh("/sbin/modprobe", "-d", folder / "kernel", "-S", release, "--show-depends", module)
        files += re.findall(r"^insmod (\S+)", listing, re.MULTILINE)
    return [pathlib.Path(file) for file in dict.fromkeys(files)]


def make_initrd(folder, modules, init, programs=(), more=None):
    """Returns an initial file system with these programs and the files below the folder `more`. Its first process loads
    the modules and then executes the shell script `init`."""
    with tempfile.TemporaryDirectory(prefix="trapline-initrd-") as tree:
        tree = pathlib.Path(tree)
        if more:
            shutil.copytree(more, tree, dirs_exist_ok=True)
        for name in ("bin", "modules", "proc", "sys", "dev", "tmp"):
            (tree / name).mkdir(exist_ok=True)
        for program in ("/bin/busybox", *programs):
            shutil.copy(program, tree / "bin")
        files = module_files(folder, fetch_kernel(folder), modules)
        for file in files:
            # Loading is faster without signature and symbols: Linux would verify the one and search the other.
            sh("strip", "--strip-unneeded", "-o", tree / "modules" / file.name, file)
        (tree / "modules/order").write_text("".join(f"{file.name}\n" for file in files))
        (tree / "init").write_text(INIT + init)
        (tree / "init").chmod(0o755)
        return archive(tree)


# ---- The disk --------------------------------------------------------------------------------------


def parameters(packed, words, initrd_size):
    """Returns the struct boot_params that a boot loader passes to Linux, followed by the command line."""
    data = bytearray(COMMAND_LINE - PARAMETERS)
    end = HEADER_LENGTH + 1 + packed[HEADER_LENGTH]
    data[SETUP_HEADER:end] = packed[SETUP_HEADER:end]
    data[LOADER_TYPE] = OTHER_LOADER
    struct.pack_into("<II", data, RAMDISK_IMAGE, INITRD, initrd_size)
    struct.pack_into("<I", data, COMMAND_LINE_POINTER, COMMAND_LINE)
    rows = direct.memory_map(MEMORY)
    data[E820_ENTRIES] = len(rows)
    for i, row in enumerate(rows):
        struct.pack_into("<QQI", data, E820_TABLE + 20 * i, *row)
    return bytes(data) + direct.text(" ".join(words))


@functools.cache
def boot_code():
    with tempfile.TemporaryDirectory(prefix="trapline-") as folder:
        binary = pathlib.Path(folder) / "boot"
        sh("nasm", "-f", "bin", "-w+all", "-Werror", "-o", binary, pathlib.Path(__file__).with_name("boot.asm"))
        return binary.read_bytes()


def disk_image(entry, pieces):
    """Returns a disk image. Its boot sector loads the pieces, each (address, contents), and starts Linux. Leaves out
    zeros at the end of a piece, because the memory of Bochs is zero initially."""
    table, data = struct.pack("<III", entry, PARAMETERS, len(pieces)), b""
    for address, contents in pieces:
        contents = direct.pad(contents.rstrip(b"\0"), BLOCK)
        table += struct.pack("<III", address, 1 + len(data) // SECTOR, len(contents) // BLOCK)
        data += contents
    code = boot_code() + table
    signature = b"\x55\xaa"
    assert len(code) <= SECTOR - len(signature)
    return direct.pad(code.ljust(SECTOR - len(signature), b"\0") + signature + data, CYLINDER)


def make_disk(folder, work, initrd, words):
    """Writes the disk image to work/disk.img. Returns its number of cylinders."""
    (kernel,) = (folder / "kernel/boot").glob("vmlinuz-*")
    packed = kernel.read_bytes()
    entry, segments = direct.segments_of(unpack(packed))
    pieces = [(address, contents) for address, contents, _ in segments]
    pieces += [(INITRD, initrd), (PARAMETERS, parameters(packed, words, len(initrd)))]
    image = disk_image(entry, pieces)
    (work / "disk.img").write_bytes(image)
    return len(image) // CYLINDER


def processor_seconds(process):
    """Returns the processor time in seconds that a process has used so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(process, serial, time_limit, silence=SILENCE):
    """Waits for an emulator. Returns "ended" if it ended, "silent" if it used `silence` seconds of processor time
    without output on its serial port, or "timeout" after time_limit seconds."""
    deadline = time.monotonic() + time_limit
    last_size, last_time = 0, 0.0
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return "ended"
        engine.read_pieces(process.stdout.fileno())
        now, size = processor_seconds(process), serial.stat().st_size if serial.exists() else 0
        if size != last_size:
            last_size, last_time = size, now
        elif now - last_time > silence:
            return "silent"
        time.sleep(0.1)
    return "timeout"


def boot(folder, work, initrd, words, time_limit):
    """Boots the kernel in Bochs until watch() returns. Bochs runs in the empty folder `work`. Returns the output of the
    serial port without the carriage returns that Linux adds. Raises EngineError if there was no output."""
    cylinders = make_disk(folder, work, initrd, (*WORDS, *words))
    (work / "bochsrc").write_text(BOCHSRC.format(processor=PROCESSOR, memory=MEMORY, cylinders=cylinders))
    (work / "debugger").write_text("c\nquit\n")
    serial = work / "serial"
    with engine.running(["bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"], work) as process:
        watch(process, serial, time_limit)
    if not serial.exists():
        logs = "".join(log.read_text("latin-1")[-1000:] for log in (work / "stderr", work / "log")
                       if log.exists())
        raise machine.EngineError(f"Linux printed nothing; the end of Bochs's output:\n{logs}")
    return serial.read_bytes().decode("latin-1").replace("\r\n", "\n")
