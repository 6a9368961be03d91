"""Knows what can be done to a draft, which need not be right before it is published; knows nobody who does it, and no storage.

A draft is JSON in the shape of steps.py. What somebody types is kept as it is typed: that it is wrong is said beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pwa.checklists.decimals import read_typed
from pwa.checklists.steps import DATED, GROUPS, TEXTS
from pwa.words import N_

Step = dict[str, Any]
Definition = dict[str, Any]

DID = {
    "begun": N_("began the draft"),
    "imported": N_("began the draft from a file"),
    "added": N_("added"),
    "removed": N_("removed"),
    "moved": N_("moved"),
    "undone": N_("undid the last change"),
    "title": N_("changed the name"),
    "label": N_("changed the text of"),
    "help": N_("changed the help of"),
    "kind": N_("changed the kind of"),
    "required": N_("changed whether it must be answered:"),
    "unit": N_("changed the unit of"),
    "least": N_("changed the least of"),
    "most": N_("changed the most of"),
    "decimals": N_("changed the decimals of"),
    "options": N_("changed the answers of"),
    "other": N_("changed own words at"),
    "many": N_("changed one or several at"),
    "planned": N_("changed what is planned at"),
    "by_itself": N_("changed whether it is answered by itself:"),
    "rows_least": N_("changed how many there are at least of"),
    "rows_most": N_("changed how many there are at most of"),
    "condition": N_("changed when it is shown:"),
}
"""What was done, as a person reads it after the name of whoever did it and before the step's text."""

FIELDS = tuple(DID)[list(DID).index("label") : list(DID).index("condition")]
"""What is typed or chosen of a step."""
OF_KIND: Mapping[str, Sequence[str]] = {
    "required": (
        "who",
        "yes_no",
        "choice",
        "number",
        *TEXTS,
        *DATED,
        "photo",
        "signature",
        "repeating_group",
    ),
    "unit": ("number",),
    "least": ("number", *DATED),
    "most": ("number", *DATED),
    "decimals": ("number",),
    "options": ("choice",),
    "other": ("choice",),
    "many": ("choice",),
    "planned": ("who",),
    "by_itself": ("who",),
    "rows_least": ("repeating_group",),
    "rows_most": ("repeating_group",),
}
"""What only steps of some kinds have."""
ON = "on"
PLANNED = ("carer", "together", "alone", "technology")


def walk(steps: Sequence[Step]) -> Iterator[Step]:
    """Every step, in order."""
    for step in steps:
        yield step
        yield from walk(step.get("steps", ()))


def find(definition: Definition, step_id: str) -> tuple[list[Step], int] | None:
    """The list that a step is in, and its place there."""
    waiting: list[list[Step]] = [definition["steps"]]
    for steps in waiting:
        for place, step in enumerate(steps):
            if step["id"] == step_id:
                return steps, place
            if "steps" in step:
                waiting.append(step["steps"])
    return None


def step_of(definition: Definition, step_id: str) -> Step | None:
    """A step by its id."""
    found = find(definition, step_id)
    return found[0][found[1]] if found else None


def add(definition: Definition, kind: str, after: str, new: str) -> None:
    """A step of this kind with the id `new`: after another one, inside it where that is a group, or last."""
    step: Step = {"id": new, "kind": kind, "label": ""}
    if kind in GROUPS:
        step["steps"] = []
    if kind == "who":
        step["planned"] = "carer"
    found = find(definition, after)
    if not found:
        definition["steps"].append(step)
        return
    steps, place = found
    if steps[place]["kind"] in GROUPS and kind not in GROUPS:
        steps[place].setdefault("steps", []).insert(0, step)
    else:
        steps.insert(place + 1, step)


def remove(definition: Definition, step_id: str) -> None:
    """A step with all that stands in it."""
    if found := find(definition, step_id):
        del found[0][found[1]]


WAYS = ("up", "down", "in", "out")


def can_move(definition: Definition, step_id: str) -> list[str]:
    """The ways in which a step can be moved by one."""
    found = find(definition, step_id)
    if not found:
        return []
    steps, place = found
    return [
        way
        for way, can in (
            ("up", place > 0),
            ("down", place + 1 < len(steps)),
            ("in", place > 0 and steps[place - 1]["kind"] in GROUPS),
            ("out", steps is not definition["steps"]),
        )
        if can
    ]


def move(definition: Definition, step_id: str, way: str) -> None:
    """A step one place up or down, into the group above it, or out of its group."""
    found = find(definition, step_id)
    if not found or way not in can_move(definition, step_id):
        return
    steps, place = found
    step = steps.pop(place)
    if way == "in":
        steps[place - 1].setdefault("steps", []).append(step)
    elif way == "out":
        around = next(each for each in walk(definition["steps"]) if each.get("steps") is steps)
        outer, at = find(definition, around["id"]) or (definition["steps"], -1)
        outer.insert(at + 1, step)
    else:
        steps.insert(place + (1 if way == "down" else -1), step)


