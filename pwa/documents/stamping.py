"""Knows how changed documents get their new versions; knows nothing of why they changed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from pwa.database import Transaction
from pwa.documents.guide import build_guide
from pwa.documents.person import build_person
from pwa.documents.stored import Built, dump
from pwa.documents.visit import build_visit
from pwa.documents.visit_rows import VisitRows, in_one_piece, read_visits_anew
from pwa.queries import answers, documents
from pwa.queries.lists import Key, in_parts
from pwa.queries.visit_plans import set_plans
from pwa.words import NewId

AT_ONCE = 64
"""So many visits are read together."""


class Thing(Struct, frozen=True, order=True):
    """Something whose document may have changed. A person belongs to `documents.EVERYBODY`."""

    team_id: str
    kind: Literal["visit", "guide", "person"]
    id: str


class Draft(Struct, frozen=True):
    """A document as it should be now, as JSON, and as it is stored; None before the first.

    `has_answers` says whether answers wait to be told which version brings them.
    """

    thing: Thing
    built: Built
    body: str
    stored: documents.Stored | None
    has_answers: bool = False

    @property
    def is_new(self) -> bool:
        """Whether phones have something else."""
        if self.stored is None:
            return True
        return (self.stored.body, self.stored.keep_until) != (self.body, self.built.keep_until)


async def stamp(tx: Transaction, things: Iterable[Thing], new_id: NewId) -> list[Thing]:
    """Build these things' documents anew, store those that are not what they were, and say whose they are.

    Whoever changes what is planned, what guides there are or who may see what ends with this, even if no thing is
    new: it moves everybody's number on, by which pulls know that their lists may be others (pull.py). What is
    planned at visits is read from each of its tables and kept in one piece, for pushes to read.
    """
    ordered = sorted(set(things))
    drafts = [await draft(tx, thing) for thing in ordered if thing.kind != "visit"]
    keys = [(thing.team_id, thing.id) for thing in ordered if thing.kind == "visit"]
    for some in in_parts(keys, AT_ONCE):
        read = await read_visits_anew(tx, [visit_id for _, visit_id in some])
        wanted = [visit for visit in read if visit.key in some]
        await set_plans(tx, [(visit.key, in_one_piece(visit)) for visit in wanted])
        drafts += [draft_visit(visit) for visit in wanted]
    return await store(tx, drafts, new_id, lists_may_differ=True)


def draft_visit(visit: VisitRows) -> Draft:
    """A visit's document as it should be now."""
    built = build_visit(visit)
    has_answers = any(answer.version is None for answer in visit.written.answers)
    return Draft(visit_of(visit), built, dump(built.body), visit.stored, has_answers)


def visit_of(visit: VisitRows) -> Thing:
    """A visit, as something that has a document."""
    return Thing(visit.key[0], "visit", visit.key[1])


async def draft(tx: Transaction, thing: Thing) -> Draft:
    """A guide's or a person's document as it should be now."""
    built = await (build_guide if thing.kind == "guide" else build_person)(tx, thing.id)
    stored = await documents.get_document(tx, thing.team_id, built.id)
    return Draft(thing, built, dump(built.body), stored)


async def store(
    tx: Transaction, drafts: Iterable[Draft], new_id: NewId, lists_may_differ: bool = False
) -> list[Thing]:
    """Store the documents that are new, with new versions, and say whose they are.

    The last thing that a transaction does: a team's counter is locked from here to the commit (sync.md).
    Teams go in sorted order, so that two writers never wait for each other.
    """
    by_team: defaultdict[str, list[Draft]] = defaultdict(list)
    if lists_may_differ:
        by_team[documents.EVERYBODY] = []
    versions: list[tuple[Key, int]] = []
    rows: list[documents.Stored] = []
    for one in sorted(drafts, key=lambda one: one.thing):
        if one.is_new:
            by_team[one.thing.team_id].append(one)
        elif one.stored and one.has_answers:
            # An answer that shows nowhere came after this version: nobody has seen it before the next one.
            versions.append(((one.thing.team_id, one.thing.id), one.stored.version + 1))
    if by_team:
        counts = {team_id: len(new) or 1 for team_id, new in by_team.items()}
        last = await documents.bump(tx, counts, epoch=new_id()[-8:])
    for team_id, new in sorted(by_team.items()):
        for version, one in enumerate(new, last[team_id] - len(new) + 1):
            rows.append(_row(one, version))
            if one.has_answers:
                versions.append(((team_id, one.thing.id), version))
    await documents.set_documents(tx, rows)
    await answers.set_versions(tx, versions)
    return [one.thing for _, new in sorted(by_team.items()) for one in new]


def _row(one: Draft, version: int) -> documents.Stored:
    built = one.built
    return documents.Stored(one.thing.team_id, built.id, version, built.day, built.keep_until, one.body)
