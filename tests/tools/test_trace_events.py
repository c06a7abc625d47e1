"""Tests tools/trace-events: the slices of the timeline match the time stamps of the log."""

import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/trace-events"

BOOT = 'boot: trapline=0.1.0 loader="GRUB 2.06" firmware=bios cmdline=""'
TIME = "time: tsc_khz=2000 source=pit"  # 2000 cycles per millisecond
ENTRY = "entry: guest=flat rip=0x8000 rsp=0x8000 cr3=0x1000 cpu=0 round=1"
LIVE = [
    "exit: seq=1 cpu=0 reason=10 name=CPUID rip=0x8000 len=2 qual=0x0 action=skip entered=1000"
    " exited=1100 handled=1150 leaf=0x0 subleaf=0x7",
    "exit: seq=2 cpu=0 reason=30 name=IO_INSTRUCTION rip=0x8002 len=2 qual=0x40 action=skip"
    " entered=5150 exited=5200 handled=5300 port=0x80 direction=out size=1",
    "exit: seq=3 cpu=0 reason=18 name=VMCALL rip=0x8004 len=3 qual=0x0 action=stop entered=9300"
    " exited=9400 handled=9500",
]
RING = [" ".join(word for word in line.split(" ") if not word.startswith("handled=")) for line in LIVE]
TRACE = "trace: mode=ring cpu=0 records=4 recorded=3 overwritten=0"
RESTORE = "restore: changed=0 mended=none"
RESULT = 'result: status=pass code=0 why="the guest finished with status 0"'


def log(*lines):
    return "".join(line + "\r\n" for line in (BOOT, TIME, *lines, RESULT))


def run(text, *options):
    data = text if isinstance(text, bytes) else text.encode()
    return subprocess.run([sys.executable, PROGRAM, "-", *options], input=data, capture_output=True,
                          timeout=60)


def events(text):
    done = run(text)
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


def slices(document, track=None):
    """Returns (cpu, track, name, begin, duration) of each slice, in microseconds."""
    return [(event["pid"], event["tid"], event["name"], event["ts"], event["dur"])
            for event in document["traceEvents"]
            if event["ph"] == "X" and track in (None, event["tid"])]


def test_live():
    """A cycle is half a microsecond: the first entry at 1000 becomes 0, the exit at 1100 becomes 50."""
    assert slices(events(log(ENTRY, *LIVE))) == [
        (0, 1, "guest", 0, 50),
        (0, 2, "CPUID", 50, 25),
        (0, 2, "printing", 75, 2000),
        (0, 1, "guest", 2075, 25),
        (0, 2, "IO_INSTRUCTION", 2100, 50),
        (0, 2, "printing", 2150, 2000),
        (0, 1, "guest", 4150, 50),
        (0, 2, "VMCALL", 4200, 50),  # the last exit has no slice after it
    ]


def test_ring():
    """An exit is handled until the next VM entry. For the last exit, that time is unknown."""
    assert slices(events(log(ENTRY, TRACE, *RING)), track=2) == [
        (0, 2, "CPUID", 50, 2025),
        (0, 2, "IO_INSTRUCTION", 2100, 2050),
        (0, 2, "VMCALL", 4200, 0),
    ]


def test_arguments():
    """The arguments are all values of the line; decimal ones are numbers."""
    (io,) = [event for event in events(log(ENTRY, *LIVE))["traceEvents"]
             if event["name"] == "IO_INSTRUCTION"]
    assert io["args"] == {"seq": 2, "round": 1, "rip": "0x8002", "len": 2, "qual": "0x40",
                          "action": "skip", "port": "0x80", "direction": "out", "size": 1}


def test_tracks():
    """Each processor is a process with two named tracks."""
    other = [line.replace("cpu=0", "cpu=1") for line in (ENTRY, *LIVE[:1])]
    document = events(log(ENTRY, *LIVE[:1], *other))
    names = {(event["pid"], event.get("tid")): event["args"]["name"]
             for event in document["traceEvents"] if event["ph"] == "M"}
    assert names == {(0, None): "cpu 0", (0, 1): "guest", (0, 2): "host",
                     (1, None): "cpu 1", (1, 3): "guest", (1, 4): "host"}
    assert {event["pid"] for event in document["traceEvents"] if event["ph"] == "X"} == {0, 1}


