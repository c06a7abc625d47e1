"""docs/audit-sources.md names existing rules and counts its own rows correctly."""

import collections
import itertools
import re

REASONS = ["state", "own", "SMM", "open"]
DIFFER = "Where they differ"
NOWHERE = "In none of the four"


def expand(text):
    """Expands braces: a{b,c}d becomes abd and acd."""
    parts = [part.split(",") for part in re.split(r"[{}]", text)[1::2]]
    plain = re.split(r"\{[^}]*\}", text)
    return ["".join(itertools.chain(*zip(plain, choice + ("",))))
            for choice in itertools.product(*parts)]


def expand_rules(cell):
    """Expands a list with braces: "RULE_{A,B}, OTHER" becomes RULE_A, RULE_B and OTHER."""
    return [rule for text in cell.split(", ") for rule in expand(text)]


def document(root):
    """Returns {heading: (text, rows of the table)} of all sections."""
    sections = {}
    for section in (root / "docs/audit-sources.md").read_text().split("\n## ")[1:]:
        lines = [line for line in section.splitlines() if line.startswith("| ")]
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
        sections[section.splitlines()[0]] = section, rows[2:]
    return sections


def rules_named(root):
    """Returns the rules named in the tables of checks."""
    return {rule for name, (_, rows) in document(root).items() if name not in (DIFFER, NOWHERE)
            for row in rows if not row[1].startswith("none (") for rule in expand_rules(row[1])}


def rules(root):
    """Returns {rule: True if it is a warning} of all rules."""
    lines = re.findall(r"^\| (\w+) \| §(.*)$", (root / "docs/audit.md").read_text(), re.MULTILINE)
    return {rule: "(a warning)" in rest for rule, rest in lines}


def count(rows):
    counts = collections.Counter()
    for check, rule, _ in rows:
        reason = re.fullmatch(r"none \((.*)\)", rule)
        counts[reason[1] if reason else "rule"] += len(expand(check))
    assert set(counts) <= {"rule", *REASONS}
    return [counts.total(), counts["rule"]] + [counts[reason] for reason in REASONS]


def test_rules_exist(root):
    _, differ = document(root)[DIFFER]
    named = rules_named(root) | {rule for row in differ for rule in expand_rules(row[0])}
    assert named - set(rules(root)) == set()


def test_rules_in_none(root):
    text, _ = document(root)[NOWHERE]
    listed = [rule for words in re.findall(r"[A-Z{][A-Z0-9_{},]*_[A-Z0-9_{},]*[A-Z}]", text)
              for rule in expand(words)]
    errors = {rule for rule, warning in rules(root).items() if not warning}
    assert set(listed) == errors - rules_named(root)


def test_counts(root):
    text = (root / "docs/audit-sources.md").read_text()
    lines = re.findall(r"^\| ([\w-]+) \| (\d+(?: \| \d+)*) \|$", text, re.MULTILINE)
    listed = {name: [int(cell) for cell in cells.split(" | ")] for name, cells in lines}
    assert listed == {name: count(rows) for name, (_, rows) in document(root).items()
                      if name not in (DIFFER, NOWHERE)}
