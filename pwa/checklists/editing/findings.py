"""Knows what is to be mended in a draft before it can be published, by the step that it is about; and what of it can be shown meanwhile."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pwa.checklists.definition import read_definition
from pwa.checklists.editing.edits import Definition, Step, walk
from pwa.checklists.editing.sentences import is_unfinished
from pwa.checklists.language import walk as operations_of
from pwa.checklists.mistakes import Mistake, WrongChecklist
from pwa.checklists.publishing import Published, publish
from pwa.checklists.steps import GROUPS
from pwa.phone_numbers import LOOKS_LIKE_CPR
from pwa.words import N_

Findings = Mapping[str, Sequence[Mistake]]
"""By the step's id; "" is the whole checklist."""

BETWEEN = " → "
NO_STEPS = N_("The checklist has no steps yet.")
NO_LABEL = N_("Write what is to be done or asked.")
NO_OPTIONS = N_("Write at least two answers to choose from.")
NO_INNER = N_("There is nothing under this heading yet.")
UNFINISHED = N_("The condition has nothing to compare with yet.")
STEP_IS_GONE = N_("The condition asks for a step that is gone. Choose another one.")
NOT_A_LIMIT = N_("“%(written)s” cannot be a limit here.")
CPR = N_("This looks like a CPR number, which is never stored. Use another number.")


def find(definition: Definition) -> Findings:
    """Everything that is to be mended. What a person reads at a step comes in place of what the language says of it."""
    found: dict[str, list[Mistake]] = {}
    if not definition["steps"]:
        return {"": [Mistake(NO_STEPS)]}
    ids = {step["id"] for step in walk(definition["steps"])}
    for step in walk(definition["steps"]):
        if plain := list(_plain(step, ids)):
            found[step["id"]] = plain
    try:
        read_definition(definition)
    except WrongChecklist as wrong:
        steps = {_named(step): step["id"] for step in walk(definition["steps"])}
        for mistake in wrong.mistakes:
            if waiting := str(mistake.params.get("steps", "")).split(BETWEEN)[1:]:
                # Each of them waits: it is said at each, in the words that an organiser knows them by.
                told = BETWEEN.join(_read(name) for name in [waiting[-1], *waiting])
                for name in dict.fromkeys(waiting):
                    found.setdefault(steps.get(name, ""), []).append(
                        Mistake(mistake.message, {"steps": told})
                    )
                continue
            place = max((name for name in steps if mistake.place.startswith(name)), key=len, default="")
            step_id = steps.get(place, "")
            if step_id == "" or step_id not in found:
                field = mistake.place.removeprefix(place).lstrip(", ") if place else mistake.place
                found.setdefault(step_id, []).append(Mistake(mistake.message, mistake.params, field))
    return found


def _named(step: Step) -> str:
    """As mistakes name it: steps.py."""
    name = step.get("link") or step["id"]
    return f"{name} “{step['label']}”" if step["label"] else name


def _read(name: str) -> str:
    """A step's name without its id."""
    return f"“{name.partition('“')[2]}" if "“" in name else name


def _plain(step: Step, ids: set[str]) -> Iterator[Mistake]:
    if not step["label"].strip():
        yield Mistake(NO_LABEL)
    options = [each for each in step.get("options", ()) if each["label"]]
    if step["kind"] == "choice" and len(options) < (1 if step.get("other") else 2):
        yield Mistake(NO_OPTIONS)
    if step["kind"] in GROUPS and not step.get("steps"):
        yield Mistake(NO_INNER)
    tree = step.get("shown_when")
    if tree is not None:
        if not _asked_in(tree) <= ids:
            yield Mistake(STEP_IS_GONE)
        elif is_unfinished(tree):
            yield Mistake(UNFINISHED)
    texts = [step["label"], step.get("help", ""), step.get("unit", ""), *(each["label"] for each in options)]
    if any(LOOKS_LIKE_CPR.search(text) for text in texts):
        yield Mistake(CPR)


def _asked_in(tree: object) -> set[str]:
    """The steps that a condition reads."""
    try:
        return {str(given) for name, given in operations_of(tree) if name in ("answer", "answers", "row")}
    except ValueError:
        return set()


def shown_meanwhile(definition: Definition) -> tuple[Published | None, bool]:
    """The draft as a phone would show it, and whether that is all of it: what is to be mended is left out until it is.

    None where there is nothing to show.
    """
    rest: Definition = json.loads(json.dumps(definition))
    found = find(rest)
    for step in walk(rest["steps"]):
        step["label"] = step["label"] or "…"
    if not found:
        return publish(read_definition(rest)), True
    # One kind of thing after the other goes, where something is to be mended, until the rest can be shown.
    for step in walk(rest["steps"]):
        if step["id"] in found:
            _leave_out(step)
    for names in ((), ("shown_when", "calculated", "first", "valid_when")):
        for step in walk(rest["steps"]):
            for name in names:
                step.pop(name, None)
        try:
            return publish(read_definition(rest)), False
        except WrongChecklist:
            continue
    return None, False


def _leave_out(step: dict[str, Any]) -> None:
    for name in ("shown_when", "limits", "occurrences", "calculated", "first", "valid_when", "pattern"):
        step.pop(name, None)
    if step["kind"] == "choice" and not step.get("options"):
        step["kind"] = "information"
        for name in ("options", "other", "required", "read_only"):
            step.pop(name, None)
