"""Tests tools/report-html: the page is self-contained and matches the log."""

import html.parser
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/report-html"

HEAD = [
    'boot: trapline=0.1.0 loader="GRUB 2.06" firmware=bios cmdline="guest=bench <b>"',
    "time: tsc_khz=2000 source=pit",
    'machine: brand="Intel(R) <script>alert(1)</script>" signature=0x50654 microcode=0x1 tsc_khz=2000'
    " aperf=no",
]
BENCH = [
    "bench: name=CPUID unit=tsc samples=500 min=96 median=97 p90=98 p99=99 max=4321 overhead=7",
    "histogram: name=CPUID unit=tsc first=96 width=1 counts=1,497,1,0,0,0,0,0,0,0,0,0,0,0,0,0 above=1",
    'bench: name=MTF_STEP skipped="this processor does not allow control MONITOR_TRAP_FLAG"',
]
STATS = ["stats: reason=12 name=HLT count=7 cycles_sum=300 share_permille=750 cycles_min=30"
         " cycles_avg=50 cycles_max=80 samples=6",
         "stats: reason=10 name=CPUID count=2 cycles_sum=100 share_permille=250 cycles_min=50"
         " cycles_avg=50 cycles_max=50 samples=2"]
RESULT = ['result: status=pass code=0 why="all was measured"']


def exits(count):
    """Returns that many exits with two reasons. The guest takes 300 cycles, the host 100 or 50."""
    yield "entry: guest=flat rip=0x8000 rsp=0x8000 cr3=0x1000 cpu=0 round=1"
    yield f"trace: mode=ring cpu=0 records=16384 recorded={count} overwritten=5"
    for i in range(count):
        at = 1000 + 400 * i
        name, reason, host = ("HLT", 12, 100) if i % 3 else ("CPUID", 10, 50)
        yield (f"exit: seq={i + 6} cpu=0 reason={reason} name={name} rip={0x8000 + i:#x} len=1 qual=0x0"
               f" action=skip entered={at} exited={at + 400 - host}")


class Page(html.parser.HTMLParser):
    """Parses a page: its tables as rows of texts, its links and its scripts."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.links, self.scripts, self.labels = {}, [], 0, []
        self.rows = self.row = self.cell = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.links += [value for key, value in attrs.items()
                       if key in ("src", "href", "xlink:href", "data", "action", "srcset")]
        self.scripts += tag == "script"
        if "aria-label" in attrs:
            self.labels.append(attrs["aria-label"])
        if tag == "table":
            self.rows = self.tables.setdefault(attrs.get("class") or attrs.get("id"), [])
        elif tag == "tr":
            self.row = []
            self.rows.append(self.row)
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.row.append(self.cell)
            self.cell = None


def run(*arguments, timeout=60):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=timeout)


def write(folder, name, *lines):
    path = folder / name
    path.write_text("".join(line + "\r\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def page(folder):
    log = write(folder, "bench.log", *HEAD, *exits(200), *BENCH, *STATS, *RESULT)
    done = run(log)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_stands_alone(page):
    """The page loads nothing and runs no scripts; its links lead only into the page."""
    found = Page(page)
    assert found.scripts == 0
    assert [link for link in found.links if not link.startswith(("#", "data:"))] == []
    assert not re.search(r"url\((?!['\"]?#)|@import", page)


@pytest.mark.parametrize("line, changed, kept", [
    (STATS[0], STATS[0][:STATS[0].index(" count=")], {"stats": ["reason", "CPUID"]}),
    (STATS[0], STATS[0].replace("=750", "=-750"), {"stats": ["reason", "CPUID"]}),
    (STATS[0], STATS[0].replace("=750", "=" + 5000 * "7"), {"stats": ["reason", "CPUID"]}),
    (BENCH[1], BENCH[1].replace("counts=1,", "counts=1,,"), {}),
    (BENCH[1], BENCH[1].replace(" above=1", ""), {}),
])
def test_damaged_figures_are_left_out(line, changed, kept, folder):
    """The page tells the number of lines that were left out."""
    lines = [changed if line == old else old for old in (*BENCH, *STATS, *RESULT)]
    done = run(write(folder, "damaged.log", *HEAD, *lines))
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert "1 lines of the log could not be parsed" in text
    assert (line == STATS[0]) == any("Histogram" in label for label in Page(text).labels)
    for table, names in kept.items():
        assert [row[0] for row in Page(text).tables[table]] == names


def test_escapes(page):
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    assert "guest=bench &lt;b&gt;" in page


def test_tables(page):
    tables = Page(page).tables
    assert tables["benches"][1:] == [
        ["CPUID", "tsc", "500", "96", "97", "98", "99", "4321", "7"],
        ["MTF_STEP", "not measured: this processor does not allow control MONITOR_TRAP_FLAG"]]
    assert tables["stats"][1:] == [["HLT", "7", "75.0 %", "30", "50", "80"],
                                   ["CPUID", "2", "25.0 %", "50", "50", "50"]]
    listed = tables["exits"][1:]
    assert len(listed) == 101  # fifty at each end, and a row with the number of exits between them
    assert listed[50] == ["… 100 more …"]
    assert listed[0][:6] == ["6", "1", "0", "CPUID", "350", "50"]
    assert [row[0] for row in listed[-2:]] == ["204", "205"]


def test_plots_are_described(page):
    """The plots have text descriptions, with figures of the log."""
    labels = Page(page).labels
    assert len(labels) == 5
    assert "the longest bar is CPUID with 97 cycles" in labels[0]
    assert "Histograms of the samples of CPUID" in labels[1]
    assert "HLT with 75.0 per cent" in labels[2]
    assert "A timeline of 200 exits" in labels[4]
    assert "The trace overwrote 5 earlier exits." in page


def test_names_are_no_mathematics(folder):
    log = write(folder, "dollar.log", *HEAD, *(line.replace("HLT", "$x^$") for line in exits(9)), *RESULT)
    done = run(log)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "$x^$" in done.stdout.decode()


def test_side_by_side(folder):
    logs = [write(folder, f"{name}.log", *HEAD, BENCH[0].replace("median=97 p90=98 p99=99", f"median={median} p90={median} p99={median}"), *RESULT)
            for name, median in (("one", 97), ("two", 960))]
    done = run(f"ours={logs[0]}", logs[1])
    assert done.returncode == 0
    rows = Page(done.stdout.decode()).tables["compared"]
    assert rows == [["median, cycles", "ours", "two.log"], ["CPUID", "97", "960"]]


OLD = "exit: seq=1 cpu=0 reason=12 name=HLT rip=0x1000 len=1 qual=0x0 action=stop"


@pytest.mark.parametrize("lines, words", [
    ([*HEAD, *RESULT], "expected exit lines, found none"),
    ([*HEAD, OLD, *RESULT], "time stamps"),
])
def test_no_time_line(lines, words, folder):
    """The rest of the log is still shown."""
    done = run(write(folder, "old.log", *lines))
    assert done.returncode == 0
    assert words in done.stdout.decode()


@pytest.mark.parametrize("lines, words", [
    ([], "found no boot line"),
    ([HEAD[0], "bench: name=CPUID unit=tsc"], "expected a bench line with"),
    ([HEAD[0], *exits(3)], "tsc_khz above 0"),
])
def test_errors(lines, words, folder):
    log = write(folder, "wrong.log", *lines)
    done = run(log)
    assert (done.returncode, done.stdout) == (1, b"")
    message = done.stderr.decode()
    assert message.startswith(f"report-html: {log}:") and words in message and message.count("\n") == 1
