"""Reads what Trapline says on the serial port, and refuses what docs/serial.md does not allow."""

import dataclasses
import re

PAIR = re.compile(r'([a-z][a-z0-9_]*)=(?:"((?:[^"\\]|\\["\\])*)"|([^ "]+))')
TAG = re.compile(r"([a-z]+): ")

# What the values of keys look like, wherever the keys stand, but for those of a tag.
HEX = re.compile(r"0x[0-9a-f]+")
DECIMAL = re.compile(r"-?[0-9]+")
FORMS = {
    **dict.fromkeys(("rip", "rsp", "cr0", "cr2", "cr3", "cr4", "gpa", "linear", "msr", "value",
                     "root", "qual", "allowed0", "allowed1", "before", "after", "error",
                     "idt_error", "port", "selector", "address", "displacement", "offset",
                     "encoding", "leaf", "subleaf", "local_apic", "registers"), HEX),
    **dict.fromkeys(("total_kib", "free_kib", "seq", "cpu", "reason", "len", "count", "bit",
                     "levels", "pages_4k", "pages_2m", "pages_1g", "vector", "cycles_min",
                     "cycles_avg", "cycles_max", "samples", "changed", "code", "round",
                     "physical_bits", "linear_bits", "tsc_khz", "kib", "idt_vector", "cr", "dr",
                     "length", "revision", "tables", "processors", "io_apics", "interface",
                     "baud_code", "s5_a", "s5_b"), DECIMAL),
    "vmx": re.compile(r"yes|no"),
    "want": re.compile(r"required|wanted|forbidden"),
    "granted": re.compile(r"[01]"),
    "action": re.compile(r"resume|skip|repeat|stop"),
    **dict.fromkeys(("access", "allowed"), re.compile(r"[r-][w-][x-]")),
    "status": re.compile(r"pass|fail|unsupported"),
    ("acpi", "status"): re.compile(r"ok|absent|unreadable|signature|length|checksum|entries|twice"),
    **dict.fromkeys(("poweroff", "reset"), re.compile(r"yes|no")),
    "space": re.compile(r"memory|io|pci|other"),
    "firmware": re.compile(r"bios|uefi|unknown"),
}

# The keys that a line with a tag has at least; where there are several sets, one of them.
KEYS = {
    "boot": ["trapline loader firmware cmdline"],
    "acpi": ["table address length status", "table status"],
    "mem": ["total_kib free_kib"],
    "time": ["tsc_khz source"],
    "cpu": ["vendor family model vmx"],
    "caps": ["msr name value"],
    "control": ["field name bit want granted"],
    "ept": ["root levels pages_4k pages_2m pages_1g"],
    "audit": ["checks failed", "id sdm field value why fix"],
    "entry": ["guest rip rsp cr3"],
    "guest": ["cpu text"],
    "verdict": ["processor"],
    "disagreement": ["kind rule processor audit words"],
    "fuzz": ["tried agreed order false_alarms misses deviations lenient"],
    "exit": ["seq cpu reason name rip len qual action"],
    "host": ["kib before after"],
    "nmi": ["rip cpu"],
    "pml": ["gpa cpu"],
    "restore": ["changed", "name before after"],
    "stats": ["reason name count cycles_min cycles_avg cycles_max"],
    "vmcs": ["field encoding value"],
    "panic": ["vector rip", "why rip"],
    "result": ["status code why"],
}

STATUS_OF_CODE = {0: "pass", 2: "unsupported"}
HIGHEST_CODE = 6


class LogError(Exception):
    """A line is not as docs/serial.md says."""


@dataclasses.dataclass
class Line:
    tag: str
    pairs: dict

    def __getitem__(self, key):
        return self.pairs[key]

    def has(self, pairs):
        """Whether all of these keys stand in the line with just these values."""
        return pairs.items() <= self.pairs.items()


def parse_line(text):
    """One line, without its line end."""
    if not re.fullmatch(r"[ -~]+", text):
        raise LogError(f"not printable ASCII: {text!r}")
    tag = TAG.match(text)
    if not tag:
        raise LogError(f"no tag: {text!r}")
    pairs = {}
    at = tag.end()
    while True:
        pair = PAIR.match(text, at)
        if not pair:
            raise LogError(f"no key=value at column {at + 1}: {text!r}")
        key, quoted, name = pair.groups()
        if key in pairs:
            raise LogError(f"{key} stands twice: {text!r}")
        pairs[key] = name if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        at = pair.end()
        if at == len(text):
            return Line(tag[1], pairs)
        if text[at] != " ":
            raise LogError(f"no blank between pairs at column {at + 1}: {text!r}")
        at += 1


def check_keys(line):
    if line.tag not in KEYS:
        raise LogError(f"unknown tag {line.tag}")
    if not any(set(keys.split()) <= line.pairs.keys() for keys in KEYS[line.tag]):
        raise LogError(f"{line.tag} wants the keys {' or '.join(KEYS[line.tag])}, has {line.pairs}")
    for key, value in line.pairs.items():
        form = FORMS.get((line.tag, key), FORMS.get(key))
        if form and not form.fullmatch(value):
            raise LogError(f"{line.tag} has {key}={value}, which is not of the right form")


def check_result(line):
    code = int(line["code"])
    if code > HIGHEST_CODE or line["status"] != STATUS_OF_CODE.get(code, "fail"):
        raise LogError(f"status {line['status']} with code {code}")


def parse(text):
    """The lines of a whole log, from the machine's first byte to its last."""
    if not text.endswith("\r\n"):
        raise LogError(f"ends in the middle of a line: {text[-80:]!r}")
    lines = [parse_line(line) for line in text.removesuffix("\r\n").split("\r\n")]
    for line in lines:
        check_keys(line)
    tags = [line.tag for line in lines]
    for tag, place in (("boot", 0), ("result", len(lines) - 1)):
        if tags.count(tag) != 1 or tags[place] != tag:
            places = [i + 1 for i, other in enumerate(tags) if other == tag]
            raise LogError(f"{tag} stands on the lines {places} of {len(lines)}")
    check_result(lines[-1])
    return lines
