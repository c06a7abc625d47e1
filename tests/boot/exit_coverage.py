"""Collects which exit reasons the test guests provoked, on which processors, and why the others cannot occur.

Each run of a guest records its exits as a property of its test. The summary at the end of the test session
reads these properties. This also works if pytest runs the tests in several processes.
"""

import pathlib
import re
import tomllib

import def_tables

PROPERTY = "exit_coverage"


def explained(kind):
    """Returns {exit reason: explanation} from exit_coverage.toml. kind is "why_not" for reasons that no guest
    provokes, or "one_model" for reasons that guests provoke on a single model only."""
    text = pathlib.Path(__file__).with_name("exit_coverage.toml").read_text()
    return tomllib.loads(text)[kind]


def provoked(lines):
    """Returns the names of the exits in a log: from lines of exits, of statistics and of the verdict."""
    names = {line["name"] for line in lines if line.tag in ("exit", "stats")}
    for line in lines:
        if line.tag == "verdict":
            names |= set(re.findall(r"reason \d+ (\w+)", line["processor"]))
    return names


def note(record_property, guest, mode, model, lines):
    """Records the result of one run of a guest. Returns the exits that the guest declares but did not provoke, and
    True if the run ended as the guest declares."""
    seen = provoked(lines)
    result = lines[-1] if lines[-1].tag == "result" else None
    handled = result is None if guest.code is None else (
        int(result["code"]) == guest.code and re.search(guest.why, result["why"]) is not None)
    record_property(PROPERTY, {"guest": guest.name, "mode": mode, "model": model, "handled": handled,
                               "provoked": [name for name in guest.exits if name in seen]})
    return sorted(set(guest.exits) - seen), handled


def notes_of(reports):
    """Returns the values that note() recorded, from the reports of tests."""
    return [value for report in reports for name, value in report.user_properties
            if name == PROPERTY]


def description(name, notes):
    """Returns the text of the table's row for one exit reason."""
    runs = [run for run in notes if name in run["provoked"]]
    models = {}
    for run in runs:
        models.setdefault(run["guest"], set()).add(run["model"])
    if not runs:
        return explained("why_not").get(name, "NOT PROVOKED, and exit_coverage.toml does not say why")
    guests = "; ".join(f"{guest} ({' '.join(sorted(models[guest]))})" for guest in sorted(models))
    handled = sum(run["handled"] for run in runs)
    return f"{guests}; handled {'all' if handled == len(runs) else handled} of {len(runs)} runs"


def table(notes):
    """Yields the lines of a table with a row for each exit reason."""
    reasons = def_tables.exit_reasons()
    width = max(map(len, reasons))
    yield f"{'reason':{width}}  no  guests (models) that provoke it, runs handled; or why none does"
    for name, number in reasons.items():
        yield f"{name:{width}}  {number:2}  {description(name, notes)}"
