"""Knows how a checklist that has a definition is shown while a visit is under way: what is asked, what stands there, what is hidden;
knows no page. Twin: service_worker/pages/filling.js; tests/checklists/test_filling.py holds them together.

What is asked is one list in the checklist's order, so that a page draws it without going into groups. What is hidden is in it
too, as something that takes no room: a part that comes into sight is then drawn alone.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pwa.care.documents.settlements import alternatives, settlements
from pwa.checklists.checking import find_wrong
from pwa.checklists.days import Dated
from pwa.checklists.filled import Filled, place_of, split_place
from pwa.checklists.outline import Placed, outline_of
from pwa.checklists.photo_answers import PICTURED, read_as, read_pictured
from pwa.checklists.publishing import Published
from pwa.checklists.steps import Step
from pwa.words import Json

Field = dict[str, Any]
Entry = Mapping[str, Any]

TYPED = ("number", "short_text", "long_text", "scanned_code", "date", "time", "date_time")
SEVERAL = ("choice", *PICTURED)
"""What may have several answers, each of which comes and goes by itself."""
SILENT = ("information", "group", "repeating_group", "row")
"""What nobody answers."""


def fill(published: Published, visit: Mapping[str, Any], now: Dated) -> dict[str, Any]:
    """What the visit's page draws of its checklist: `fields`, what stands `beside` them, how many are `asked` and `answered`, how
    many are `needed`, and the labels of those that are `missing`.
    """
    entries = {entry["place"]: entry for entry in visit.get("filled", ())}
    steps = {step["place"]: step for step in visit["steps"] if "place" in step}
    outline = outline_of(published.definition.steps)
    groups = {id for id, placed in outline.items() if placed.kind == "repeating_group"}
    answers = {place: stands_at(entry, place.partition("@")[0] in groups) for place, entry in entries.items()}
    answers |= {place: [step["answer"]] for place, step in steps.items() if step["answer"]}
    filled = Filled(published, answers, now)
    fields = list(_fields(published.definition.steps, (), 0, filled, entries, steps))
    for settled in settlements(answers, alternatives(entries, steps, groups)):
        for place, said in settled.items():
            filled.answer(place, said)
        others = _fields(published.definition.steps, (), 0, filled, entries, steps)
        in_sight = {field["place"] for field in others if field["is_shown"]}
        fields = [{**field, "is_shown": field["is_shown"] or field["place"] in in_sight} for field in fields]
    seen = {field["place"] for field in fields if field["is_shown"] and field["kind"] != "row"}
    return {
        "fields": fields,
        "beside": _beside(
            [entry for place, entry in entries.items() if place not in seen and _says(entry)],
            outline,
            answers,
        ),
        "has_pictures": any(field["kind"] in PICTURED for field in fields),
        "asked": sum(_is_asked(field) for field in fields),
        "answered": sum(_is_asked(field) and field["entry"] is not None for field in fields),
        "needed": sum(_is_needed(field) for field in fields),
        "missing": [field["label"] for field in fields if _is_needed(field) and field["entry"] is None],
        "hidden": [step["id"] for place, step in steps.items() if place not in seen],
    }


def stands_at(entry: Entry, is_rows: bool) -> list[Any]:
    """What stands at a place. Rows that two have added without seeing each other's are all there."""
    rows = [row for one in entry["differing"] for row in one["said"]] if is_rows else []
    return list(dict.fromkeys(rows)) if rows else list(entry["said"])


def key_of(place: str) -> str:
    """A place as a part of an element's id.

    >>> key_of("dose@r1/d.2")
    'dose_40r1_2fd_2e2'
    """
    return re.sub(r"[^A-Za-z0-9-]", lambda sign: f"_{ord(sign[0]):x}", place)


