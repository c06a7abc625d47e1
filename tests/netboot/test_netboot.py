"""Boots machines from the network with the folder that tools/mknetboot makes. The machines use their own network ROMs
and the TFTP servers inside Bochs and QEMU."""

import subprocess

import pytest

import engine
import machine
import serial_log


@pytest.fixture
def make_folder(tmp_path, root, elf):
    """make_folder(*words) runs tools/mknetboot with these arguments after the folder, and returns the folder."""

    def make(*words, **how):
        folder = tmp_path / "tftp"
        subprocess.run([root / "tools/mknetboot", elf, folder, "--timeout", "0", *words], check=True, **how)
        return folder

    return make


def boot(folder, name, **more):
    outcome = engine.boot(folder, name, timeout=150, **more)
    return serial_log.parse(outcome.log_lines() if more.get("firmware") == "uefi" else outcome.serial)


@pytest.mark.parametrize("model", ["corei7_skylake_x", "corei5_lynnfield_750", "tigerlake"])
def test_result(model, make_folder):
    log = boot(make_folder("--", "exits=7"), "bochs", cpu=model)
    assert (log[0]["cmdline"], log[0]["firmware"]) == ("exits=7", "bios")
    assert len([line for line in log if line.tag == "exit"]) == 7
    assert log[-1]["code"] == "0", log[-1]


def test_module(make_folder, tmp_path):
    """The machine fetches a flat guest by TFTP. The guest finishes with status 0, by VMCALL with EAX=2 and EBX=0."""
    guest = tmp_path / "guest.bin"
    guest.write_bytes(bytes.fromhex("b802000000 31db 0f01c1"))  # mov eax, 2; xor ebx, ebx; vmcall
    log = boot(make_folder("--module", guest, "--", "guest=flat"), "bochs")
    assert [line["name"] for line in log if line.tag == "exit"] == ["VMCALL"]
    assert log[-1]["code"] == "0", log[-1]


@pytest.mark.parametrize("firmware", machine.FIRMWARES)
def test_clients_of_qemu(firmware, make_folder):
    log = boot(make_folder("--", "exits=7"), "qemu-tcg", firmware=firmware)
    assert (log[0]["cmdline"], log[0]["firmware"]) == ("exits=7", firmware)
    assert (log[-1]["status"], log[-1]["code"]) == ("unsupported", "2")


def test_ipxe_hands_over(make_folder, monkeypatch):
    """iPXE, which is QEMU's network ROM, boots through the script trapline.ipxe."""
    monkeypatch.setitem(machine.BOOT_FILES, "bios", "trapline/trapline.ipxe")
    log = boot(make_folder(), "qemu-tcg")
    assert (log[0]["firmware"], log[-1]["code"]) == ("bios", "2")


def test_boot_files_stand_in_the_examples(make_folder):
    """The files that the examples name exist: dnsmasq.conf names them from the folder, trapline.ipxe from its own."""
    folder = make_folder()
    for path in machine.BOOT_FILES.values():
        assert (folder / path).stat().st_size > 0
        assert f",{path}\n" in (folder / "trapline/dnsmasq.conf").read_text()
        assert f"\nchain {path.removeprefix('trapline/')}\n" in \
            (folder / "trapline/trapline.ipxe").read_text()


def test_dnsmasq_takes_the_example(make_folder):
    subprocess.run(["dnsmasq", "--test", f"--conf-file={make_folder()}/trapline/dnsmasq.conf"],
                   check=True, capture_output=True)


def test_anyone_can_read(make_folder):
    """All users can read the folder, after the first run and the second, with any umask."""
    for _ in range(2):
        folder = make_folder(umask=0o077)
        for path in (folder, *folder.rglob("*")):
            assert path.stat().st_mode & 0o444 == 0o444, path


def test_same_bytes(make_folder):
    def contents(folder):
        return {path.relative_to(folder): path.read_bytes()
                for path in folder.rglob("*") if path.is_file()}

    first = contents(make_folder("--", "exits=7"))
    assert contents(make_folder("--", "exits=7")) == first


def test_stands_beside_other_files(make_folder, tmp_path):
    """A second run keeps the files of others, such as a menu for one machine, and removes its own old modules."""
    menu, guest = "trapline/grub/grub.cfg-01-52-54-00-12-34-56", tmp_path / "guest.bin"
    guest.write_bytes(b"\xf4")
    folder = make_folder("--module", guest)
    names = ("file", menu, "trapline/modules/mine", "trapline/grub/i386-pc/mine")
    for name in names:
        (folder / name).write_text("of someone else")
    make_folder("--", "exits=7")
    for name in names:
        assert (folder / name).read_text() == "of someone else"
    made_anew = (folder / "trapline/grub/grub.cfg").read_text()
    assert "exits=7" in made_anew and "module2" not in made_anew


def test_whole_or_not_at_all(tmp_path, root, elf):
    """A run that fails, for example because the disk is full, leaves nothing behind."""
    failing = tmp_path / "cp"
    failing.write_text('#!/bin/sh\n/bin/cp "$@"\ncase $1 in -Rp) exit 1 ;; esac\n')
    failing.chmod(0o755)
    folder = tmp_path / "new"
    made = subprocess.run(["sh", root / "tools/mknetboot", elf, folder], check=False,
                          env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert made.returncode != 0 and not list(folder.iterdir())


@pytest.mark.parametrize("others", ["trapline/grub/grub.cfg", "trapline/trapline.ipxe", "trapline/notes", "trapline"])
def test_leaves_a_folder_of_someone_else_alone(others, tmp_path, root, elf):
    path = tmp_path / others
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("of someone else")
    refused = subprocess.run([root / "tools/mknetboot", elf, tmp_path], check=False, capture_output=True, text=True)
    assert refused.returncode == 1
    assert f"{tmp_path}/trapline exists, but mknetboot did not make it; move it away" in refused.stderr
    assert path.read_text() == "of someone else"
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]
