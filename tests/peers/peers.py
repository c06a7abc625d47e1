"""Measures the cost of VM exits under KVM in Bochs, in which Trapline is measured, too. Bochs boots Debian's kernel,
and vmm.c runs guest.asm under it: once without Linux's mitigations of processor vulnerabilities, and once with the
default ones.

usage: peers.py FOLDER [KERNEL]   FOLDER gets the logs: kvm_mitigations_off.log, kvm_mitigations_default.log
                                  KERNEL keeps Debian's kernel for later runs, as for tests/kvm;
                                  default: FOLDER

Prints the lines of each log about the machine and its exits. Fails if a log is incomplete.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/kvm")]
import linux_in_bochs  # noqa: E402
import machine  # noqa: E402

TIME_LIMIT = 1200  # seconds for a boot, which takes about 15 on an idle machine
HERE = ROOT / "tests/peers"
MITIGATIONS = {"off": ("mitigations=off",), "default": ()}

# {program: the Debian package that has it}
NEEDS = {"gcc": "gcc", "nasm": "nasm", "strip": "binutils", "bochs-bin": "bochs", "cpio": "cpio",
         "/bin/busybox": "busybox-static", "/sbin/modprobe": "kmod"}

INIT = """\
$b mount -t sysfs none /sys
cd /sys/devices/system/cpu/vulnerabilities
for leak in *; do $b echo "mitigation: name=$leak state=\\"$($b cat $leak)\\""; done
/bin/vmm /bin/guest.bin 2>&1
$b echo "peer: name=KVM status=$?"
$b sleep 1
$b poweroff -f
"""


class PeerError(Exception):
    """The measurement failed; the text says why and what to do."""


def check_needs():
    missing = [package for program, package in NEEDS.items() if not shutil.which(program)]
    if missing:
        raise PeerError(f"programs are missing; install these Debian packages: {' '.join(missing)}"
                        " (tools/setup run kvm does)")


def build(folder):
    """Builds vmm.c and guest.asm in a folder. Returns the two files."""
    programs = {"vmm": ["gcc", "-static", "-O2", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra",
                        "-Werror", "-I", HERE.parents[1], "-o", folder / "vmm", HERE / "vmm.c"],
                "guest.bin": ["nasm", "-f", "bin", "-w+all", "-Werror", "-o", folder / "guest.bin",
                              HERE / "guest.asm"]}
    for command in programs.values():
        subprocess.run(command, check=True)
    return [folder / name for name in programs]


def check_whole(serial, log):
    """Raises PeerError unless the monitor completed successfully."""
    found = re.findall(r"^peer: name=KVM status=(\d+)$", serial, re.MULTILINE)
    output = f"{log} has all output; its end:\n{serial[-1500:]}"
    if not found:
        raise PeerError(f"Linux ended before the monitor did, or reached the time limit of {TIME_LIMIT}"
                        f" seconds; {output}")
    if found != ["0"]:
        raise PeerError(f"the monitor ended with status {found[0]}; {output}")


def measure(kernel, initrd, mitigations, log):
    """Boots Linux, writes its serial output to log, and returns the lines with results."""
    with tempfile.TemporaryDirectory(prefix="trapline-peers-") as work:
        serial = linux_in_bochs.boot(kernel, pathlib.Path(work), initrd, MITIGATIONS[mitigations],
                                     TIME_LIMIT)
    log.write_text(serial, encoding="latin-1")
    check_whole(serial, log)
    return re.findall(r"^(?:peer|mitigation|bench): .*\n", serial, re.MULTILINE)


def run(folder, kernel):
    check_needs()
    folder.mkdir(parents=True, exist_ok=True)
    kernel.mkdir(parents=True, exist_ok=True)
    initrd = linux_in_bochs.make_initrd(kernel, ["kvm-intel"], INIT, build(folder))
    for mitigations in MITIGATIONS:
        log = folder / f"kvm_mitigations_{mitigations}.log"
        print(f"== KVM, mitigations={mitigations}, on Bochs's {linux_in_bochs.PROCESSOR}: {log}",
              flush=True)
        print("".join(measure(kernel, initrd, mitigations, log)), end="", flush=True)


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    folder, kernel = pathlib.Path(arguments[0]), pathlib.Path(arguments[-1])
    try:
        run(folder, kernel)
    except (PeerError, machine.EngineError) as error:
        sys.exit(f"peers.py: {error}")
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        sys.exit(f"peers.py: {command} failed with status {error.returncode}\n{error.stderr or ''}")
    except OSError as error:
        sys.exit(f"peers.py: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