def _fields(
    steps: Sequence[Step],
    rows: tuple[str, ...],
    level: int,
    filled: Filled,
    entries: Mapping[str, Entry],
    visit_steps: Mapping[str, Any],
) -> Iterator[Field]:
    for step in steps:
        field = _field(step, rows, level, filled, entries, visit_steps)
        yield field
        if step.kind == "group":
            yield from _fields(step.steps, rows, level + 1, filled, entries, visit_steps)
        elif step.kind == "repeating_group":
            for number, row in enumerate(field["rows"], 1):
                yield _row(step, field, row, number)
                yield from _fields(step.steps, (*rows, row), level + 1, filled, entries, visit_steps)


def _field(
    step: Step,
    rows: tuple[str, ...],
    level: int,
    filled: Filled,
    entries: Mapping[str, Entry],
    visit_steps: Mapping[str, Any],
) -> Field:
    place = place_of(step.id, rows)
    entry, is_calculated = entries.get(place), step.calculated is not None
    said = (
        filled.values(place)
        if is_calculated
        else stands_at(entry, step.kind == "repeating_group")
        if entry
        else []
    )
    group_rows = [str(row) for row in said] if step.kind == "repeating_group" else []
    is_shown = filled.is_shown(place) and not step.hidden
    wrong = [] if is_calculated or not said else find_wrong(step, said, filled.patterns)
    return {
        "place": place,
        "key": key_of(place),
        "kind": step.kind,
        "label": step.label,
        "help": step.help,
        "unit": step.unit,
        "level": min(level, 3),
        "is_shown": is_shown,
        "conditional": filled.is_conditional(step.id),
        "required": step.required,
        "read_only": step.read_only or is_calculated,
        "step": visit_steps.get(place),
        "many": step.kind in SEVERAL and step.most != 1,
        "options": _options(step, place, said, filled),
        "has_other": step.other,
        "other": next((one["other"] for one in said if isinstance(one, dict)), ""),
        "texts": [shown_text(step, one) for one in said] if step.kind != "repeating_group" else [],
        "pictured": _pictured(step, said),
        "stands": _json(said),
        "typed": _typed(step, said, place, filled) if step.kind in TYPED else "",
        "rows": group_rows,
        "may_grow": step.most is None or len(group_rows) < step.most,
        "row": "",
        "number": 0,
        "entry": _entry(step, entry) if entry else None,
        "wrong": wrong,
        "limits": _limits(step),
        "messages": _broken(step, place, filled) if said else [],
    }


def _row(step: Step, group: Field, row: str, number: int) -> Field:
    """What stands above a row."""
    place = f"{group['place']}:{row}"
    told = {"place": place, "key": key_of(place), "kind": "row", "row": row, "number": number, "entry": None}
    return {**group, **told, "step": None, "wrong": [], "messages": []}


def _options(step: Step, place: str, said: Sequence[Any], filled: Filled) -> list[Json]:
    """What is offered, and what was chosen though it is not offered any more."""
    offered = iter(filled.result("options", place))
    return [
        {"value": option.value, "label": option.label, "is_chosen": option.value in said}
        for option in step.options
        if (option.shown_when is None or next(offered, False)) or option.value in said
    ]


def _typed(step: Step, said: Sequence[Any], place: str, filled: Filled) -> str:
    """What stands in the field where somebody types."""
    stands = said or filled.first(place)
    text = str(stands[0]) if stands else ""
    return text.replace(".", ",", 1) if step.kind == "number" else text


def shown_text(step: Step, said: Any) -> str:
    """An answer as somebody reads it; of true and false, of who did it and of a moment the page has the words."""
    if isinstance(said, dict):
        return str(said["other"])
    if isinstance(said, bool):
        return "true" if said else "false"
    if step.kind == "choice":
        return next((option.label for option in step.options if option.value == said), str(said))
    if step.kind in PICTURED:
        return read_as(step.kind, str(said))
    if step.kind == "number":
        return str(said).replace(".", ",", 1)
    if step.kind == "date":
        return "-".join(reversed(str(said).split("-")))
    return str(said)


