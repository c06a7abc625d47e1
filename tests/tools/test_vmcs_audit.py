"""Tests the command vmcs-audit: its output formats, its exit status and its error messages."""

import json
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / os.environ.get("VMCS_AUDIT", "build/vmcs-audit")
TOOL = ROOT / "tools/vmcs-audit"
SAMPLES = TOOL / "samples"
PROFILES = sorted(path.stem for path in (TOOL / "profiles").glob("*.caps"))
RULE = "GUEST_RFLAGS_RESERVED"

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


def run(*arguments, data=b""):
    """Runs the program. Its output must not depend on the user's locale."""
    return subprocess.run([PROGRAM, *arguments], input=data, capture_output=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C"})


def assert_unusable(done, *words):
    assert done.returncode == UNUSABLE
    assert done.stdout == b""
    message = done.stderr.decode().replace(str(PROGRAM), "vmcs-audit")
    for word in words:
        assert word in message
    assert message.endswith("\n") and "vmcs-audit" in message


@pytest.fixture
def broken_kvm():
    """Returns a KVM dump with bit 1 of RFLAGS clear."""
    text = (SAMPLES / "kvm-6.txt").read_text()
    assert "RFLAGS=0x00000046" in text
    return text.replace("RFLAGS=0x00000046", "RFLAGS=0x00000044").encode()


@pytest.mark.parametrize("sample", ["kvm-4.txt", "list.txt"])
def test_sample_without_an_error(sample):
    done = run("--cpu", "tigerlake", SAMPLES / sample)
    assert done.returncode == CLEAN, done.stderr
    assert b"0 errors" in done.stdout
    assert done.stderr == b""


# The causes that people found for these real failures; the samples name the sources.
@pytest.mark.parametrize("sample, found, causes", [
    ("sti", 1, ["GUEST_BLOCKING_STI_NEEDS_IF"]),
    ("accessed", 2, ["GUEST_DS_ACCESSED", "GUEST_ES_ACCESSED"]),
    ("gdtr", 6, ["GUEST_GDTR_BASE_CANONICAL"]),
])
@pytest.mark.parametrize("profile", PROFILES)
def test_dump_of_a_real_failure_names_its_cause(profile, sample, found, causes):
    done = run("--cpu", profile, "--json", SAMPLES / f"kvm-real-{sample}.txt")
    assert done.returncode == FINDINGS
    document = json.loads(done.stdout)
    errors = [finding["id"] for finding in document["findings"] if finding["kind"] == "error"]
    assert set(causes) <= set(errors) and len(errors) == document["errors"] == found
    assert document["predicted"] == document["answered"]
    assert document["refused"] and not document["unexplained"]


def test_readme_shows_what_is_printed():
    block = (TOOL / "README.md").read_text().split("```\n")[3]
    command, *shown = block.splitlines()
    assert command.startswith("$ build/vmcs-audit ")
    done = subprocess.run([PROGRAM, *command.split()[2:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == FINDINGS
    # The numbers of rules grow with the audit.
    rules = re.compile(r"checked \d+ of \d+ rules, the input lacks fields or memory for \d+")
    real = rules.sub("rules", done.stdout).splitlines()
    assert len(shown) == len(real)
    for part, whole in zip(rules.sub("rules", "\n".join(shown)).splitlines(), real):
        assert whole == part or (part.endswith(" ...") and whole.startswith(part[:-4])), part


def test_refusal_without_an_explanation():
    """The capabilities or the audit must be wrong, so the exit status is not CLEAN."""
    done = run("--cpu", "tigerlake", SAMPLES / "kvm-6.txt")
    assert done.returncode == FINDINGS
    text = done.stdout.decode()
    assert "\n0 errors" in text
    assert "The processor refused the VM entry, and no checked rule explains it.\n" in text
    assert "All rules with this answer were checked" in text
    document = json.loads(run("--cpu", "tigerlake", "--json", SAMPLES / "kvm-6.txt").stdout)
    assert document["errors"] == 0 and document["refused"] and document["unexplained"]
    lacks = {rule["id"]: rule["lacks"] for rule in document["not_asked"]}
    assert lacks["GUEST_LINK_SHADOW"] == "VMCS_LINK_POINTER, memory"
    assert not any(rule["could_explain"] for rule in document["not_asked"])


def test_refusal_that_rules_not_asked_could_explain():
    data = (SAMPLES / "kvm-6.txt").read_bytes()
    done = run("--cpu", "tigerlake", data=data.replace(b"qualification=0000000000000000",
                                                       b"qualification=0000000000000004"))
    assert done.returncode == FINDINGS
    assert b"Unchecked rules that would explain it, and the input they need:\n" in done.stdout
    assert b"    GUEST_LINK_ALIGNED: VMCS_LINK_POINTER\n" in done.stdout
    assert b"IO_BITMAP_A_ADDRESS" not in done.stdout and b"--json lists them" in done.stdout


def test_qemu_tells_the_instruction_error():
    data = (SAMPLES / "kvm-4.txt").read_bytes()
    assert run("--cpu", "tigerlake", data=data).returncode == CLEAN
    done = run("--cpu", "tigerlake", data=data + b"KVM: entry failed, hardware error 0x7\n")
    assert done.returncode == FINDINGS
    assert b"Actual answer of the processor:    VMfailValid, VM-instruction error 7: " in done.stdout
    assert b"    MSR_BITMAPS_ADDRESS: ADDRESS_OF_MSR_BITMAPS\n" in done.stdout


def test_verdict_of_a_log_is_the_answer():
    log = (SAMPLES / "trapline.log").read_text()
    verdict = 'verdict: processor="VMfailValid, VM-instruction error 8: host" agree=no\n'
    assert log.count("vmcs: ") > 100
    done = run(data=log.replace("vmcs: ", verdict + "vmcs: ", 1).encode())
    assert done.returncode == FINDINGS
    assert b"Actual answer of the processor:    VMfailValid, VM-instruction error 8: " in done.stdout


def test_log_brings_its_own_processor():
    done = run(SAMPLES / "trapline.log")
    assert done.returncode == CLEAN
    assert b"Trapline log, 143 fields" in done.stdout
    assert b"from the input" in done.stdout


def test_broken_log_and_another_processor():
    text = (SAMPLES / "trapline.log").read_text()
    text = re.sub(r"(GUEST_RFLAGS .*value=)\w+", r"\g<1>0x0", text)
    for arguments in [], ["--cpu", "tigerlake"], ["--caps", TOOL / "profiles/tigerlake.caps"]:
        done = run(*arguments, data=text.encode())
        assert done.returncode == FINDINGS
        assert f"error: {RULE}".encode() in done.stdout


def test_kvm_dump_names_the_broken_rule(broken_kvm):
    done = run("--cpu", "tigerlake", "-", data=broken_kvm)
    assert done.returncode == FINDINGS
    text = done.stdout.decode()
    assert re.findall(r"^error: (\w+)", text, re.MULTILINE) == [RULE]
    assert "GUEST_RFLAGS = 0x44, wrong bits 0x2" in text
    assert "(different)" not in text


def test_lines_are_parsed_as_those_of_the_serial_port(broken_kvm):
    done = run("--cpu", "tigerlake", "--lines", data=broken_kvm)
    assert done.returncode == FINDINGS
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith(f"audit: id={RULE} sdm=26.3.1.4 field=GUEST_RFLAGS value=0x44 ")
    assert re.fullmatch(r"audit: checks=\d+ failed=1 warnings=\d+", lines[-2])
    assert lines[-1].startswith("verdict: processor=") and lines[-1].endswith(" agree=yes")
    assert "\r" not in done.stdout.decode()


def test_json(broken_kvm):
    done = run("--cpu", "tigerlake", "--json", data=broken_kvm)
    assert done.returncode == FINDINGS
    document = json.loads(done.stdout)
    errors = [finding for finding in document["findings"] if finding["kind"] == "error"]
    assert [finding["id"] for finding in errors] == [RULE]
    assert errors[0]["value"] == "0x44" and errors[0]["bits"] == "0x2"
    assert document["errors"] == 1
    assert document["warnings"] == len(document["findings"]) - 1
    assert document["predicted"] == document["answered"]
    assert document["input"]["format"] == "KVM dump"
    assert document["processor"]["physical_bits"] == 40


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
@pytest.mark.parametrize("profile", PROFILES)
def test_json_is_json_on_every_processor(sample, profile):
    done = run("--cpu", profile, "--json", SAMPLES / sample)
    assert done.returncode in (CLEAN, FINDINGS), done.stderr
    document = json.loads(done.stdout)
    assert (document["errors"] > 0 or document["unexplained"]) == (done.returncode == FINDINGS)
    assert ("answered" in document) == document["refused"]
    assert ("not_asked" in document) == document["unexplained"]


def test_json_of_a_strange_file_name(tmp_path):
    path = os.fsencode(tmp_path) + b"/a\"\\\xff\n"
    with open(path, "wb") as file:
        file.write(b"GUEST_RFLAGS=2\n")
    done = run("--cpu", "tigerlake", "--json", path)
    assert done.returncode == CLEAN
    assert json.loads(done.stdout)["input"]["name"].endswith("/a\"\\\u00ff\n")


def test_warnings_alone_are_clean():
    done = run("--cpu", "tigerlake", data=b"HOST_RSP=0x1008\n")
    assert done.returncode == CLEAN
    assert b"warning: HOST_RSP_UNALIGNED" in done.stdout


def test_rules_not_asked_are_counted():
    few = json.loads(run("--cpu", "tigerlake", "--json", data=b"GUEST_RFLAGS=2\n").stdout)
    many = json.loads(run("--json", SAMPLES / "trapline.log").stdout)
    assert few["rules_asked"] < many["rules_asked"]
    assert few["rules_asked"] + few["rules_not_asked"] == \
        many["rules_asked"] + many["rules_not_asked"]


def test_exit_status_is_in_the_help():
    text = run("--help").stdout.decode()
    assert "the processor refused the VM entry and the audit cannot\n     explain it" in text


def test_width_of_addresses_can_be_said():
    data = b"GUEST_GDTR_BASE=0x01000000000000\nEPT_POINTER=0x100000000001e\n"
    narrow = run("--cpu", "tigerlake", data=data).stdout
    wide = run("--cpu", "tigerlake", "--linear-bits", "57", "--physical-bits=52", data=data).stdout
    assert b"GUEST_GDTR_BASE_CANONICAL" in narrow
    assert b"GUEST_GDTR_BASE_CANONICAL" not in wide
    assert b"52 physical and 57 linear address bits" in wide


def test_cpu_list():
    done = run("--cpu", "list")
    assert done.returncode == CLEAN
    lines = done.stdout.decode().splitlines()
    assert [line.split(":")[0] for line in lines] == PROFILES
    assert all("an emulator" in line for line in lines)


def test_help_and_version():
    done = run("--help")
    assert done.returncode == CLEAN and done.stdout.startswith(b"usage: vmcs-audit ")
    done = run("--version")
    assert done.returncode == CLEAN
    assert re.fullmatch(rb"vmcs-audit \d+\.\d+\.\d+, \d+ rules\n", done.stdout)


def test_without_capabilities_it_says_how_to_give_them():
    assert_unusable(run(SAMPLES / "kvm-6.txt"), "kvm-6.txt: ", "--cpu NAME", "--caps LOG", "--msr")


def test_errors_name_file_line_and_what_was_expected(tmp_path):
    path = tmp_path / "fields"
    path.write_text("GUEST_RIP=1\nGUEST_RSP 2\n")
    assert_unusable(run("--cpu", "tigerlake", path), f"{path}:2: expected FIELD=value")
    assert_unusable(run("--cpu", "tigerlake", data=b""), "standard input: expected ")
    assert_unusable(run("--cpu", "tigerlake", "--format", "kvm", data=b"GUEST_RIP=1\n"),
                    "*** Guest State ***")
    assert_unusable(run("--format=log", data=b"GUEST_RIP=1\n"), "`vmcs:` lines")


@pytest.mark.parametrize("arguments, words", [
    (["--cpu", "z80"], ["z80: ", "--cpu list"]),
    (["--caps", "/nonexistent"], ["/nonexistent: No such file"]),
    (["--caps", TOOL / "README.md"], ["incomplete", "IA32_VMX_BASIC"]),
    (["--cpu", "tigerlake", "--msr"], ["one of --cpu, --caps and --msr"]),
    (["--format", "xml"], ["log, kvm or list", "xml"]),
    (["--physical-bits", "0"], ["--physical-bits: expected a number of bits"]),
    (["--cpu", "tigerlake", "--physical-bits", "60"], ["physical_bits", "60"]),
    (["--cpu", "tigerlake", "--linear-bits", "x"], ["--linear-bits"]),
    (["--nonsense"], ["nonsense"]),
    (["--cpu"], ["cpu"]),
    (["one", "two"], ["one file"]),
    (["/nonexistent"], ["/nonexistent: No such file"]),
    (["/"], ["vmcs-audit: /: Is a directory"]),
])
def test_wrong_command_lines(arguments, words):
    assert_unusable(run(*arguments, data=b"GUEST_RFLAGS=2\n"), *words)


def test_msr_needs_a_machine_that_has_it():
    """The program uses this machine's capabilities, or explains why it cannot read them."""
    done = run("--msr", data=b"GUEST_RFLAGS=2\n")
    if done.returncode == CLEAN:
        assert b"this machine" in done.stdout
    else:
        assert_unusable(done, "--msr: ")


def test_a_report_that_cannot_be_written_is_an_error():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "--cpu", "tigerlake", SAMPLES / "kvm-6.txt"], stdout=full,
                              stderr=subprocess.PIPE)
    assert done.returncode == UNUSABLE
    assert b"standard output" in done.stderr


def test_input_without_an_end_is_refused():
    with open("/dev/zero", "rb") as zero:
        done = subprocess.run([PROGRAM, "--cpu", "tigerlake"], stdin=zero, capture_output=True,
                              timeout=60)
    assert_unusable(done, "expected at most")


def test_it_needs_no_files():
    done = subprocess.run([PROGRAM, "--cpu", "corei5_lynnfield_750"], input=b"GUEST_RFLAGS=0\n",
                          capture_output=True, cwd="/")
    assert done.returncode == FINDINGS


@pytest.mark.parametrize("data", [b"\0" * 4096, bytes(range(256)) * 16, b"=" * 5000,
                                  b"*** Guest State ***" * 500, b"vmcs: " * 500, b"\n" * 9999])
@pytest.mark.parametrize("form", ["log", "kvm", "list"])
def test_any_bytes_get_an_answer(data, form):
    assert_unusable(run("--cpu", "tigerlake", "--format", form, data=data), "standard input")


def test_a_nul_byte_ends_no_value():
    assert_unusable(run("--cpu", "tigerlake", data=b"GUEST_RFLAGS=0\0GUEST_CR0=1\n"), "NUL")