def test_rounds_do_not_join():
    """The time between two rounds does not belong to an exit."""
    second = [line.replace("round=1", "round=2") for line in (ENTRY,)]
    later = [line.replace("seq=3", "seq=1").replace("=9", "=19") for line in RING[2:]]
    document = events(log(ENTRY, *RING[:2], RESTORE, *second, *later))
    assert slices(document, track=2)[1:] == [(0, 2, "IO_INSTRUCTION", 2100, 0),
                                             (0, 2, "VMCALL", 9200, 0)]
    rounds = [(event["name"], event["ts"]) for event in document["traceEvents"]
              if event["ph"] == "i"]
    assert rounds == [("round 1", 0), ("round 2", 9150)]


def test_gap():
    """If the next exit is missing in the log, the time to handle an exit is unknown."""
    document = events(log(ENTRY, RING[0], RING[2]))
    assert slices(document, track=2) == [(0, 2, "CPUID", 50, 0), (0, 2, "VMCALL", 4200, 0)]


def test_says_what_it_is_about():
    about = events(log(ENTRY, TRACE.replace("overwritten=0", "overwritten=7"), *RING))["otherData"]
    assert about["boot"]["trapline"] == "0.1.0"
    assert about["result"]["code"] == "0"
    assert about["overwritten"] == "the trace overwrote 7 earlier exits"


def test_noise_and_a_log_cut_off():
    """Output of firmware before the log, other line ends, and a truncated last line."""
    text = "SeaBIOS\r\n\0\xff" + log(ENTRY, *LIVE)
    whole = slices(events(text.replace("\r\n", "\n")))
    assert len(whole) == 8
    cut = text[:text.index("exited=9400")]
    assert slices(events(cut)) == whole[:5]


def test_output(tmp_path):
    done = run(log(ENTRY, *LIVE), "-o", tmp_path / "out.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert slices(json.loads((tmp_path / "out.json").read_text()))[0] == (0, 1, "guest", 0, 50)


OLD = [" ".join(line.split(" ")[:9]) for line in LIVE]


ERRORS = {
    "empty": ("", "found no boot line"),
    "binary": (b"\x7fELF\0\0\xff", "found no boot line"),
    "another program's": ("hello: a=1\r\n", "found no boot line"),
    "two boots": (2 * log(ENTRY, *LIVE), "found 2 boot lines"),
    "no number of 64 bits": (log(ENTRY, LIVE[0].replace("exited=1100", "exited=" + 5000 * "1")),
                             "time stamps"),
    "no processor": (log(ENTRY, LIVE[0].replace("cpu=0", "cpu=zero")), "time stamps"),
    "no exits": (log(ENTRY), "expected exit lines, found none"),
    "no time stamps": (log(ENTRY, *OLD), "time stamps"),
    "no frequency": (log(ENTRY, *LIVE).replace("tsc_khz=2000", "tsc_khz=0"), "tsc_khz above 0"),
    "no time line": (log(ENTRY, *LIVE).replace(TIME, ""), "tsc_khz above 0"),
    "time runs backwards": (log(ENTRY, LIVE[0].replace("exited=1100", "exited=900")), "time stamps"),
}


@pytest.mark.parametrize("error", ERRORS)
def test_errors(error):
    text, words = ERRORS[error]
    done = run(text)
    assert done.returncode == 1
    assert done.stdout == b""
    message = done.stderr.decode()
    assert message.startswith("trace-events: -: ") and words in message and message.count("\n") == 1


def test_slices_touch():
    """In whole nanoseconds, as Perfetto reads them, no slices overlap and none is lost."""
    step = 1237
    lines = [RING[0].replace("seq=1", f"seq={i + 1}").replace("entered=1000", f"entered={i * step}")
             .replace("exited=1100", f"exited={i * step + 501}") for i in range(3000)]
    document = events(log(ENTRY, *lines).replace("tsc_khz=2000", "tsc_khz=3500410"))
    for track in (1, 2):
        end = 0
        for _, _, _, begin, length in slices(document, track):
            assert int(begin * 1000) >= end
            end = int(begin * 1000) + int(length * 1000)


def test_a_log_is_not_written_over(tmp_path):
    path = tmp_path / "log"
    path.write_text(log(ENTRY, *LIVE))
    done = subprocess.run([sys.executable, PROGRAM, path, "-o", path], capture_output=True, timeout=60)
    assert done.returncode == 1 and b"expected an output file that is not a log" in done.stderr
    assert path.read_text().startswith("boot:")


def test_a_line_without_its_end_is_not_trusted():
    text = log(ENTRY, *LIVE)
    cut = text[:text.index("handled=9500") + len("handled=9500")]
    assert len(slices(events(cut))) == 5


def test_no_such_file(tmp_path):
    done = subprocess.run([sys.executable, PROGRAM, tmp_path / "none"], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"trace-events: {tmp_path}/none: No such file or directory\n"
