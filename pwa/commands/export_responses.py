"""Knows the command that writes what was answered at visits: for whom, of which days, in which form, and where to."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import click

from pwa.access.queries.people import get_person, team_ids_in_scope
from pwa.access.rules.first_administrators import NobodyOfThisName, SeveralOfThisName, find_holder
from pwa.audit.writer import AccessLog
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.documents.visit import LEADING
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.responses import table
from pwa.care.responses.answered import Answered
from pwa.care.responses.bundle import bundle_of, entry_of
from pwa.care.responses.reading import list_answered
from pwa.commands.invite import lines_of_holders
from pwa.commands.terminal import LANGUAGE, NamedPath, database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import Database, Transaction, open_database
from pwa.problems import NotFound
from pwa.sheets import as_csv, as_workbook
from pwa.words import N_, Person, clock, new_id, to_text

DAY = click.DateTime(["%Y-%m-%d"])
MOST_ROWS = 1_048_575
"""So many rows a sheet of a workbook has below its head."""
NOBODY = N_("Nobody of this name or employee number leads or organises a team.")
SEVERAL = N_("Several have this name. Write the employee number:")
UPSIDE_DOWN = N_("The last day is before the first.")
TOO_MANY = N_("A sheet has %(most)d rows, and these are %(rows)d. Take fewer days, or --as csv.")
WRITTEN = N_("%(file)s has the answers of %(visits)d visits, from %(first)s to %(last)s.")
NOT_BEGUN = N_("At %(visits)d visits nothing has been written yet; they are not in it.")


class Wanted(NamedTuple):
    """For whom, the first and last day, in which form."""

    by: str
    days: tuple[date, date]
    form: str


@click.command("responses", help=say("Write what was answered at visits, for other systems and for people."))
@click.option(
    "--from", "first", type=DAY, required=True, metavar=say("DAY"), help=say("The first day, as 2026-11-23.")
)
@click.option("--to", "last", type=DAY, required=True, metavar=say("DAY"), help=say("The last day."))
@click.option(
    "--as", "form", type=click.Choice(["fhir", "csv", "xlsx"]), required=True, help=say("In which form.")
)
@click.option(
    "--by",
    required=True,
    metavar=say("NAME"),
    help=say(
        "Who takes it along: a leader or organiser, by name or employee number. It stands in the access log."
    ),
)
@click.option("--file", "to", type=NamedPath(), required=True, help=say("The file that is written."))
def responses(first: datetime, last: datetime, form: str, by: str, to: Path) -> None:
    """Of the visits of that person's teams; each day is in the access log before it is written."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    if last < first:
        raise stop(say(UPSIDE_DOWN))
    with in_words(settings):
        try:
            begun, planned = asyncio.run(_read(settings, Wanted(by, (first.date(), last.date()), form)))
        except NotFound:
            raise stop(say(NOBODY)) from None
        except NobodyOfThisName as nobody:
            raise stop(say(NOBODY), *lines_of_holders(nobody.others)) from None
        except SeveralOfThisName as several:
            raise stop(say(SEVERAL), *lines_of_holders(several.others)) from None
    content = FORMS[form](begun)
    try:
        to.touch(mode=0o600)
        to.write_bytes(content)
    except OSError:
        raise stop(say("%(file)s cannot be written.", file=str(to))) from None
    click.echo(
        say(WRITTEN, file=str(to), visits=len(begun), first=f"{first:%d-%m-%Y}", last=f"{last:%d-%m-%Y}")
    )
    if planned:
        click.echo(say(NOT_BEGUN, visits=planned))


async def _read(settings: Settings, wanted: Wanted) -> tuple[list[Answered], int]:
    """What was answered, and at how many visits nothing was yet."""
    now = clock()
    database = await open_database(settings.database)
    access_log = AccessLog(database, clock, new_id, list_citizens_of_visits, purpose_of)
    try:
        asking = await _asking(database, wanted.by, now)
        found = [one async for one in list_answered(database, access_log, asking, wanted.days, now)]
    finally:
        await access_log.close()
        await database.close()
    begun = [one for one in found if one.is_begun]
    return begun, len(found) - len(begun)


async def _asking(database: Database, by: str, now: datetime) -> tuple[Person, frozenset[str]]:
    async with database.snapshot() as tx:
        person = await _leader(tx, by, now)
        team_ids = await team_ids_in_scope(tx, person, LEADING) if person else frozenset()
    if person is None or not team_ids:
        raise NotFound
    return person, team_ids


async def _leader(tx: Transaction, by: str, now: datetime) -> Person | None:
    holder = await find_holder(tx, by, now)
    return await get_person(tx, holder.id, to_text(now))


def _as_fhir(answered: list[Answered]) -> bytes:
    return b"".join(bundle_of(map(entry_of, answered), to_text(clock())))


def _rows(answered: list[Answered]) -> list[table.Row]:
    return [table.head(LANGUAGE), *(row for one in answered for row in table.rows_of(one, LANGUAGE))]


def _as_csv(answered: list[Answered]) -> bytes:
    return as_csv(_rows(answered))


def _as_workbook(answered: list[Answered]) -> bytes:
    rows = _rows(answered)
    if len(rows) - 1 > MOST_ROWS:
        raise stop(say(TOO_MANY, most=MOST_ROWS, rows=len(rows) - 1))
    return as_workbook(rows, say("Answers"))


FORMS: dict[str, Callable[[list[Answered]], bytes]] = {"fhir": _as_fhir, "csv": _as_csv, "xlsx": _as_workbook}
