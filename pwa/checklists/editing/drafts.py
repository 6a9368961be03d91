"""Knows how a draft is begun, written by several at once, undone and published; knows not how it is shown.

Each edit has the next number. Whoever writes says which number was seen: what others have done since stays, and of one field
that two have written, the one that is stored stays until somebody chooses.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pwa.checklists import draft_queries, queries
from pwa.checklists.definition import read_definition
from pwa.checklists.draft_queries import Draft, Edit
from pwa.checklists.editing import edits
from pwa.checklists.editing.edits import Definition, Step
from pwa.checklists.publishing import as_json, from_stored, publish, to_stored
from pwa.checklists.queries import Publication, Version
from pwa.checklists.who_steps import who_steps
from pwa.database import Transaction
from pwa.problems import NotFound, Problem
from pwa.source_ids import source
from pwa.words import N_, Person, to_text

LONGEST_NAME = 200
TOGETHER = timedelta(minutes=2)
"""What somebody types into one field within so long is undone at once."""


class NameTaken(Problem):
    """There is a checklist of this name."""

    status = 409
    title = N_("The name is taken")
    message = N_("There is a checklist of this name already. Open it in the list, or choose another name.")


@dataclass(slots=True)
class Opened:
    """A draft to be written in: what it says, and who writes when."""

    tx: Transaction
    draft: Draft
    definition: Definition
    by: Person
    now: datetime


@dataclass(slots=True)
class Differs:
    """What somebody has written where another has written something else since: the field, both texts, and whose."""

    step_id: str
    name: str
    mine: str
    theirs: str
    by: str
    at: str


@dataclass(slots=True)
class Outcome:
    """What came of writing into a step: the fields that were changed, and those where two have written."""

    changed: list[str] = field(default_factory=list)
    differs: list[Differs] = field(default_factory=list)
    lost: Mapping[str, str] = field(default_factory=dict)
    """What was written into a step that another has removed."""


async def begin(
    tx: Transaction, name: str, definition: Definition, by: Person, now: datetime, did: str = "begun"
) -> str:
    """Begin a draft of a checklist of this name; its id. One that is open stays as it is. Raises NameTaken of another's."""
    checklist = source("checklist", name)
    there = await draft_queries.get_draft(tx, checklist.id, to_write=True)
    if there and there.closed_at is None:
        if did != "begun" or await queries.get_newest_version(tx, checklist.id) == 0:
            raise NameTaken
        return checklist.id
    draft = Draft(checklist.id, name, (there.number if there else 0), "", None)
    await draft_queries.set_draft(tx, draft)
    await _write(Opened(tx, draft, definition, by, now), did, is_first=there is None)
    return checklist.id


async def begin_new(
    tx: Transaction, name: str, definition: Definition, by: Person, now: datetime, did: str = "begun"
) -> str:
    """Begin a checklist that is not there. Raises NameTaken."""
    if await queries.get_newest_version(tx, source("checklist", name).id):
        raise NameTaken
    return await begin(tx, name, definition, by, now, did)


async def begin_next(tx: Transaction, checklist_id: str, by: Person, now: datetime) -> None:
    """Begin the next version of a checklist that is there, from its newest one. Raises NotFound."""
    version = (await queries.list_newest(tx)).get(checklist_id)
    if version is None:
        raise NotFound
    await begin(tx, version.name, await definition_of(tx, version), by, now)


async def definition_of(tx: Transaction, version: Version) -> Definition:
    """What a version asks for, also of a plain list: as JSON in the shape of steps.py."""
    stored = await queries.get_definition(tx, version.id, version.version)
    if stored:
        return as_json(from_stored(stored).definition)
    steps = [
        {
            "id": step.id, "kind": "who", "label": step.label, "help": step.help, "planned": step.planned,
            "by_itself": bool(step.by_itself),
        }
        for step in await queries.list_steps(tx, version.id, version.version)
    ]  # fmt: skip
    return {"title": version.name, "steps": steps}


async def open_draft(tx: Transaction, checklist_id: str, by: Person, now: datetime) -> Opened:
    """The draft of a checklist, to be written in; raises NotFound."""
    draft = await draft_queries.get_draft(tx, checklist_id, to_write=True)
    if draft is None or draft.closed_at is not None:
        raise NotFound
    return Opened(tx, draft, json.loads(draft.definition), by, now)


async def change(opened: Opened, did: str, step: Step | None) -> None:
    """Write down what was done to `opened.definition`, if anything was."""
    if json.dumps(opened.definition) != json.dumps(json.loads(opened.draft.definition)):
        await _write(opened, did, step)


async def _write(opened: Opened, did: str, step: Step | None = None, *, is_first: bool = False) -> None:
    tx, draft = opened.tx, opened.draft
    step_id, label = (step["id"], step.get("label", "")) if step else ("", "")
    before = await draft_queries.get_edit(tx, draft.checklist_id, draft.number)
    back_to = None if is_first or not before else before.number
    if before and _goes_on(before, opened, did, step_id):
        back_to = before.back_to
    written = json.dumps(opened.definition, ensure_ascii=False)
    opened.draft = draft._replace(number=draft.number + 1, definition=written, closed_at=None)
    await draft_queries.set_draft(tx, opened.draft)
    edit = Edit(
        opened.draft.number, back_to, written, did, step_id, label, to_text(opened.now), opened.by.id, ""
    )
    await draft_queries.add_edit(tx, draft.checklist_id, edit)


def _goes_on(before: Edit, opened: Opened, did: str, step_id: str) -> bool:
    """Whether somebody goes on typing where the last edit was."""
    is_same = (before.did, before.step_id, before.by_id) == (did, step_id, opened.by.id)
    is_soon = to_text(opened.now - TOGETHER) <= before.at
    return is_same and is_soon and did in (*edits.FIELDS, "title", "condition") and before.back_to is not None