def put(definition: Definition, step_id: str, where: str, other: str) -> None:
    """A step "before" or "after" another one, or "in" it, first; nothing where it would stand in itself."""
    step = step_of(definition, step_id)
    if not step or any(each["id"] == other for each in walk([step])) or not find(definition, other):
        return
    remove(definition, step_id)
    steps, place = find(definition, other) or (definition["steps"], 0)
    if where == "in" and steps[place]["kind"] in GROUPS:
        steps[place].setdefault("steps", []).insert(0, step)
    else:
        steps.insert(place + (where != "before"), step)


def fields_of(step: Step) -> dict[str, str]:
    """What is typed and chosen of a step, as a form says it; only what its kind has."""
    limits, occurrences = step.get("limits") or {}, step.get("occurrences") or {}
    said = {
        "label": step.get("label", ""),
        "help": step.get("help", ""),
        "kind": step["kind"],
        "required": ON if step.get("required") else "",
        "unit": step.get("unit", ""),
        "least": _shown(step, limits.get("least")),
        "most": _shown(step, limits.get("most")),
        "decimals": _counted(limits.get("decimals")),
        "options": "\n".join(option["label"] for option in step.get("options", ())),
        "other": ON if step.get("other") else "",
        "many": ON if step["kind"] == "choice" and occurrences.get("most", 1 if not occurrences else None) != 1 else "",
        "planned": step.get("planned") or "carer",
        "by_itself": ON if step.get("by_itself") else "",
        "rows_least": _counted(occurrences.get("least") or None),
        "rows_most": _counted(occurrences.get("most")),
    }  # fmt: skip
    return {
        name: str(value) for name, value in said.items() if step["kind"] in OF_KIND.get(name, (step["kind"],))
    }


def _shown(step: Step, said: object) -> str:
    """A limit as somebody reads it."""
    text = "" if said is None else str(said)
    return text.replace(".", ",", 1) if step["kind"] == "number" else text


def _counted(said: object) -> str:
    return "" if said is None else str(said)


def set_field(step: Step, name: str, said: str) -> None:
    """What a form says of one field. What is no number is kept as it is: it is wrong, and is said to be."""
    if name == "kind":
        _set_kind(step, said)
    elif name in ("required", "other", "by_itself"):
        _keep(step, name, said == ON)
    elif name in ("least", "most", "decimals"):
        _keep(step, "limits", _with(step.get("limits"), name, _limit(step, name, said)))
    elif name in ("rows_least", "rows_most"):
        _keep(step, "occurrences", _with(step.get("occurrences"), name.removeprefix("rows_"), _whole(said)))
    elif name == "many":
        _keep(step, "occurrences", {"least": 0} if said == ON else None)
    elif name == "options":
        step["options"] = _options(step.get("options", []), said)
    elif name == "planned":
        step["planned"] = said if said in PLANNED else "carer"
    elif name == "label":
        step["label"] = " ".join(said.split())
    else:
        _keep(step, name, said.strip())


def _keep(holder: Step, name: str, value: object) -> None:
    """Nothing is said by not being there."""
    if value:
        holder[name] = value
    else:
        holder.pop(name, None)


def _with(limits: Mapping[str, Any] | None, name: str, value: object) -> dict[str, Any]:
    others = {key: each for key, each in (limits or {}).items() if key != name}
    return others if value is None else others | {name: value}


def _limit(step: Step, name: str, said: str) -> object:
    said = said.strip()
    if not said or name == "decimals":
        return _whole(said)
    return (read_typed(said) or said) if step["kind"] == "number" else said


def _whole(said: str) -> object:
    said = said.strip()
    return None if not said else int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else said


def _options(before: Sequence[Mapping[str, Any]], said: str) -> list[dict[str, Any]]:
    """A line each. One that has the same words is the same; one that alone is other in its place is the same with other words."""
    labels = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in said.split("\n")))))
    by_label = {option["label"]: option for option in before}
    renames = len(labels) == len(before)
    taken = {by_label[label]["value"] for label in labels if label in by_label}
    found = []
    for place, label in enumerate(labels):
        option = by_label.get(label)
        if option is None and renames and before[place]["label"] not in labels:
            option = {**before[place], "label": label}
        if option is None:
            option = {"value": _free(label, taken), "label": label}
        taken.add(option["value"])
        found.append(dict(option))
    return found


def _free(label: str, taken: set[str]) -> str:
    value, number = label, 1
    while value in taken:
        number += 1
        value = f"{label} {number}"
    return value


def kinds_for(step: Step) -> Sequence[str]:
    """The kinds that a step can become: a group stays one."""
    if step["kind"] in GROUPS:
        return GROUPS
    return (
        "who", "yes_no", "choice", "number", *TEXTS, *DATED, "photo", "signature", "information",
    )  # fmt: skip


def _set_kind(step: Step, kind: str) -> None:
    """What the new kind cannot have goes; undoing brings it back."""
    if kind not in kinds_for(step) or kind == step["kind"]:
        return
    step["kind"] = kind
    fields = {
        "unit": ("unit",),
        "options": ("options", "other"),
        "planned": ("planned", "by_itself"),
        "required": ("required", "read_only", "valid_when"),
    }
    for of, names in fields.items():
        if kind not in OF_KIND[of]:
            for name in names:
                step.pop(name, None)
    for name in ("limits", "pattern", "calculated", "first"):
        step.pop(name, None)
    if kind not in GROUPS:
        step.pop("occurrences", None)
