"""Knows how a folder of guides becomes documents and pictures; knows no files."""

from pwa.access.queries import teams
from pwa.care.queries import guides
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef
from pwa.documents.stored import dump
from pwa.imports.apply.imported import NOTHING_CHOSEN, SILENT, Chosen, Imported, Telling, begin
from pwa.imports.apply.lists import Became, Compared, Left, left_by, one_by_one, write_list
from pwa.imports.apply.turns import Turn
from pwa.imports.read.guide_files import Guide, GuideFolder
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_, NewId


async def import_guides(
    turn: Turn, folder: GuideFolder, new_id: NewId, chosen: Chosen = NOTHING_CHOSEN, telling: Telling = SILENT
) -> Imported:
    """Add and change guides. A guide that the folder does not have is left alone.

    Raises as `compare_guides` before anything is written, and TurnLost.
    """
    async with turn.database.snapshot() as tx:
        compared = await compare_guides(tx, folder, chosen.skip_bad)
    await write_list(turn, compared, left_by(turn), one_by_one(_set_guide), new_id, telling)
    return compared.imported


async def compare_guides(tx: Transaction, folder: GuideFolder, skip_bad: bool) -> Compared[Guide]:
    """What a folder would add and change, in a snapshot. Raises NotImported."""
    known = set(await teams.list_known_team_ids(tx))
    lost = [row for row in folder.rows if row.team and row.team.id not in known]
    imported = begin([*folder.errors, *map(_unknown_team, lost)], folder.warnings, skip_bad)
    others: list[Guide] = []
    for row in folder.rows:
        if row in lost:
            continue
        before = await guides.get_guide(tx, row.guide.id)
        is_other = before is not None and (before["team_id"], before["body"]) != (
            _team_of(row),
            _body_of(row),
        )
        imported.count(before is not None, is_other)
        if before is None or is_other:
            others.append(row)
    return Compared(imported, others)


async def _set_guide(tx: Transaction, row: Guide, left: Left) -> Became:
    guide_id, team_id, body = row.guide.id, _team_of(row), _body_of(row)
    before = await guides.get_guide(tx, guide_id)
    if before and before["team_id"] != team_id:
        await guides.remove_guide(tx, guide_id)
        await documents.remove_document(tx, before["team_id"], f"guide-{guide_id}")
    for picture in row.media:
        await guides.add_media(tx, picture.sha256, picture.type, picture.content)
    await guides.add_guide(tx, team_id, guide_id, row.title, body)
    if before and before["title"] != row.title:
        left.guides.add(guide_id)
    things = [DocumentRef(team_id, "guide", guide_id)]
    if before is None:
        return Became("added", things)
    return Became(
        "unchanged" if (before["team_id"], before["body"]) == (team_id, body) else "changed", things
    )


def _team_of(row: Guide) -> str:
    return row.team.id if row.team else documents.EVERYBODY


def _body_of(row: Guide) -> str:
    return dump(guide_body(row))


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
