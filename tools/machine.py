"""Builds the command lines and configuration files with which Bochs and QEMU emulate a machine."""

import dataclasses
import functools
import pathlib
import re
import subprocess

FIRMWARES = ("bios", "uefi")

# Default memory in MiB. The time that Bochs takes to start grows with the square of the memory.
MEM, MEM_OF_ROM = 256, 64


class EngineError(Exception):
    """The machine cannot be started. The text says why."""


@dataclasses.dataclass
class Machine:
    """A machine that boots from `source`: a disc, a folder of a TFTP server (tools/mknetboot) for a
    network boot, or an object whose rom(mem) returns a ROM that replaces the firmware."""

    engine: str  # bochs, qemu-kvm or qemu-tcg
    source: object  # a pathlib.Path, or an object with rom()
    cpu: str | None = None  # the engine's name of a processor model; None: its default
    mem: int | None = None  # MiB; None: MEM, or MEM_OF_ROM with a ROM that replaces the firmware
    firmware: str = "bios"
    stick: bool = False  # boot the disc image from a USB stick
    debugger: tuple = ()  # commands for Bochs's debugger before the machine starts
    board: str = "pc"  # one of QEMU_BOARDS
    # QEMU options for devices, including a serial port that writes to the file `serial`.
    devices: tuple = ("-serial", "file:serial")
    options: tuple = ()  # other QEMU options

    def __post_init__(self):
        self.mem = self.mem or (MEM if self.has_firmware() else MEM_OF_ROM)

    def has_firmware(self):
        return isinstance(self.source, pathlib.Path)

    def netboots(self):
        return self.has_firmware() and self.source.is_dir()


# QEMU's boards, and how each boots the disc. A "microvm" has no chip set and no PCI: its power registers
# are in memory, and its BIOS boots from a virtio disk. GRUB calibrates the time-stamp counter with port
# 61H, which a microvm lacks. The result depends on the host, and sometimes GRUB waits for ever. Therefore
# -icount makes the counter count instructions of 128 ns each.
QEMU_BOARDS = {
    "pc": ["-M", "pc", "-cdrom", "disc.iso", "-boot", "d"],
    "q35": ["-M", "q35", "-cdrom", "disc.iso", "-boot", "d"],
    "microvm": ["-icount", "shift=7,sleep=off", "-M", "microvm,acpi=on,isa-serial=on,pic=on,pit=on,rtc=on",
                "-bios", "/usr/share/seabios/bios-microvm.bin",
                "-device", "virtio-blk-device,drive=disc",
                "-drive", "id=disc,file=disc.iso,format=raw,if=none,readonly=on"],
}

# The file that a network client loads first, relative to the folder.
BOOT_FILES = {"bios": "trapline/grub/i386-pc/core.0", "uefi": "trapline/grub/x86_64-efi/core.efi"}

# Instructions per emulated second. COM1 sends at its baud rate in emulated time, so with a low value
# fewer instructions pass while a byte is sent. A kernel that starts from a ROM spends most of its time
# sending. A boot through GRUB gets no faster below 4 million.
IPS, IPS_OF_ROM = 4_000_000, 1_000_000
BOCHSRC = """\
display_library: term
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, parallel=0, extfpuirq=1, gameport=0, iodebug=1
memory: guest={mem}, host={host_mem}
cpu: model={cpu}, count=1, ips={ips}, reset_on_triple_fault=0, ignore_bad_msrs={ignore_bad_msrs}
clock: sync=none, time0=946684800
romimage: {rom}
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
vga: extension=vbe, update_freq=1
com1: enabled=1, mode=file, dev=serial
port_e9_hack: enabled=1
mouse: enabled=0
private_colormap: enabled=0
log: log
debugger_log: /dev/null
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
"""
BOCHS_DISC = """\
boot: cdrom
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=disc.iso, status=inserted
"""
BOCHS_STICK = """\
boot: disk
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path=stick.img, mode=flat, cylinders=0
"""
BOCHS_NETBOOT = """\
boot: network
pci: enabled=1, chipset=i440fx, slot1=e1000
e1000: card=0, enabled=1, mac=52:54:00:12:34:56, ethmod=vnet, ethdev=tftp, script=vnet, \
bootrom=/usr/lib/ipxe/qemu/pxe-e1000.rom
"""
VNET = """\
# vnet config
net = 192.168.10.0
mask = 255.255.255.0
host = 192.168.10.1
dhcpstart = 192.168.10.15
bootfile = {boot_file}
"""
BOCHS_CPU = "corei7_skylake_x"
BOCHS_HOST_MEM = 2048  # MiB; Bochs keeps memory beyond this in a file
BOCHS_BIOS = "/usr/share/bochs/BIOS-bochs-latest"

