"""Tests the command check-log: its findings, the input that it accepts, and its exit status."""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tools/check-log"
OK, FINDINGS, USAGE = 0, 1, 2

BOOT = 'boot: trapline=0.1.0 loader="GRUB 2" firmware=bios cmdline=""'
AUDIT = "audit: checks=336 failed=0 warnings=0"
RULE = ('audit: id=A_RULE sdm=26.3.1.4 field=GUEST_RFLAGS value=0x0 why="w" fix="f" bits=0x2'
        ' kind=error')
ENTRY = "entry: guest=hlt rip=0x1000 rsp=0x0 cr3=0x0 cpu=0 round=1"
EXIT = "exit: seq=1 cpu=0 reason=12 name=HLT rip=0x1000 len=1 qual=0x0 action=skip entered=5 exited=6"
EXIT2 = EXIT.replace("seq=1", "seq=2")
LAST = EXIT.replace("seq=1", "seq=3").replace("skip", "stop")
DIFFERENCE = "restore: name=CR4 before=0x20 after=0x2020"
RESTORE = "restore: changed=0 mended=GDTR_LIMIT"
STATS = "stats: reason=12 name=HLT count=3 cycles_sum=4 share_permille=1000 cycles_min=1 cycles_avg=2 cycles_max=3 samples=2"
BENCH = "bench: name=HLT unit=tsc samples=2 min=1 median=1 p90=2 p99=2 max=2 overhead=3"
HISTOGRAM = "histogram: name=HLT unit=tsc first=1 width=1 counts=1,1 above=0"
SKIPPED = 'bench: name=PAUSE skipped="this processor does not allow control PAUSE_EXITING"'
FUZZ = "fuzz: tried=9 agreed=9 order=0 false_alarms=0 misses=0 deviations=0 lenient=0"
FUZZ_RULE = FUZZ.replace("fuzz:", "fuzz: rule=A_RULE")
FUZZED = [BOOT, FUZZ_RULE, FUZZ + " seed=1 skipped=0", RESTORE]
RESULT = 'result: status=pass code=0 why="the guest made all exits asked for: 3"'
LOG = [BOOT, AUDIT, ENTRY, EXIT, EXIT2, LAST, RESTORE, STATS, RESULT]
FAIL = 'result: status=fail code=1 why="exit 3 of the guest was HLT"'
PANIC = 'result: status=fail code=5 why="a bug"'


def text_of(lines, end="\r\n"):
    return "".join(line + end for line in lines)


def run(data, *options):
    """Runs the program with this text as stdin."""
    return subprocess.run([sys.executable, PROGRAM, *options], input=data.encode("latin-1"),
                          capture_output=True, timeout=60)


def replaced(old, *new):
    """Returns the log with this line replaced by other lines."""
    at = LOG.index(old)
    return LOG[:at] + list(new) + LOG[at + 1:]


def two_rounds():
    """Returns the log of a guest that ran twice."""
    middle = LOG[1:LOG.index(STATS)]
    again = [line.replace("round=1", "round=2") for line in middle]
    return [BOOT, *middle, *again, STATS.replace("count=3", "count=6"), RESULT]


def traced(words, count, *exits):
    """Returns the log of a guest with only some exits traced."""
    return [BOOT.replace('cmdline=""', f'cmdline="{words}"'), ENTRY, *exits, RESTORE,
            STATS.replace("count=3", f"count={count}"), RESULT]


def ringed(recorded, overwritten, *exits, count=None):
    """Returns the log of a guest whose exits were traced in memory."""
    trace = f"trace: mode=ring cpu=0 records=2 recorded={recorded} overwritten={overwritten}"
    return traced("", count or recorded + overwritten, trace, *exits)


def assert_ok(done):
    assert (done.returncode, done.stderr) == (OK, b""), done.stdout
    assert done.stdout.startswith(b"<stdin>: ok: ") and done.stdout.count(b"\n") == 1