def _entry(step: Step, entry: Entry) -> Json:
    """Who filled it in, and what stands against it."""
    is_rows = step.kind == "repeating_group"
    beside = [] if is_rows else entry["differing"]
    return {
        "reason": entry["reason"],
        "at": entry["answered_at"],
        "received_at": entry["answered_received_at"],
        "by": entry["answered_by"],
        "waiting_since": entry["waiting_since"],
        "differing": [_said(step, one) for one in beside],
        "earlier": [_said(step, one) for one in entry.get("earlier", ())],
    }


def _said(step: Step, one: Entry) -> Json:
    texts = [shown_text(step, said) for said in one["said"]]
    return {"texts": texts, "pictured": _pictured(step, one["said"]), **_told(one)}


def _pictured(step: Step, said: Sequence[Any]) -> list[Json]:
    """The pictures that were answered with, as far as an answer names one; `said` is the answer that names it."""
    found = [(one, read_pictured(one)) for one in said] if step.kind in PICTURED else []
    return [
        {
            "said": one,
            "sha256": each.sha256,
            "type": each.type,
            "bytes": each.bytes,
            "signed_by": each.signed_by,
        }
        for one, each in found
        if each
    ]


def _told(one: Entry) -> Json:
    return {"reason": one["reason"], "at": one["at"], "by": one["by"]}


def _beside(
    entries: Sequence[Entry], outline: Mapping[str, Placed], answers: Mapping[str, Sequence[Any]]
) -> list[Json]:
    """What was filled in and is asked no more: of a step that is hidden by now, of a row that is gone, of another version.

    `group` and `number` say of which row it is; rows that are gone are counted by themselves.
    """
    gone: dict[str, list[str]] = {}
    found: list[Json] = []
    for entry in entries:
        step_id, rows = split_place(entry["place"])
        placed = outline.get(step_id)
        if placed and placed.kind == "repeating_group":
            continue
        told = {"reason": entry["reason"], "at": entry["answered_at"], "by": entry["answered_by"]}
        about: Json = {
            "label": step_id,
            "kind": "short_text",
            "unit": "",
            "group": "",
            "number": 0,
            "is_gone": False,
        }
        texts, pictured = [_plain(one) for one in entry["said"]], []
        if placed:
            step = placed.step
            about |= {"label": step.label, "kind": step.kind, "unit": step.unit}
            texts = [shown_text(step, one) for one in entry["said"]]
            pictured = _pictured(step, entry["said"])
        if placed and placed.repeats and rows:
            around = place_of(placed.repeats[-1], rows[:-1])
            standing = list(answers.get(around, ()))
            is_gone = rows[-1] not in standing
            among = gone.setdefault(around, []) if is_gone else standing
            if is_gone and rows[-1] not in among:
                among.append(rows[-1])
            label = outline[placed.repeats[-1]].step.label
            about |= {"group": label, "number": among.index(rows[-1]) + 1, "is_gone": is_gone}
        found.append({**about, "texts": texts, "pictured": pictured, **told})
    return found


def _plain(said: Any) -> str:
    if isinstance(said, bool):
        return "true" if said else "false"
    return str(said["other"]) if isinstance(said, dict) else str(said)


def _says(entry: Entry) -> bool:
    return bool(entry["said"] or entry["reason"])


def _is_asked(field: Field) -> bool:
    is_asked = field["is_shown"] and not field["read_only"] and field["step"] is None
    return is_asked and field["kind"] not in SILENT


def _is_needed(field: Field) -> bool:
    return _is_asked(field) and bool(field["required"])


def _limits(step: Step) -> Json:
    """What is expected of an answer, as it is read; "" where there is no limit."""
    limits = step.limits if step.kind in ("number", "date", "time") else None
    least, most = (limits.least or "", limits.most or "") if limits else ("", "")
    decimals = (limits.decimals or 0) if limits else 0
    return {
        "least": shown_text(step, least),
        "most": shown_text(step, most),
        "decimals": decimals,
    }


def _broken(step: Step, place: str, filled: Filled) -> list[str]:
    """What is said of an answer that a rule does not let stand."""
    holds = filled.result("valid", place)
    return [
        rule.message
        for rule, one in zip(step.valid_when, holds, strict=False)
        if one is False and rule.message
    ]


def _json(said: Sequence[Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
