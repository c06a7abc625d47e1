"""serial_log, the parser of the serial log: what it accepts and what it refuses."""

import pathlib
import re

import pytest
import serial_log

ROOT = pathlib.Path(__file__).parents[2]

BOOT = 'boot: trapline=1 loader="GRUB 2" firmware=bios cmdline=""\r\n'
ENTRY = "entry: guest=hlt rip=0x1000 rsp=0x0 cr3=0x0 cpu=0 round=1\r\n"
EXIT = "exit: seq=1 cpu=0 reason=12 name=HLT rip=0x1000 len=1 qual=0x0 action=skip entered=5 exited=6\r\n"
RESTORE = "restore: changed=0 mended=none\r\n"
STATS = "stats: reason=12 name=HLT count=1 cycles_sum=0 share_permille=0 cycles_min=0 cycles_avg=0 cycles_max=0 samples=0\r\n"
RESULT = 'result: status=pass code=0 why="fine"\r\n'


def test_reads_names_and_texts():
    line = serial_log.parse_line(r'mem: a=0x1f b_2="one \"two\" \\three" c=x,y=z d=""')
    assert line.tag == "mem"
    assert line.pairs == {"a": "0x1f", "b_2": r'one "two" \three', "c": "x,y=z", "d": ""}


@pytest.mark.parametrize("text", [
    "",
    "mem",
    "mem:",
    "mem: ",
    "mem: a",
    "mem: a=",
    "mem: =1",
    "mem: a=1 ",
    "mem: a=1  b=2",
    "mem: a=1 b",
    "mem: a=1 a=2",
    " mem: a=1",
    "Mem: a=1",
    "mem: A=1",
    "mem a=1",
    'mem: a="',
    'mem: a="x',
    'mem: a="x"y',
    'mem: a=x"y"',
    r'mem: a="\n"',
    "mem: a=1\t",
    "mem: a=1\r",
    "mem: a=\xe9",
    "mem: a=\x1b[0m",
])
def test_refuses_a_line(text):
    with pytest.raises(serial_log.LogError):
        serial_log.parse_line(text)


def test_reads_a_log():
    lines = serial_log.parse(BOOT + ENTRY + EXIT + RESTORE + STATS + RESULT)
    assert [line.tag for line in lines] == ["boot", "entry", "exit", "restore", "stats", "result"]
    assert lines[2].has({"name": "HLT", "seq": "1"})
    assert not lines[2].has({"name": "HLT", "seq": "2"})
    assert not lines[2].has({"gpa": "0x0"})


@pytest.mark.parametrize("text", [
    "",
    BOOT,
    RESULT,
    RESULT + BOOT,
    EXIT + BOOT + RESULT,
    BOOT + BOOT + RESULT,
    BOOT + RESULT + EXIT,
    BOOT + RESULT + RESULT,
    BOOT + RESULT.removesuffix("\r\n"),
    BOOT + RESULT.removesuffix("\r\n") + "\n",
    BOOT.removesuffix("\r\n") + "\n" + RESULT,
    BOOT + "\r\n" + RESULT,
    BOOT + RESULT + "\r\n",
    BOOT + ENTRY + EXIT + STATS + RESULT,
    BOOT + ENTRY + EXIT + RESTORE + RESULT,
    "GRUB loading.\r\n" + BOOT + RESULT,
    BOOT + "news: a=1\r\n" + RESULT,
    BOOT + EXIT.replace(" qual=0x0", "") + RESULT,
    BOOT + EXIT.replace("rip=0x1000", "rip=4096") + RESULT,
    BOOT + EXIT.replace("len=1", "len=0x1") + RESULT,
    BOOT + EXIT.replace("action=skip", "action=jump") + RESULT,
    BOOT + "restore: name=CR0 before=0x1\r\n" + RESULT,
    BOOT + "acpi: table=FACP address=0x1 length=116 status=pass\r\n" + RESULT,
    BOOT + "acpi: table=RSDP\r\n" + RESULT,
    BOOT + RESULT.replace("pass", "ok"),
    BOOT + RESULT.replace("code=0", "code=1"),
    BOOT + RESULT.replace("code=0", "code=7"),
    BOOT + RESULT.replace("pass", "fail"),
    BOOT + RESULT.replace("status=pass code=0", "status=unsupported code=1"),
])
def test_refuses_a_log(text):
    with pytest.raises(serial_log.LogError):
        serial_log.parse(text)


def test_the_contract_names_each_key_of_an_exit():
    rows = (ROOT / "vmx/exit/decode.def").read_text()
    contract = (ROOT / "docs/serial.md").read_text()
    keys = set(re.findall(r"^DECODE\(\w+, (\w+),", rows, re.M)) - {"memory"}
    assert len(keys) > 70
    assert not {key for key in keys if f"`{key}`" not in contract}