async def write_step(opened: Opened, step_id: str, said: Mapping[str, str], seen: int) -> Outcome:
    """Write what a form says of a step. Only what is other than what was seen has been written by whoever sends it."""
    step = edits.step_of(opened.definition, step_id)
    base = await _step_as_seen(opened, step_id, seen)
    if step is None:
        was = edits.fields_of(base) if base else {}
        return Outcome(lost={name: text for name, text in said.items() if text and text != was.get(name)})
    stands, was, outcome = edits.fields_of(step), edits.fields_of(base or step), Outcome()
    others = await _others_since(opened, step_id, seen)
    for name in edits.FIELDS:
        mine = _tidy(said[name]) if name in said else None
        if mine is None or name not in stands or mine in (_tidy(was.get(name, "")), _tidy(stands[name])):
            continue
        if others and stands[name] != was.get(name):
            [*_, last] = others
            outcome.differs.append(Differs(step_id, name, mine, stands[name], last.by, last.at))
            continue
        edits.set_field(step, name, mine)
        outcome.changed.append(name)
        stands = edits.fields_of(step) if name == "kind" else stands
    if outcome.changed:
        await change(opened, outcome.changed[0], step)
    return outcome


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))


async def write_condition(opened: Opened, step_id: str, tree: object, seen: int) -> Edit | None:
    """Write when a step is shown; the edit of another's that stands in the way, if there is one. Raises NotFound."""
    step = edits.step_of(opened.definition, step_id)
    if step is None:
        raise NotFound
    base = await _step_as_seen(opened, step_id, seen)
    stands, was = step.get("shown_when"), (base or step).get("shown_when")
    if tree in (stands, was):
        return None
    others = await _others_since(opened, step_id, seen)
    if others and stands != was:
        return others[-1]
    if tree is None:
        step.pop("shown_when", None)
    else:
        step["shown_when"] = tree
    await change(opened, "condition", step)
    return None


async def _step_as_seen(opened: Opened, step_id: str, seen: int) -> Step | None:
    edit = await draft_queries.get_edit(opened.tx, opened.draft.checklist_id, seen)
    return edits.step_of(json.loads(edit.definition), step_id) if edit else None


async def _others_since(opened: Opened, step_id: str, seen: int) -> Sequence[Edit]:
    """What others have done to a step since, the oldest first. That everything was undone is about each step."""
    since = await draft_queries.list_edits(opened.tx, opened.draft.checklist_id, seen)
    return [each for each in reversed(since) if each.by_id != opened.by.id and each.step_id in (step_id, "")]


async def undo(opened: Opened, seen: int) -> bool:
    """Take back the last edit that was not taken back; not if others have done something since it was `seen`."""
    tx, draft = opened.tx, opened.draft
    last = await draft_queries.get_edit(tx, draft.checklist_id, draft.number)
    since = await draft_queries.list_edits(tx, draft.checklist_id, seen)
    if last is None or last.back_to is None or any(each.by_id != opened.by.id for each in since):
        return False
    back = await draft_queries.get_edit(tx, draft.checklist_id, last.back_to)
    if back is None:
        return False
    number = draft.number + 1
    await draft_queries.set_draft(tx, draft._replace(number=number, definition=back.definition))
    edit = Edit(
        number, back.back_to, back.definition, "undone", "", last.label, to_text(opened.now), opened.by.id, ""
    )
    await draft_queries.add_edit(tx, draft.checklist_id, edit)
    return True


async def put_out(opened: Opened, starts_on: str) -> int:
    """Publish a draft from this day on; the version's number. Raises WrongChecklist with all that is wrong with it."""
    tx, draft = opened.tx, opened.draft
    newest = (await queries.list_newest(tx)).get(draft.checklist_id)
    before = await definition_of(tx, newest) if newest else {"steps": []}
    definition = read_definition({**settled(opened.definition, before), "title": draft.name})
    version = (newest.version if newest else 0) + 1
    plain = who_steps(draft.checklist_id, version, definition)
    publication = Publication(starts_on, to_text(opened.now), opened.by.id)
    await queries.add_version(
        tx, draft.checklist_id, version, draft.name, plain, to_stored(publish(definition)), publication
    )
    await draft_queries.close_draft(tx, draft.checklist_id, to_text(opened.now))
    await draft_queries.bring_back(tx, draft.checklist_id)
    return version


def settled(definition: Definition, before: Definition) -> Definition:
    """With the answers of choices that are new called as they read now: while they were typed they were called otherwise."""
    made: Definition = json.loads(json.dumps(definition))
    known = {
        step["id"]: {each["value"] for each in step.get("options", ())}
        for step in edits.walk(before["steps"])
    }
    for step in edits.walk(made["steps"]):
        options = step.get("options", [])
        taken = {each["value"] for each in options}
        for option in options:
            old, new = option["value"], option["label"]
            if old in known.get(step["id"], ()) or new in taken:
                continue
            taken.add(new)
            option["value"] = new
            for other in edits.walk(made["steps"]):
                _rename(other, step["id"], old, new)
    return made


def _rename(part: Any, step_id: str, old: str, new: str) -> None:
    """In every comparison with a step's answer, another name for a value."""
    if isinstance(part, dict):
        for name, given in part.items():
            if name in ("=", "!=") and isinstance(given, list) and {"answer": step_id} in given:
                part[name] = [new if each == old else each for each in given]
            elif name != "steps":
                _rename(given, step_id, old, new)
    elif isinstance(part, list):
        for each in part:
            _rename(each, step_id, old, new)
