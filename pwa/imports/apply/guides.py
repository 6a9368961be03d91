"""Knows how a folder of guides becomes documents and pictures; knows no files."""

from datetime import datetime

from pwa.access.queries import teams
from pwa.care.documents.refresh import refresh
from pwa.care.documents.visit import window
from pwa.care.queries import guides, visits
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef
from pwa.documents.stored import dump
from pwa.imports.apply.imported import Imported, begin
from pwa.imports.read.guide_files import Guide, GuideFolder
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_, NewId, day_of


async def import_guides(
    tx: Transaction, folder: GuideFolder, now: datetime, new_id: NewId, skip_bad: bool = False
) -> Imported:
    """Add and change guides. Raises NotImported. A guide that the folder does not have is left alone."""
    known = set(await teams.list_known_team_ids(tx))
    lost = [row for row in folder.rows if row.team and row.team.id not in known]
    imported = begin([*folder.errors, *map(_unknown_team, lost)], folder.warnings, skip_bad)
    for row in folder.rows:
        if row not in lost:
            await _set_guide(tx, imported, row, now)
    imported.things = await refresh(tx, imported.things, new_id)
    return imported


async def _set_guide(tx: Transaction, imported: Imported, row: Guide, now: datetime) -> None:
    guide_id = row.guide.id
    team_id = row.team.id if row.team else documents.EVERYBODY
    body = dump(guide_body(row))
    before = await guides.get_guide(tx, guide_id)
    imported.count(
        before is not None, before is not None and (before["team_id"], before["body"]) != (team_id, body)
    )
    if before and before["team_id"] != team_id:
        await guides.remove_guide(tx, guide_id)
        await documents.remove_document(tx, before["team_id"], f"guide-{guide_id}")
    for picture in row.media:
        await guides.add_media(tx, picture.sha256, picture.type, picture.content)
    await guides.add_guide(tx, team_id, guide_id, row.title, body)
    if before and before["title"] != row.title:
        planned = await visits.list_visits_with_guide(tx, guide_id, window(day_of(now))[0])
        imported.things += [DocumentRef(visit["team_id"], "visit", visit["id"]) for visit in planned]
    imported.things.append(DocumentRef(team_id, "guide", guide_id))


def guide_body(row: Guide) -> dict[str, object]:
    """A guide as pages show it. Only a phone knows when it is ready."""
    return {
        "guide_id": row.guide.id,
        "title": row.title,
        "aid": row.aid,
        "summary": row.summary,
        "words": row.words,
        "load": row.load,
        "before": row.before,
        "steps": [
            {
                "number": step.number,
                "title": step.title,
                "text": step.text,
                "picture": step.picture,
                "picture_alt": step.picture_alt,
                "warning": step.warning,
            }
            for step in row.steps
        ],
        "safe": row.safe,
        "unsafe": row.unsafe,
        "stop": row.stop,
        "approved_at": row.approved_at,
        "approved_by": row.approved_by,
        "source": row.source,
        "media": [
            {"sha256": picture.sha256, "bytes": len(picture.content), "type": picture.type}
            for picture in row.media
        ],
        "ready_at": None,
    }


def _unknown_team(row: Guide) -> Mistake:
    message = N_("The team is not known. Import the employees first.")
    return Mistake(message, column="team", file=row.title)
