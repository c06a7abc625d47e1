"""What Bochs and QEMU are told of the machine that they are to be."""

import dataclasses
import functools
import pathlib
import re
import subprocess

FIRMWARES = ("bios", "uefi")

# MiB of memory. Bochs takes the longer to start the more a machine has, as the square of it.
MEM, MEM_OF_ROM = 256, 64


class EngineError(Exception):
    """The machine cannot be started; the text says why."""


@dataclasses.dataclass
class Machine:
    """A machine that boots from `source`: a disc, or from the network where that is the folder of a
    TFTP server (tools/mknetboot), or from a ROM in place of the firmware where that is an object
    whose rom(mem) returns one."""

    engine: str  # bochs, qemu-kvm or qemu-tcg
    source: object  # a pathlib.Path, or what makes a ROM
    cpu: str | None = None  # the engine's name of a processor model; None: its default
    mem: int | None = None  # MiB; None: MEM, or MEM_OF_ROM where a ROM stands in place of the firmware
    firmware: str = "bios"
    stick: bool = False  # the disc is written to a USB stick
    debugger: tuple = ()  # commands for Bochs's debugger before the machine starts
    board: str = "pc"  # one of QEMU_BOARDS
    # QEMU's options for a serial port that writes to the file serial, and for what else is to be there.
    devices: tuple = ("-serial", "file:serial")
    options: tuple = ()  # other options of QEMU

    def __post_init__(self):
        self.mem = self.mem or (MEM if self.has_firmware() else MEM_OF_ROM)

    def has_firmware(self):
        return isinstance(self.source, pathlib.Path)

    def netboots(self):
        return self.has_firmware() and self.source.is_dir()


# QEMU's machines and where each has the disc. A "microvm" has no chip set and no PCI: its registers
# for power are in memory, and its BIOS boots from a virtio disk. GRUB measures the time-stamp counter by
# port 61H, which is not there: what it finds depends on the host, and now and then it waits for ever. So
# the counter counts instructions, of 128 ns each.
QEMU_BOARDS = {
    "pc": ["-M", "pc", "-cdrom", "disc.iso", "-boot", "d"],
    "q35": ["-M", "q35", "-cdrom", "disc.iso", "-boot", "d"],
    "microvm": ["-icount", "shift=7,sleep=off", "-M", "microvm,acpi=on,isa-serial=on,pic=on,pit=on,rtc=on",
                "-bios", "/usr/share/seabios/bios-microvm.bin",
                "-device", "virtio-blk-device,drive=disc",
                "-drive", "id=disc,file=disc.iso,format=raw,if=none,readonly=on"],
}

# What a client loads first, as it stands in the folder.
BOOT_FILES = {"bios": "trapline/grub/i386-pc/core.0", "uefi": "trapline/grub/x86_64-efi/core.efi"}

# COM1 is paced at its baud rate in emulated time, and ips says how many instructions make a second
# of that: with few of them a byte is soon sent, and a kernel that a ROM starts does little else. A
# boot through GRUB takes the same time below 4 million.
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
BOCHS_HOST_MEM = 2048  # MiB; what a machine has beyond that, Bochs keeps in a file
BOCHS_BIOS = "/usr/share/bochs/BIOS-bochs-latest"

# OVMF for Bochs, which wants the variables and the code in one image of 2 MiB; and for QEMU.
OVMF_PARTS = ("/usr/share/OVMF/OVMF_VARS.fd", "/usr/share/OVMF/OVMF_CODE.fd")
OVMF = "/usr/share/ovmf/OVMF.fd"


@functools.cache
def bochs_models():
    """The processor models that Bochs knows."""
    listing = subprocess.run(["bochs-bin", "-help", "cpu"], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, check=False)
    return re.findall(r"^([a-z]\w+)$", listing.stdout + listing.stderr, re.MULTILINE)


def bochs_rom(folder, machine):
    """The firmware, or what stands in its place: a ROM that ends at 4 GiB."""
    if not machine.has_firmware():
        rom = machine.source.rom(machine.mem)
        (folder / "rom").write_bytes(rom)
        return f"file=rom, address={(1 << 32) - len(rom):#x}"
    if machine.firmware == "uefi":
        (folder / "ovmf.fd").write_bytes(b"".join(pathlib.Path(part).read_bytes() for part in OVMF_PARTS))
        return "file=ovmf.fd"
    return f"file={BOCHS_BIOS}"


def bochs_source(folder, machine):
    """What it boots from. A BIOS sees a stick as a disk of whole cylinders, of 16 * 63 sectors."""
    if not machine.has_firmware():
        return ""
    if machine.netboots():
        if machine.firmware == "uefi":
            raise EngineError("Bochs does not netboot with UEFI: OVMF has no driver for its cards; "
                              "use QEMU")
        (folder / "vnet").write_text(VNET.format(boot_file=BOOT_FILES[machine.firmware]))
        return BOCHS_NETBOOT
    if machine.stick:
        image, cylinder = machine.source.read_bytes(), 16 * 63 * 512
        (folder / "stick.img").write_bytes(image + bytes(-len(image) % cylinder))
        return BOCHS_STICK
    return BOCHS_DISC


def bochs(folder, machine):
    """Writes what Bochs reads; returns its command line."""
    models, cpu = bochs_models(), machine.cpu or BOCHS_CPU
    if cpu not in models:
        raise EngineError(f"Bochs has no processor model \"{cpu}\", only {' '.join(models)}")
    # OVMF reads MSRs that Bochs lacks. Under its BIOS there is nothing but our own kernel, and a
    # stray access is to be a fault.
    settings = BOCHSRC.format(cpu=cpu, mem=machine.mem, ips=IPS if machine.has_firmware() else IPS_OF_ROM,
                              host_mem=min(machine.mem, BOCHS_HOST_MEM),
                              rom=bochs_rom(folder, machine), ignore_bad_msrs=int(machine.firmware == "uefi"))
    (folder / "bochsrc").write_text(settings + bochs_source(folder, machine))
    (folder / "debugger").write_text("\n".join([*machine.debugger, "c", "quit", ""]))
    return ["bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"]


def qemu(accelerator, cpu, machine):
    """QEMU's command line."""
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
    """The command that boots the machine in this folder and writes COM1 to the file serial there."""
    if machine.has_firmware():
        name = "tftp" if machine.netboots() else "disc.iso"
        (folder / name).symlink_to(machine.source.resolve(strict=True))
    elif machine.engine != "bochs":
        raise EngineError("only Bochs starts from a ROM in place of the firmware")
    if machine.engine == "bochs":
        if machine.board != "pc" or machine.options:
            raise EngineError("only QEMU has other boards and options")
        return bochs(folder, machine)
    if machine.debugger:
        raise EngineError("only Bochs has a debugger")
    if machine.engine == "qemu-kvm":
        return qemu("kvm", machine.cpu or "host", machine)
    return qemu("tcg", machine.cpu or "max", machine)
