"""Knows how the answers of many days are read, and that the access log is told of it first; knows no form of them."""

from collections.abc import AsyncIterator, Collection
from datetime import date, datetime, timedelta

from pwa.audit.access_event import AccessEvent
from pwa.audit.writer import AccessLog
from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.short_form import load_visit
from pwa.care.queries.board import list_visits_of_day
from pwa.care.responses.answered import Answered, answered_at, list_checklists
from pwa.checklists.days import read_dated
from pwa.database import Database
from pwa.words import Person, to_text

A_DAY = timedelta(days=1)


async def list_answered(
    database: Database,
    access_log: AccessLog,
    asking: tuple[Person, Collection[str]],
    days: tuple[date, date],
    now: datetime,
) -> AsyncIterator[Answered]:
    """What was asked and answered at the visits of these days, the first and the last included, by day and start.

    `asking` is whoever takes it along, and in which teams that may be. Visits at which nothing is asked are left out. Each day is
    in the access log before anything of it is given.
    """
    person, team_ids = asking
    moment = read_dated("date_time", to_text(now))
    assert moment is not None, "the clock says a moment"
    day, last = days
    while day <= last:
        async with database.snapshot() as tx:
            rows = await with_bodies(tx, await list_visits_of_day(tx, team_ids, day))
            visits = [load_visit(row) for row in rows]
            lists = await list_checklists(tx, visits)
        answered = [one for visit in visits if (one := answered_at(visit, lists, moment))]
        if answered:
            ids = [one.visit["visit_id"] for one in answered]
            await access_log.record_access(
                person,
                "",
                AccessEvent(
                    kind="export", what="visit", purpose="overview", visit_ids=ids, day=day.isoformat()
                ),
            )
        for one in answered:
            yield one
        day += A_DAY
