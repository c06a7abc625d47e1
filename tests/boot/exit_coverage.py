"""Which exit reasons guests provoked, on which processors, and why others cannot be provoked here.

Each run of a guest notes what it did as a property of its test, which the summary at the end of the
test session collects, however many processes the tests had.
"""

import pathlib
import re
import tomllib

import def_tables

PROPERTY = "exit_coverage"


def explained(kind):
    """What exit_coverage.toml explains: "why_not" for each exit reason that no guest provokes, and
    "one_model" for each that is provoked on one model alone."""
    text = pathlib.Path(__file__).with_name("exit_coverage.toml").read_text()
    return tomllib.loads(text)[kind]


def provoked(lines):
    """The names of the exits that a log tells of, in all forms in which it does."""
    names = {line["name"] for line in lines if line.tag in ("exit", "stats")}
    for line in lines:
        if line.tag == "verdict":
            names |= set(re.findall(r"reason \d+ (\w+)", line["processor"]))
    return names


def note(record_property, guest, mode, model, lines):
    """Notes what this run of a guest did; returns the exits that it should have provoked and did not,
    and whether it ended as it says."""
    seen = provoked(lines)
    result = lines[-1] if lines[-1].tag == "result" else None
    handled = result is None if guest.code is None else (
        int(result["code"]) == guest.code and re.search(guest.why, result["why"]) is not None)
    record_property(PROPERTY, {"guest": guest.name, "mode": mode, "model": model, "handled": handled,
                               "provoked": [name for name in guest.exits if name in seen]})
    return sorted(set(guest.exits) - seen), handled


def notes_of(reports):
    """What the tests with these reports have noted."""
    return [value for report in reports for name, value in report.user_properties
            if name == PROPERTY]


def told(name, notes):
    """What there is to say about one exit reason."""
    runs = [run for run in notes if name in run["provoked"]]
    models = {}
    for run in runs:
        models.setdefault(run["guest"], set()).add(run["model"])
    if not runs:
        return explained("why_not").get(name, "NOT PROVOKED, and nothing says why")
    guests = "; ".join(f"{guest} ({' '.join(sorted(models[guest]))})" for guest in sorted(models))
    handled = sum(run["handled"] for run in runs)
    return f"{guests}; handled {'all' if handled == len(runs) else handled} of {len(runs)} runs"


def table(notes):
    """The lines of a table with a row for each exit reason."""
    reasons = def_tables.exit_reasons()
    width = max(map(len, reasons))
    yield f"{'reason':{width}}  no  provoked by guest (models) and handled; or why not"
    for name, number in reasons.items():
        yield f"{name:{width}}  {number:2}  {told(name, notes)}"
