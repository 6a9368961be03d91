"""Knows a definition as rows of a spreadsheet, a step in each, that a leader can read and send back; tells what rows cannot say."""

from collections.abc import Callable, Iterator, Sequence

from pwa.checklists.lists.columns import ANSWERS, PLANNED
from pwa.checklists.lists.conditions import by_label, write_condition
from pwa.checklists.outline import outline_of
from pwa.checklists.steps import GROUPS, Definition, Step
from pwa.words import N_

HEADINGS = ("afsnit", "punkt", "hjælp", "svar", "enhed", "skal", "planlagt", "svar for sig", "kun hvis")
MORE = "mere"
"""The heading of what a row cannot say; only where there is such. Who reads the file again is told that it is not read."""
BETWEEN = " / "

SAID = {
    "shown_when": N_("shown under a condition"),
    "calculated": N_("calculated"),
    "first": N_("begins with an answer"),
    "valid_when": N_("checked"),
    "limits": N_("has limits"),
    "pattern": N_("has a pattern"),
    "occurrences": N_("several answers"),
    "other": N_("own words"),
    "read_only": N_("read only"),
    "hidden": N_("out of sight"),
    "picture": N_("has a picture"),
}


def rows_of(definition: Definition, say: Callable[[str], str]) -> list[list[str]]:
    """The headings, and a row for each step that is no heading itself; `say` gives words in a language."""
    outline = outline_of(definition.steps)
    labels = by_label(outline)
    rows: list[list[str]] = []
    for placed in outline.values():
        step = placed.step
        if step.kind in GROUPS and step.steps:
            continue
        around = [outline[group].step for group in placed.groups]
        heading = BETWEEN.join(group.label or group.id for group in around)
        condition = write_condition(step.shown_when, outline, labels)
        more = [say(SAID[key]) for key in _unsaid(step) if not (key == "shown_when" and condition)]
        more += [f"{say(SAID[key])} ({group.label})" for group in around for key in _unsaid(group)]
        planned = next((word for word, meant in PLANNED.items() if meant == step.planned), "")
        rows.append(
            [heading, step.label or step.id, step.help, _answer(step), step.unit, _yes(step.required), planned,
             _yes(step.by_itself), condition, ", ".join(more)]
        )  # fmt: skip
    if any(row[-1] for row in rows):
        return [[*HEADINGS, MORE], *rows]
    return [list(HEADINGS), *(row[:-1] for row in rows)]


def has_more(rows: Sequence[Sequence[str]]) -> bool:
    """Whether there is anything that the rows cannot say."""
    return rows[0][-1] == MORE


def _yes(is_so: bool) -> str:
    return "ja" if is_so else ""


def _answer(step: Step) -> str:
    """The kind, or a choice's answers themselves."""
    if step.kind == "choice":
        several = "flere: " if step.most != 1 else ""
        return several + BETWEEN.join(option.label for option in step.options)
    kind = "information" if step.kind in GROUPS else step.kind
    return next(word for word in ANSWERS[kind] if word)


def _unsaid(step: Step) -> Iterator[str]:
    document = step.model_dump(exclude_defaults=True)
    is_plain_several = (
        step.kind == "choice" and step.occurrences and not step.occurrences.least and step.most is None
    )
    for key in SAID:
        if key in document and not (key == "occurrences" and is_plain_several):
            yield key
