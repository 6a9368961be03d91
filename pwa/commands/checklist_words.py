"""Knows how a checklist that comes over is told at a terminal: its name and version, and each step with its row."""

from collections.abc import Sequence

from pwa.checklists.mistakes import KINDS
from pwa.commands.words import say
from pwa.imports.apply.imported import Previewed
from pwa.imports.read.checklists import Shown
from pwa.words import N_

MOST_STEPS = 500
CONDITIONS = {
    "shown_when": N_("shown under a condition"),
    "calculated": N_("calculated"),
    "valid_when": N_("checked"),
    "required": N_("must be answered"),
    "hidden": N_("out of sight"),
}


def lines_of_previews(previews: Sequence[Previewed], in_full: bool) -> list[str]:
    """A line for each checklist; in full also one for each of its steps."""
    lines: list[str] = []
    for each in previews:
        in_place = say("new, in place of version %(number)d", number=each.version - 1)
        version = say("there already") if not each.is_new else in_place if each.version > 1 else say("new")
        lines.append(
            say(
                "%(name)s, version %(version)d (%(new)s): %(steps)d steps",
                name=each.name,
                version=each.version,
                new=version,
                steps=len(each.steps),
            )
        )
        if in_full:
            lines += [f"  {_line_of(step)}".rstrip() for step in each.steps[:MOST_STEPS]]
            if len(each.steps) > MOST_STEPS:
                lines.append("  " + say("... and %(number)d more.", number=len(each.steps) - MOST_STEPS))
    return lines


def _line_of(step: Shown) -> str:
    place = say("Row %(row)d", row=step.row) if step.row else step.link[:20]
    said = [say(KINDS[step.kind]), *(say(CONDITIONS[each]) for each in step.conditions)]
    label = " ".join((step.label or step.link).split())
    return f"{place:<12}{'  ' * step.depth}{label[:60]}  [{', '.join(said)}]"
