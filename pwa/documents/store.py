"""Knows how changed documents get their new versions; knows nothing of why they changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents import queries as documents
from pwa.documents.stored import Built, dump
from pwa.words import NewId


class DocumentRef(Struct, frozen=True, order=True):
    """Something whose document may have changed. What only one person is told, the person's own document too, belongs
    to a team of that person's id, so that it moves nobody else's number on.
    """

    team_id: str
    kind: Literal["visit", "guide", "person", "plan", "settled", "checklist", "citizen"]
    id: str


class Draft(Struct, frozen=True):
    """A document as it should be now, as JSON, and as it is stored; None before the first.

    `awaits_version` names the tables that are told which version brings what the document was built of.
    """

    thing: DocumentRef
    built: Built
    body: str
    stored: documents.Stored | None
    awaits_version: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether phones have something else."""
        if self.stored is None:
            return True
        return (self.stored.body, self.stored.keep_until) != (self.body, self.built.keep_until)


class Saved(NamedTuple):
    """Whose documents are new, by table (team_id, id) with the version for all that await one, and the documents."""

    changed: list[DocumentRef]
    versions: dict[str, list[tuple[Key, int]]]
    rows: list[documents.Stored]


async def draft(tx: Transaction, thing: DocumentRef, built: Built) -> Draft:
    """A document that was just built, beside the one that is stored."""
    return Draft(thing, built, dump(built.body), await documents.get_document(tx, thing.team_id, built.id))


async def save_drafts(
    tx: Transaction,
    drafts: Iterable[Draft],
    new_id: NewId,
    *,
    lists_of: Collection[str] = (documents.EVERYBODY,),
) -> Saved:
    """Store the documents that are new, with new versions, and say whose they are.

    Whoever changes what is planned, what guides there are or who may see what ends with this, even if no document is
    new: it moves everybody's number on, by which pulls know that their lists may be others (pull.py). Only where it is
    known whose lists can be others (`lists_of`) it moves these people's own, or none.

    Of each visit among them the token moves (queries.py), whether its document is new or not: whoever has written
    anything at a visit ends with this.

    The last thing that a transaction does: a team's counter is locked from here to the commit (sync.md).
    Teams go in sorted order, so that two writers never wait for each other.
    """
    by_team: defaultdict[str, list[Draft]] = defaultdict(list)
    for whose in lists_of:
        by_team[whose] = []
    versions: defaultdict[str, list[tuple[Key, int]]] = defaultdict(list)
    rows: list[documents.Stored] = []
    touched: list[Key] = []
    for one in sorted(drafts, key=lambda one: one.thing):
        if one.is_new:
            by_team[one.thing.team_id].append(one)
        elif one.stored and one.thing.kind == "visit":
            touched.append(one.stored.key)
            for table in one.awaits_version:
                # What it was built of shows nowhere and came after this version: nobody sees it before the next one.
                versions[table].append(((one.thing.team_id, one.thing.id), one.stored.version + 1))
    await documents.touch(tx, touched)
    if by_team:
        counts = {team_id: len(new) or 1 for team_id, new in by_team.items()}
        last = await documents.bump(tx, counts, epoch=new_id()[-8:])
    for team_id, new in sorted(by_team.items()):
        for version, one in enumerate(new, last[team_id] - len(new) + 1):
            rows.append(_row(one, version))
            for table in one.awaits_version:
                versions[table].append(((team_id, one.thing.id), version))
    await documents.set_documents(tx, rows)
    return Saved([one.thing for _, new in sorted(by_team.items()) for one in new], versions, rows)


def _row(one: Draft, version: int) -> documents.Stored:
    """What lies there without its body goes on without one, as long as it is of the same day."""
    built, stored = one.built, one.stored
    is_bare = stored is not None and not stored.has_body and stored.day == built.day
    body = "" if is_bare else one.body
    return documents.Stored(one.thing.team_id, built.id, version, built.day, built.keep_until, body)
