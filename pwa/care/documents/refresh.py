"""Knows how visits' and guides' documents are brought up to date; knows nothing of why they changed."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pwa.access.documents.person import draft_people
from pwa.access.queries.people import with_all_under
from pwa.care.documents.checklist import checklist_id_of, draft_checklist, list_without_document
from pwa.care.documents.citizen import citizens_of, draft_again, draft_citizen
from pwa.care.documents.guide import build_guide
from pwa.care.documents.plan import draft_plan
from pwa.care.documents.settled import draft_settled
from pwa.care.documents.visit import window
from pwa.care.documents.visit_body import build_visit
from pwa.care.documents.visit_rows import VisitRows, in_one_piece, read_new_visits, read_visits_anew
from pwa.care.queries import visits
from pwa.care.queries.answer_versions import set_versions
from pwa.care.queries.compaction import set_uncompacted
from pwa.care.queries.visit_plans import set_plans
from pwa.database import Transaction
from pwa.database.lists import Key, in_parts
from pwa.documents.queries import EVERYBODY, touch
from pwa.documents.store import DocumentRef, Draft, Saved, draft, save_drafts
from pwa.documents.stored import dump
from pwa.words import NewId, day_of

AT_ONCE = 128
"""So many visits are read together."""


async def refresh(
    tx: Transaction, things: Iterable[DocumentRef], new_id: NewId, *, added: Collection[Key] = ()
) -> list[DocumentRef]:
    """Build these things' documents anew, store those that are not what they were, and say whose they are.

    With a visit whose checklist has a definition goes the document that has it; and with one at which something is written that of
    its citizen's own page, if there is one. What is planned at visits is read from each of its tables and kept in one piece, for pushes to read. At visits that this
    transaction has `added` nobody can have written, and they have no document.
    """
    ordered = sorted(set(things))
    drafts = await draft_people(tx, [thing.id for thing in ordered if thing.kind == "person"])
    drafts += [await draft_of(tx, thing) for thing in ordered if thing.kind not in ("visit", "person")]
    keys = [(thing.team_id, thing.id) for thing in ordered if thing.kind == "visit"]
    new = set(added)
    citizens: set[DocumentRef] = set()
    for some in in_parts([key for key in keys if key not in new], AT_ONCE):
        read = await read_visits_anew(tx, [visit_id for _, visit_id in some])
        drafts += await _draft_visits(tx, [visit for visit in read if visit.key in some])
        citizens |= citizens_of(read)
    for some in in_parts([key for key in keys if key in new], AT_ONCE):
        drafts += await _draft_visits(tx, await read_new_visits(tx, some))
    if citizens := citizens - {one.thing for one in drafts}:
        drafts += await draft_again(tx, citizens)
    named = {id for one in drafts if (id := checklist_id_of(one.built.body))}
    drafts += [await draft_checklist(tx, id) for id in await list_without_document(tx, named)]
    return (await save_visit_drafts(tx, drafts, new_id, lists_of=[EVERYBODY])).changed


async def _draft_visits(tx: Transaction, read: Collection[VisitRows]) -> list[Draft]:
    await set_plans(tx, [(visit.key, in_one_piece(visit)) for visit in read])
    await set_uncompacted(tx, {(visit.planned.plan["day"], visit.key[0]) for visit in read})
    return [draft_visit(visit) for visit in read]


async def refresh_plans(tx: Transaction, visit_ids: Collection[str]) -> None:
    """Make what is planned at these visits anew in one piece, and nothing else."""
    read = await read_visits_anew(tx, visit_ids)
    await set_plans(tx, [(visit.key, in_one_piece(visit)) for visit in read])
    await touch(tx, [(team_id, f"visit-{visit_id}") for team_id, visit_id in (visit.key for visit in read)])


async def visits_under(tx: Transaction, team_ids: Collection[str], now: datetime) -> list[DocumentRef]:
    """The visits, of these teams and all under them, that carers may see: their leaders' numbers stand there."""
    if not team_ids:
        return []
    under = await with_all_under(tx, team_ids)
    planned = await visits.list_visits_of_teams(tx, under, window(day_of(now))[0])
    return [DocumentRef(visit["team_id"], "visit", visit["id"]) for visit in planned]


async def refresh_leaders(tx: Transaction, team_ids: Collection[str], now: datetime, new_id: NewId) -> None:
    """Other leaders are called from now on in these teams, and in those under them."""
    if things := await visits_under(tx, team_ids, now):
        await refresh(tx, things, new_id)


async def draft_of(tx: Transaction, thing: DocumentRef) -> Draft:
    """A guide's, a checklist's, a citizen's or a person's document, or what a person alone is told, as it should be now; raises NotFound."""
    if thing.kind == "person":
        [one] = await draft_people(tx, [thing.id])
        return one
    if thing.kind == "plan":
        return await draft_plan(tx, thing.id)
    if thing.kind == "settled":
        return await draft_settled(tx, thing.id)
    if thing.kind == "checklist":
        return await draft_checklist(tx, thing.id)
    if thing.kind == "citizen":
        return await draft_citizen(tx, thing)
    return await draft(tx, thing, await build_guide(tx, thing.id))


def draft_visit(visit: VisitRows) -> Draft:
    """A visit's document as it should be now."""
    built = build_visit(visit)
    written = visit.written
    new = {
        "answer": any(answer.version is None for answer in written.answers),
        "filled_in": any(one.version is None for one in written.filled),
    }
    awaits = tuple(table for table, is_awaiting in new.items() if is_awaiting)
    return Draft(visit_of(visit), built, dump(built.body), visit.stored, awaits)


def visit_of(visit: VisitRows) -> DocumentRef:
    """A visit, as something that has a document."""
    return DocumentRef(visit.key[0], "visit", visit.key[1])


async def save_visit_drafts(
    tx: Transaction, drafts: Iterable[Draft], new_id: NewId, *, lists_of: Collection[str]
) -> Saved:
    """Stamp documents, visits among them; their answers are told which version brings them."""
    saved = await save_drafts(tx, drafts, new_id, lists_of=lists_of)
    for table, versions in saved.versions.items():
        await set_versions(tx, table, versions)
    return saved