# OVMF: for Bochs, variables and code in one image of 2 MiB; for QEMU, a single file.
OVMF_PARTS = ("/usr/share/OVMF/OVMF_VARS.fd", "/usr/share/OVMF/OVMF_CODE.fd")
OVMF = "/usr/share/ovmf/OVMF.fd"


@functools.cache
def bochs_models():
    """Returns the names of the processor models of Bochs."""
    listing = subprocess.run(["bochs-bin", "-help", "cpu"], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, check=False)
    return re.findall(r"^([a-z]\w+)$", listing.stdout + listing.stderr, re.MULTILINE)


def bochs_rom(folder, machine):
    """Returns the romimage setting: the firmware, or a ROM that replaces it and ends at 4 GiB."""
    if not machine.has_firmware():
        rom = machine.source.rom(machine.mem)
        (folder / "rom").write_bytes(rom)
        return f"file=rom, address={(1 << 32) - len(rom):#x}"
    if machine.firmware == "uefi":
        (folder / "ovmf.fd").write_bytes(b"".join(pathlib.Path(part).read_bytes() for part in OVMF_PARTS))
        return "file=ovmf.fd"
    return f"file={BOCHS_BIOS}"


def bochs_source(folder, machine):
    """Returns the settings of the boot device. The BIOS needs a stick with a whole number of cylinders of
    16 * 63 sectors."""
    if not machine.has_firmware():
        return ""
    if machine.netboots():
        if machine.firmware == "uefi":
            raise EngineError("Bochs cannot boot from the network with UEFI, because OVMF has no driver"
                              " for its network cards; use QEMU")
        (folder / "vnet").write_text(VNET.format(boot_file=BOOT_FILES[machine.firmware]))
        return BOCHS_NETBOOT
    if machine.stick:
        image, cylinder = machine.source.read_bytes(), 16 * 63 * 512
        (folder / "stick.img").write_bytes(image + bytes(-len(image) % cylinder))
        return BOCHS_STICK
    return BOCHS_DISC


def bochs(folder, machine):
    """Writes Bochs's configuration and returns its command line."""
    models, cpu = bochs_models(), machine.cpu or BOCHS_CPU
    if cpu not in models:
        raise EngineError(f"expected a processor model of Bochs ({' '.join(models)}), found \"{cpu}\"")
    # OVMF reads MSRs that Bochs lacks. With the BIOS, only the kernel accesses MSRs, and a wrong
    # access must fault.
    settings = BOCHSRC.format(cpu=cpu, mem=machine.mem, ips=IPS if machine.has_firmware() else IPS_OF_ROM,
                              host_mem=min(machine.mem, BOCHS_HOST_MEM),
                              rom=bochs_rom(folder, machine), ignore_bad_msrs=int(machine.firmware == "uefi"))
    (folder / "bochsrc").write_text(settings + bochs_source(folder, machine))
    (folder / "debugger").write_text("\n".join([*machine.debugger, "c", "quit", ""]))
    return ["bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"]


def qemu(accelerator, cpu, machine):
    """Returns QEMU's command line."""
    command = ["qemu-system-x86_64", "-accel", accelerator, "-cpu", cpu, "-m", str(machine.mem),
               "-no-reboot", "-display", "none", "-monitor", "none",
               *machine.devices, *machine.options, "-debugcon", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
    if machine.firmware == "uefi":
        command += ["-bios", OVMF]
    if machine.netboots():
        return command + ["-boot", "n", "-device", "e1000,netdev=net", "-netdev",
                          f"user,id=net,restrict=on,tftp=tftp,bootfile={BOOT_FILES[machine.firmware]}"]
    if machine.stick:
        return command + ["-nic", "none", "-device", "qemu-xhci", "-drive",
                          "if=none,id=stick,format=raw,readonly=on,file=disc.iso",
                          "-device", "usb-storage,drive=stick,bootindex=0"]
    return command + ["-nic", "none", *QEMU_BOARDS[machine.board]]


def command_line(folder, machine):
    """Prepares the folder and returns the command to run in it. The command boots the machine and writes
    the output of COM1 to the file `serial`."""
    if machine.has_firmware():
        name = "tftp" if machine.netboots() else "disc.iso"
        (folder / name).symlink_to(machine.source.resolve(strict=True))
    elif machine.engine != "bochs":
        raise EngineError("only Bochs can start from a ROM that replaces the firmware")
    if machine.engine == "bochs":
        if machine.board != "pc" or machine.options:
            raise EngineError("only QEMU has other boards and options")
        return bochs(folder, machine)
    if machine.debugger:
        raise EngineError("only Bochs has a debugger")
    if machine.engine == "qemu-kvm":
        return qemu("kvm", machine.cpu or "host", machine)
    return qemu("tcg", machine.cpu or "max", machine)
