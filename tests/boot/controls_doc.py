#!/usr/bin/env python3
"""Prints docs/controls.md: each VMX control, its effect, and a command line that shows the effect."""

import control_facts
import def_tables
import guest_files

WORDS = {
    "PIN": "Pin-based VM-execution controls", "PRIMARY": "Primary processor-based controls",
    "SECONDARY": "Secondary processor-based controls",
    "TERTIARY": "Tertiary processor-based controls", "EXIT": "VM-exit controls",
    "EXIT2": "Secondary VM-exit controls", "ENTRY": "VM-entry controls",
}

HEAD = """\
# The controls

`make docs` generates this file from `vmx/controls.def`, the first comments of `tests/guests/*.asm` and
`tests/evidence/caps`. Do not edit it.

The option `control.<NAME>=1` on the command line sets a control. The test guests are flat binaries
([docs/guests.md](guests.md)). Each one triggers the effect of the controls in its rows and checks the
result from inside the guest. `make test` runs it on the models in the last column. To run a guest by
itself:

```
nasm -f bin -DMODE=64 -I tests/guests/ -o pause.bin tests/guests/pause.asm
tools/mkiso build/trapline.elf pause.iso --module pause.bin -- guest=flat control.PAUSE_EXITING=1
tools/run --iso pause.iso --engine bochs --cpu tigerlake
```

If no test guest uses a control, the tests run `guest=hlt` with it. To do the same, run `make run` with
the options of the row as `ARGS`. A letter stands for a model of Bochs 2.7.
"""


def letter(model):
    return chr(ord("A") + guest_files.ALL_MODELS.index(model))


def letters(models):
    if len(models) == len(guest_files.ALL_MODELS):
        return "all"
    return "".join(sorted(map(letter, models))) or "none"


def result_text(code, why):
    return "passes" if code == 0 else f"ends with code {code}, {why}"


def tests_of(control, alone):
    """Returns two cells: the test guests or command line that use this control, and the models they run on."""
    allowed = control_facts.models_that_allow(control)
    if not allowed:
        return "no model allows it", ""
    asking = control_facts.guests_that_ask(control)
    if asking:
        cells = [f"[{guest.name}](../tests/guests/{guest.name}.asm): `{' '.join(guest.words)}`"
                 for guest in asking]
        return "<br>".join(cells), letters({model for guest in asking for model in guest.models})
    row = alone.get(str(control), {})
    words = " ".join([f"control.{control}=1", *row.get("words", [])])
    return f"`{words}` {result_text(row.get('code', 0), row.get('why', ''))}", letter(allowed[-1])


def main():
    alone = control_facts.alone()
    print(HEAD)
    print("| letter | model |\n| --- | --- |")
    for model in guest_files.ALL_MODELS:
        print(f"| {letter(model)} | {model} |")
    for word, title in WORDS.items():
        print(f"\n## {title}\n\n| bit | control | effect of 1 | allowed on | tested by | on |\n"
              "| --- | --- | --- | --- | --- | --- |")
        for control in def_tables.controls():
            if control.word == word:
                what, where = tests_of(control, alone)
                allowed = letters(control_facts.models_that_allow(control))
                print(f"| {control.bit} | {control} | {control.does} | {allowed} | {what} | {where} |")

    print("\n## The guests\n\n| guest | description | exits | modes | on | compared with the bare processor |\n"
          "| --- | --- | --- | --- | --- | --- |")
    for guest in guest_files.guests():
        print(f"| [{guest.name}](../tests/guests/{guest.name}.asm) | {guest.sentence} | {' '.join(guest.exits)} "
              f"| {' '.join(guest.modes)} | {letters(guest.models)} "
              f"| {'no: ' + guest.not_bare if guest.not_bare else 'yes'} |")


if __name__ == "__main__":
    main()
