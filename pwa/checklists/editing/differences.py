"""Knows how two versions of a checklist differ, step by step, in words; knows no versions' numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pwa.checklists.editing.edits import Definition, Step, fields_of, walk
from pwa.checklists.editing.sentences import Say, sentence
from pwa.checklists.editing.shown import IMPORTED, NAMES
from pwa.words import N_

WORDS = {
    "label": N_("text"),
    "help": N_("help"),
    "kind": N_("kind of answer"),
    "required": N_("must be answered"),
    "unit": N_("unit"),
    "least": N_("least"),
    "most": N_("most"),
    "decimals": N_("decimals"),
    "options": N_("answers"),
    "other": N_("own words"),
    "many": N_("several answers"),
    "planned": N_("planned"),
    "by_itself": N_("answered by itself"),
    "rows_least": N_("rows at least"),
    "rows_most": N_("rows at most"),
}
PLANNED = {
    "carer": N_("the carer"),
    "together": N_("together"),
    "alone": N_("the citizen alone"),
    "technology": N_("technology"),
}
YES = {"on": N_("yes"), "": N_("no")}
CONDITION = N_("shown only if")
RULES = N_("what came with the file")


class Changed(NamedTuple):
    """One thing about a step: what it is, how it was, and how it is; "" is nothing."""

    what: str
    before: str
    after: str


class Differing(NamedTuple):
    """A step that is "added", "removed", "changed" or "moved"."""

    how: str
    label: str
    changes: Sequence[Changed] = ()


def compare(before: Definition, after: Definition, say: Say) -> list[Differing]:
    """Every step that differs, in the order of the newer version; what was removed comes last."""
    pairs = _pairs(before, after)
    old = {id(was): was for was, _ in pairs}
    by_new = {id(now): was for was, now in pairs}
    ways_before, ways_after = _places(before, pairs, 0), _places(after, pairs, 1)
    moved = _moved(ways_before, ways_after)
    found = []
    for step in walk(after["steps"]):
        was = by_new.get(id(step))
        if was is None:
            found.append(Differing("added", step["label"]))
        elif changes := _changes(was, before, step, after, say):
            found.append(Differing("changed", step["label"], changes))
        elif id(step) in moved:
            found.append(Differing("moved", step["label"]))
    removed = [step for step in walk(before["steps"]) if id(step) not in old]
    return found + [Differing("removed", step["label"]) for step in removed]


def _pairs(before: Definition, after: Definition) -> list[tuple[Step, Step]]:
    """The same step in both: by its id, else by its text. Plain lists have other ids in each version."""
    by_id = {step["id"]: step for step in walk(before["steps"])}
    by_text = {(step["label"], step["kind"]): step for step in walk(before["steps"])}
    found, taken = [], set()
    for step in walk(after["steps"]):
        was = by_id.get(step["id"])
        if was is None and (same := by_text.get((step["label"], step["kind"]))) and same["id"] not in taken:
            was = same
        if was is not None and was["id"] not in taken:
            taken.add(was["id"])
            found.append((was, step))
    return found


Place = tuple[str, int]


def _places(definition: Definition, pairs: Sequence[tuple[Step, Step]], side: int) -> dict[int, Place]:
    """Under which heading each step that is in both stands, and its place among such there; by the newer step's id()."""
    newer = {id(pair[side]): pair[1] for pair in pairs}
    found: dict[int, Place] = {}

    def look(steps: Sequence[Step], heading: str) -> None:
        place = 0
        for step in steps:
            if id(step) in newer:
                found[id(newer[id(step)])] = (heading, place)
                place += 1
            around = newer.get(id(step))
            look(step.get("steps", ()), around["id"] if around else step["id"])

    look(definition["steps"], "")
    return found


def _moved(before: dict[int, Place], after: dict[int, Place]) -> set[int]:
    """What stands under another heading, or has passed others: as few as possible, the longest row that kept its order stays."""
    found = {key for key in after if before[key][0] != after[key][0]}
    for heading in {heading for heading, _ in after.values()}:
        inside = sorted(
            (key for key in after if after[key][0] == heading and key not in found),
            key=lambda key: after[key][1],
        )
        order = [before[key][1] for key in inside]
        kept = _longest_rise(order)
        found |= {key for place, key in enumerate(inside) if place not in kept}
    return found


def _longest_rise(order: Sequence[int]) -> set[int]:
    """The places of the longest part of a row that rises."""
    if list(order) == sorted(order):
        return set(range(len(order)))
    best: list[list[int]] = []
    longest: list[int] = []
    for place, value in enumerate(order):
        before = max((row for row in best if order[row[-1]] < value), key=len, default=[])
        best.append([*before, place])
        longest = max(longest, best[-1], key=len)
    return set(longest)


def _changes(was: Step, before: Definition, now: Step, after: Definition, say: Say) -> list[Changed]:
    old, new = fields_of(was), fields_of(now)
    found = [
        Changed(say(WORDS[name]), _word(name, old.get(name, ""), say), _word(name, new.get(name, ""), say))
        for name in WORDS
        if old.get(name, "") != new.get(name, "")
    ]
    if was.get("shown_when") != now.get("shown_when"):
        said = [
            ("" if step.get("shown_when") is None else sentence(step["shown_when"], whole, say) or say(RULES))
            for step, whole in ((was, before), (now, after))
        ]
        found.append(Changed(say(CONDITION), *said))
    if any(was.get(name) != now.get(name) for name in IMPORTED):
        found.append(Changed(say(RULES), "", ""))
    return found


def _word(name: str, said: str, say: Say) -> str:
    words: dict[str, Any] = {
        "kind": NAMES,
        "planned": PLANNED,
        **dict.fromkeys(("required", "other", "many", "by_itself"), YES),
    }
    if name in words:
        return say(words[name].get(said, said)) if said in words[name] else said
    return ", ".join(said.split("\n")) if name == "options" else said