GOOD = {
    "CR LF": text_of(LOG),
    "LF": text_of(LOG, "\n"),
    "CR CR LF, by a terminal": text_of(LOG, "\r\r\n"),
    "firmware and loader before": "SeaBIOS (version 1.16)\r\nBooting from DVD/CD...\r\n\x1b[2J\x1b[1;1H\r\n"
                                  "GRUB loading.\r\n" + text_of(LOG),
    "noise before on the same line": "\0\0\xff\x1b[0m" + text_of(LOG),
    "the end of another log before": text_of([LAST, RESTORE, RESULT]) + text_of(LOG),
    "empty lines behind": text_of(LOG) + "\r\n\n",
    "unknown tag": text_of(replaced(AUDIT, "news: seq=many a=1")),
    "unknown key": text_of(replaced(ENTRY, ENTRY + ' colour="red \\"ish\\""')),
    "an older audit": text_of(replaced(AUDIT, "audit: checks=336 failed=0")),
    "two rounds": text_of(two_rounds()),
    "two processors": text_of(
        [BOOT, ENTRY, ENTRY.replace("cpu=0", "cpu=1"), EXIT, EXIT.replace("cpu=0", "cpu=1"), EXIT2,
         RESTORE, STATS, RESULT]),
    "trace=1": text_of(traced("exits=3 trace=1", 3, EXIT, LAST)),
    "trace=0": text_of(traced("trace=0x0 repeat=1", 3, LAST)),
    "trace in memory": text_of(ringed(3, 0, EXIT, EXIT2, LAST)),
    "trace in memory of the last": text_of(ringed(2, 1, EXIT2, LAST)),
    "the benchmark": text_of([*LOG[:2], ENTRY.replace("guest=hlt", "guest=bench"), LAST, RESTORE, BENCH,
                              HISTOGRAM, SKIPPED, STATS, RESULT]),
    "guest=fuzz": text_of([*FUZZED, RESULT]),
    "the last trace= counts": text_of(traced("trace=9 trace=0", 3, LAST)),
    "trace= and an entry refused": text_of(traced("trace=1", 7, EXIT)),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_log(name):
    assert_ok(run(GOOD[name]))


def test_summary():
    assert run(text_of(LOG)).stdout.decode() == (
        "<stdin>: ok: lines=9 rounds=1 exits=3 HLT=3 status=pass code=0:"
        " the guest made all exits asked for: 3\n")


@pytest.mark.parametrize("lines, code", [
    ([BOOT, RULE, "audit: checks=336 failed=1 warnings=0", RESTORE,
      'result: status=fail code=3 why="refused"'], 3),
    ([BOOT, RULE.replace("error", "warning"), "audit: checks=336 failed=0 warnings=1", RESTORE,
      'result: status=unsupported code=2 why="no"'], 2),
    (replaced(RESTORE, DIFFERENCE, "restore: changed=1 mended=none")[:-1] + [PANIC], 5),
    ([BOOT, ENTRY, EXIT, 'panic: why="this" rip=0x1', PANIC], 5),
    ([BOOT, ENTRY, EXIT, RESTORE, FAIL], 1),
    ([traced("trace=0", 3)[0], ENTRY, LAST, RESTORE, FAIL], 1),
    (LOG[:-1] + [FAIL], 1),
])
def test_good_log_of_another_code(lines, code):
    assert_ok(run(text_of(lines), "--code", str(code)))
    assert_ok(run(text_of(lines), "--code", f"0,{code}"))
    assert_ok(run(text_of(lines), "--code", "any"))
    done = run(text_of(lines))
    assert done.returncode == FINDINGS
    assert done.stdout.startswith(f"<stdin>:{len(lines)}: expected code=0, found code={code}: ".encode())


# A log, the line of its first finding, and words of the message.
BAD = {
    "nothing": ("", 0, "expected a boot line, found none in 0 lines"),
    "noise": ("GRUB\r\n" * 3, 3, "expected a boot line, found none in 3 lines"),
    "no boot": (text_of(LOG[1:]), 8, "expected a boot line, found none in 8 lines"),
    "boot that cannot be read": (text_of(replaced(BOOT, BOOT + " x")), 1, "expected key=value, found 'x'"),
    "boot twice": (text_of([BOOT, *LOG]), 2, "expected one boot line, found another"),
    "two logs": (text_of(LOG + LOG), 10, "expected one boot line, found another"),
    "no result": (text_of(LOG[:-1]), 8, "expected result as the last line, found none"),
    "result twice": (text_of([*LOG, RESULT]), 10, "expected one result line, found another"),
    "behind the result": (text_of([*LOG, AUDIT, AUDIT]), 10,
                          "expected nothing after the result line, found 'audit: checks=336"),
    "noise behind the result": (text_of([*LOG, "", "\x1b[2J"]), 11,
                                r"expected nothing after the result line, found '\x1b[2J'"),
    "cut off": (text_of(LOG)[:-9], 9, "expected a line end, found the line cut off: 'result: status"),
    "only the line end cut off": (text_of(LOG)[:-2], 9, "found the line cut off: 'result: status"),
    "escape sequence": (text_of(replaced(AUDIT, "\x1b[0m" + AUDIT)), 2,
                        r"expected printable ASCII, found '\x1b[0maudit"),
    "NUL": (text_of(replaced(AUDIT, "\0" + AUDIT)), 2, r"expected printable ASCII, found '\x00audit"),
    "empty line": (text_of(replaced(AUDIT, "")), 2, "expected printable ASCII, found ''"),
    "no tag": (text_of(replaced(AUDIT, "Hello")), 2,
               "expected a tag, a colon and a blank, found 'Hello'"),
    "no pair": (text_of(replaced(AUDIT, AUDIT + " now")), 2,
                "expected key=value, found 'now' at column 39"),
    "no blank": (text_of(replaced(AUDIT, AUDIT + ' a="x"y')), 2, """expected a blank after a="x","""),
    "key twice": (text_of(replaced(AUDIT, AUDIT + " failed=0")), 2,
                  "expected each key once, found failed twice"),
    "key missing": (text_of(replaced(EXIT, EXIT.replace(" qual=0x0", ""))), 4,
                    "expected exit with the keys seq cpu reason name rip len qual action entered exited, found seq"),
    "one of two sets of keys": (text_of(replaced(RESTORE, "restore: mended=none")), 7,
                                "expected restore with the keys changed or name before after,"),
    "form": (text_of(replaced(EXIT, EXIT.replace("rip=0x1000", "rip=4096"))), 4,
             "expected rip in the form 0x[0-9a-f]{1,16}, found '4096'"),
    "number that no machine prints": (
        text_of(replaced(EXIT, EXIT.replace("entered=5", "entered=" + 5000 * "1"))), 4,
        "expected entered in the form [0-9]{1,20}, found '1111"),
    "trace that is cut": (
        text_of(ringed(3, 0, EXIT, EXIT2, LAST)).replace("overwritten=0", "overwritten=x"), 3,
        "expected overwritten in the form [0-9]{1,20}, found 'x'"),
    "count that is none": (text_of(replaced(AUDIT, AUDIT.replace("failed=0", "failed=x"))), 2,
                           "expected failed in the form [0-9]{1,20}, found 'x'"),
    "status": (text_of(LOG[:-1] + [RESULT.replace("pass", "fail")]), 9,
               "expected status=pass with code=0, found status=fail"),
    "code": (text_of(LOG[:-1] + [RESULT.replace("pass", "fail").replace("code=0", "code=7")]), 9,
             "expected a code from 0 to 6, found code=7"),
    "seq from 2": (text_of([BOOT, ENTRY, EXIT2, LAST, RESTORE, STATS.replace("=3", "=2"), RESULT]),
                   3, "expected an exit with seq=1, found seq=2"),
    "seq with a gap": (text_of(replaced(EXIT2)), 5, "expected an exit with seq=2, found seq=3"),
    "seq twice": (text_of(replaced(EXIT2, EXIT2, EXIT2)), 6, "expected an exit with seq=3, found seq=2"),
    "seq goes on in the next round": (
        text_of([*two_rounds()[:9], EXIT.replace("seq=1", "seq=4"), EXIT.replace("seq=1", "seq=5"),
                 LAST.replace("seq=3", "seq=6"), *two_rounds()[12:]]), 10,
        "expected an exit with seq=1, found seq=4"),
    "gap before trace=": (text_of(traced("trace=2", 3, EXIT, LAST)), 4,
                          "expected an exit with seq=2, found seq=3"),
    "gap not before the last": (
        text_of(traced("trace=1", 4, EXIT, LAST.replace("stop", "skip"))), 4,
        "expected an exit with seq=2, found seq=3"),
    "no entry": (text_of(replaced(ENTRY)), 3,
                 "expected an entry line before the exits of cpu=0, found none"),
    "no entry of the other processor": (
        text_of([BOOT, ENTRY, EXIT, EXIT2, EXIT.replace("cpu=0", "cpu=1"), RESTORE, STATS, RESULT]), 5,
        "expected an entry line before the exits of cpu=1, found none"),
    "rounds": (text_of(replaced(ENTRY, ENTRY.replace("round=1", "round=2"))), 3,
               "expected an entry with round=1, found round=2"),
    "stats too few": (text_of(replaced(STATS, STATS.replace("count=3", "count=2"))), 8,
                      "expected count=3 for HLT, the number of its exit lines, found count=2"),
    "stats too many": (text_of(replaced(STATS, STATS.replace("count=3", "count=4"))), 8,
                       "expected count=3 for HLT, the number of its exit lines, found count=4"),
    "stats of an exit without a line": (
        text_of(replaced(STATS, STATS, STATS.replace("HLT", "CPUID"))), 9,
        "expected count=0 for CPUID, the number of its exit lines, found count=3"),
    "no stats": (text_of(replaced(STATS)), 8,
                 "expected stats before a result with code=0, found none"),
    "nothing but a result": (text_of([BOOT, 'result: status=pass code=0 why=""']), 2,
                             "expected restore with changed= after the last round, found none"),
    "last word of two": (text_of(traced("trace=1 trace=live", 3, EXIT, LAST)), 4,
                         "expected an exit with seq=2, found seq=3"),
    "no stats of an exit": (
        text_of(replaced(EXIT2, EXIT2.replace("HLT", "CPUID"))[:-2]
                + [STATS.replace("count=3", "count=2"), RESULT]), 9,
        "expected a stats line for CPUID, found none"),
    "trace in memory with a gap": (text_of(ringed(3, 0, EXIT, LAST)), 5,
                                   "expected an exit with seq=2, found seq=3"),
    "trace in memory without its first": (text_of(ringed(3, 0, EXIT2, LAST)), 4,
                                          "expected an exit with seq=1, found seq=2"),
    "trace in memory without its last": (text_of(ringed(3, 0, EXIT, EXIT2)), 6,
                                         "expected exits up to seq=3, according to the trace line, found seq=2"),
    "trace in memory after an exit": (
        text_of(traced("", 3, EXIT, "trace: mode=ring cpu=0 records=2 recorded=1 overwritten=1",
                       EXIT2)), 4, "expected the trace before the exits, found it after 1 of them"),
    "stats beside the trace in memory": (text_of(ringed(2, 1, EXIT2, LAST, count=4)), 8,
                                         "expected 3 exits in the stats lines"),
    "stats beside trace=": (text_of(traced("trace=1", 4, EXIT, LAST)), 7,
                            "expected 3 exits in the stats lines, according to the last exit of each round, found 4"),
    "stats below the lines of trace=": (text_of(traced("trace=1", 1, EXIT, LAST)), 6,
                                        "expected count=2 for HLT, the number of its exit lines"),
    "changed too many": (text_of(replaced(RESTORE, RESTORE.replace("=0", "=1"))), 7,
                         "expected 1 restore lines, according to changed=, found 0"),
    "changed too few": (text_of(replaced(RESTORE, DIFFERENCE, RESTORE)), 8,
                        "expected 0 restore lines, according to changed=, found 1"),
    "differences that nothing counts": (
        text_of(replaced(STATS, DIFFERENCE, STATS)), 10,
        "expected a line with the number of restore lines after them, found none"),
    "no restore": (text_of(replaced(RESTORE)), 8,
                   "expected restore with changed= after the last round, found none"),
    "no restore between rounds": (text_of([*LOG[:6], *two_rounds()[7:]]), 8,
                                  "expected restore with changed= before the next round, found none"),
    "a benchmark of nothing": (
        text_of([*LOG[:2], ENTRY.replace("guest=hlt", "guest=bench"), LAST, RESTORE, STATS, RESULT]), 7,
        "expected bench before a result with code=0, found none"),
    "number below zero": (text_of(replaced(LAST, LAST.replace("entered=", "entered=-"))), 6,
                          "expected entered in the form [0-9]{1,20}, found '-"),
    "fuzz without restore": (text_of([*FUZZED[:-1], RESULT]), 4,
                             "expected restore with changed= after the last round, found none"),
    "fuzz without the line of all rules": (
        text_of([BOOT, FUZZ_RULE, RESTORE, RESULT]), 4,
        "expected a fuzz line of all rules before a result with code=0, found none"),
    "audit failed": (text_of(replaced(AUDIT, RULE, AUDIT)), 3,
                     "expected 0 audit error lines, according to failed=, found 1"),
    "audit warnings": (text_of(replaced(AUDIT, AUDIT.replace("warnings=0", "warnings=2"))), 2,
                       "expected 2 audit warning lines, according to warnings=, found 0"),
}


# Further findings that the first one necessarily causes.
NO_RESULT = "expected result as the last line, found none: the machine crashed, or the log ends too early"
FOLLOWS = {
    "nothing but a result": ["expected entry before a result with code=0, found none",
                             "expected stats before a result with code=0, found none"],
    "cut off": [NO_RESULT],
    "only the line end cut off": [NO_RESULT],
    "code": ["expected code=0, found code=7: the guest made all exits asked for: 3"],
}


@pytest.mark.parametrize("name", BAD)
def test_finding(name):
    """A mistake is reported at its line and not again where it has consequences."""
    data, number, words = BAD[name]
    done = run(data)
    assert (done.returncode, done.stderr) == (FINDINGS, b"")
    first, *more = done.stdout.decode().splitlines()
    assert first.startswith(f"<stdin>:{number}: ") and words in first
    assert [line.partition(": ")[2] for line in more] == FOLLOWS.get(name, [])


@pytest.mark.parametrize("options", [
    ["--exits", "HLT=3"],
    ["--exits", "HLT=3+", "--exits", "CPUID=0"],
    ["--expect", "exit name=HLT action=stop"],
    ["--expect", "exit: name=HLT", "--expect", "audit"],
    ["--expect", 'boot loader="GRUB 2"', "--forbid", "panic", "--forbid", "exit name=CPUID"],
    ["--changed", "0", "--code", "0"],
])
def test_requirement_met(options):
    assert_ok(run(text_of(LOG), *options))


@pytest.mark.parametrize("options, number, words", [
    (["--exits", "HLT=2"], 9, "expected 2 exits HLT, found 3"),
    (["--exits", "HLT=4+"], 9, "expected 4 or more exits HLT, found 3"),
    (["--exits", "CPUID=1"], 9, "expected 1 exits CPUID, found 0"),
    (["--expect", "exit seq=4"], 9,
     "expected a line 'exit seq=4', found none among the 3 lines with the tag exit"),
    (["--expect", "exit seq=3 action=skip"], 9, "expected a line 'exit seq=3 action=skip'"),
    (["--expect", "panic"], 9, "expected a line 'panic', found none among the 0 lines"),
    (["--forbid", "exit seq=2"], 5, "expected no line 'exit seq=2', found one"),
    (["--changed", "1"], 7, "expected changed=1, found changed=0"),
    (["--code", "1,2"], 9, "expected code=1 or 2, found code=0: the guest made all"),
])
def test_requirement_not_met(options, number, words):
    done = run(text_of(LOG), *options)
    assert done.returncode == FINDINGS
    assert done.stdout.decode().startswith(f"<stdin>:{number}: {words}")
    assert done.stdout.count(b"\n") == 1


def test_changed_wants_a_restore_line():
    done = run(text_of([BOOT, 'result: status=fail code=4 why=""']), "--changed", "0", "--code", "4")
    assert done.stdout == b"<stdin>:2: expected changed=0, found no restore line\n"


def test_exits_are_those_of_stats_where_only_some_were_traced():
    assert_ok(run(GOOD["trace=1"], "--exits", "HLT=3"))


def test_exits_are_lines_where_there_are_no_stats():
    assert_ok(run(text_of([BOOT, ENTRY, EXIT, PANIC]), "--code", "5", "--exits", "HLT=1"))


WHOLE = [BOOT, RULE, "audit: checks=336 failed=1 warnings=0", *two_rounds()[2:-3], DIFFERENCE,
         "restore: changed=1 mended=none", *two_rounds()[-2:]]


def test_the_whole_log_is_good():
    assert_ok(run(text_of(WHOLE)))


@pytest.mark.parametrize("at", range(1, len(WHOLE) - 1))
def test_a_line_that_cannot_be_read_brings_no_findings_behind_it(at):
    done = run(text_of([*WHOLE[:at], "\0" + WHOLE[at], *WHOLE[at + 1:]]))
    assert done.returncode == FINDINGS
    assert done.stdout.decode().startswith(f"<stdin>:{at + 1}: expected printable ASCII")
    assert done.stdout.count(b"\n") == 1, done.stdout


def test_a_gap_behind_a_line_that_cannot_be_read():
    done = run(text_of(replaced(EXIT2, "\0" + EXIT2, LAST, LAST)))
    assert done.stdout.decode().splitlines()[1:] == ["<stdin>:7: expected an exit with seq=4, found seq=3",
                                                     "<stdin>:8: expected an exit with seq=4, found seq=3"]


def test_no_end_of_findings():
    done = run(text_of(replaced(AUDIT, *["noise"] * 25)))
    *findings, last = done.stdout.decode().splitlines()
    assert done.returncode == FINDINGS
    assert len(findings) == 20 and last == "<stdin>: 5 more findings"


def test_file_copied_and_used_alone(tmp_path):
    """The program needs no other file of the project, and its messages name the log."""
    shutil.copy(PROGRAM, tmp_path)
    (tmp_path / "serial.log").write_text(text_of(LOG[:-1]), newline="")
    done = subprocess.run(["./check-log", "serial.log"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (FINDINGS, "")
    assert done.stdout.startswith("serial.log:8: expected result")


@pytest.mark.parametrize("options", [
    ["--exits", "HLT"], ["--exits", "HLT=x"], ["--exits", "HLT=-1"], ["--code", "pass"],
    ["--code", ""], ["--expect", ""], ["--expect", "exit name"], ["--expect", "Exit name=HLT"],
    ["--changed", "none"], ["--verbose"], ["a.log", "b.log"], ["/nowhere/to/be.found"], ["/"],
])
def test_wrong_usage(options):
    done = run(text_of(LOG), *options)
    assert (done.returncode, done.stdout) == (USAGE, b"")
    assert b"check-log: " in done.stderr


def test_help_tells_the_exit_status():
    done = run("", "--help")
    assert done.returncode == 0 and b"Exit status:" in done.stdout
