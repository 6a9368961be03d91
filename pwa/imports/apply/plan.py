"""Knows the way of a plan: read what is there, compare, count, judge, and only then write, piece by piece."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from pwa.care.documents.visit import window
from pwa.care.queries.citizens import list_citizens_of_teams
from pwa.database import Transaction
from pwa.imports.apply.imported import NOTHING_CHOSEN, SILENT, Chosen, Imported, Stopped, Telling, begin
from pwa.imports.apply.judge import judge
from pwa.imports.apply.pieces import in_pieces
from pwa.imports.apply.plan_access import find_without_access
from pwa.imports.apply.plan_changes import begin_notices
from pwa.imports.apply.plan_diff import VisitChange, compare, find_retired, find_unknown
from pwa.imports.apply.plan_summary import PlanSummary, StopCode, summarize
from pwa.imports.apply.plan_there import Beat, no_beat, read_known, read_there
from pwa.imports.apply.plan_write import Writing, read_steps, write_piece
from pwa.imports.apply.said_yes import NOT_SAID, Said, SaidYes, said_now, still_said, yes_with
from pwa.imports.apply.turns import Turn
from pwa.imports.queries.file_imports import has_counts
from pwa.imports.queries.visits_before import remove_some_of_others
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.plan_file import PlanFile
from pwa.words import NewId, day_of

WRITTEN = ("added", "moved", "changed", "cancelled")
KNOWN_FOR = timedelta(days=14)
"""So long a team knows a citizen whom it has visited."""
AT_ONCE = 1000
"""So many rows about earlier imports are removed together."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do, and what was counted of that; `imported` has what is wrong with it and left out."""

    changes: Sequence[VisitChange]
    summary: PlanSummary
    imported: Imported


class GoingOn(msgspec.Struct):
    """What is kept for a run that goes on with this one: `planned_days` (team_id, day) as PlanNotices has them, of `soon`.

    What somebody has `said` yes to holds for the same file, for YES_HOLDS.
    """

    soon: tuple[str, str]
    planned_days: set[tuple[str, str]]
    said: dict[StopCode, SaidYes] = {}


async def preview_plan(
    tx: Transaction,
    plan: PlanFile,
    now: datetime,
    chosen: Chosen,
    said: Said = NOT_SAID,
    beat: Beat = no_beat,
) -> Preview:
    """What a file would do, read in a snapshot; nothing is written. Raises NotImported, and Stopped if it asks something."""
    known = await read_known(tx)
    unknown, bad = find_unknown(plan.rows, known)
    right = plan.without(bad)
    imported = begin([*plan.errors, *unknown], plan.warnings, chosen.skip_bad, right.skipped)
    imported.warnings += tuple(find_retired(right.rows, known))
    imported.warnings += tuple(await find_without_access(tx, right.rows, now))
    there = await read_there(tx, right, known, beat)
    today = day_of(now)
    changes = compare(right, known, there, window(today)[1])
    summary = summarize(changes, there.standing, known.team_names)
    for name in (*WRITTEN, "unchanged"):
        setattr(imported, name, getattr(summary.counts, name))
    if chosen.limits:
        teams = sorted({row.team.id for row in right.rows})
        first_day = (today - KNOWN_FOR).isoformat()
        citizens = await list_citizens_of_teams(tx, teams, first_day, window(today)[1]) if teams else []
        summary.stops = judge(changes, summary, citizens, today, chosen.limits, yes_with(chosen, said))
    if summary.stops:
        stops = [Mistake(stop.message, stop.params) for stop in summary.stops]
        raise Stopped(summary, stops, imported.warnings)
    imported.summary = summary
    return Preview(changes, summary, imported)


async def import_plan(
    turn: Turn, plan: PlanFile, new_id: NewId, chosen: Chosen = NOTHING_CHOSEN, telling: Telling = SILENT
) -> Imported:
    """Plan what the file says. Raises NotImported and Stopped before anything is written, and TurnLost.

    It is written in pieces, each whole in itself: first what is new or otherwise, then what is cancelled. One that was
    broken off goes on with the same file, for some hours without asking again what was said yes to.
    """
    now = turn.clock()
    kept = turn.read_going_on(GoingOn)
    said = still_said(kept.said, now, telling) if kept else {}
    async with turn.database.snapshot() as tx:
        preview = await preview_plan(tx, plan, now, chosen, said, turn.beat)
        notices = await begin_notices(tx, now, new_id)
        steps = await read_steps(tx, preview.changes)
    telling.summary(preview.summary)
    if kept:
        later = {cell for cell in notices.planned_days if cell[1] not in kept.soon}
        notices.planned_days = kept.planned_days | later
    changes = in_order([change for change in preview.changes if change.what != "unchanged"], now)
    imported = preview.imported
    if changes:
        said |= said_now(chosen, now)
        await _make_way(turn, GoingOn(notices.soon, notices.planned_days, said))
    written = Counter({name: getattr(turn.row, name) for name in WRITTEN})
    writing = Writing(turn.row.id, steps, notices, now, new_id)

    async def write(tx: Transaction, some: Sequence[VisitChange]) -> None:
        after = written + Counter(change.what for change in some)
        if not await has_counts(tx, turn.row.id, {name: after[name] for name in WRITTEN}):
            await turn.go_on(tx, after)
            await write_piece(tx, some, writing)

    async for some in in_pieces(turn.database, changes, write, telling.progress):
        written.update(change.what for change in some)
    imported.unchanged -= sum(getattr(turn.row, name) for name in WRITTEN)
    for name in WRITTEN:
        setattr(imported, name, written[name])
    return imported


def in_order(changes: Sequence[VisitChange], now: datetime) -> list[VisitChange]:
    """From today on by day, team and carer (what is new by its id, which packs well), then what is over; last what is cancelled."""
    today = day_of(now).isoformat()

    def place(change: VisitChange) -> tuple[bool, bool, str, str, str]:
        visit = change.visit
        first = visit.id if change.before is None or not visit.carers else visit.carers[0]
        return change.what == "cancelled", visit.day < today, visit.day, visit.team_id, first

    return sorted(changes, key=place)


async def _make_way(turn: Turn, kept: GoingOn) -> None:
    """Keep what a run needs that goes on with this one, and no longer how visits were before earlier imports."""
    going_on = msgspec.json.encode(kept).decode()

    async def remove_some(tx: Transaction) -> int:
        await turn.go_on(tx, {"going_on": going_on})
        return await remove_some_of_others(tx, turn.row.id, AT_ONCE)

    while await turn.database.write(remove_some):
        pass
