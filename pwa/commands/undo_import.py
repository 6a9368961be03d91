"""Knows the commands that list imports and undo the last plan."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click
import msgspec

from pwa.care.queries.planning import PlannedVisit
from pwa.commands.import_file import asked_now
from pwa.commands.import_words import TellingTerminal, counted, lines_of_kept
from pwa.commands.terminal import database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import open_database
from pwa.imports.apply.turns import TurnLost, begin_turn, counts_of
from pwa.imports.apply.undo import (
    NothingToUndo,
    NotTheLast,
    ToUndo,
    Undone,
    UndoYes,
    WorkedOn,
    count_undone,
    find_what_to_undo,
    undo_import,
)
from pwa.imports.queries.file_imports import COUNTS, FileImport, list_imports
from pwa.words import DENMARK, N_, clock, new_id, to_moment

MOST_NAMED = 20
"""So many visits are named that carers have written at; the rest are counted."""
MOST_LISTED = 20
STATES = {
    "under_way": N_("under way, or broken off"),
    "broken_off": N_("broken off"),
    "done": N_("done"),
    "refused": N_("refused"),
    "stopped": N_("stopped, to ask"),
    "undone": N_("undone"),
}


@click.command("undo", help=say("Undo the last plan that has changed anything."))
@click.option("--dry-run", is_flag=True, help=say("Only show what would happen; write nothing."))
@click.option(
    "--yes-keep",
    type=click.IntRange(1),
    help=say("Yes, so many visits stay as they are, because somebody has written there."),
)
@click.option(
    "--yes-undo",
    type=click.IntRange(1),
    help=say("Yes, so many visits become as they were, although the import is no longer new."),
)
def undo(dry_run: bool, yes_keep: int | None, yes_undo: int | None) -> None:
    """As it was before the last import."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    yes = UndoYes(yes_keep, yes_undo)
    work = _look(settings, yes) if dry_run else _undo(settings, yes)
    with in_words(settings):
        try:
            undone = asyncio.run(work)
        except NothingToUndo:
            raise stop(say("There is no import of a plan to undo."), say("Nothing was done.")) from None
        except NotTheLast as older:
            raise stop(*_lines_of_older(older), say("Nothing was done.")) from None
        except WorkedOn as worked:
            raise stop(*_lines_of_kept(worked), say("Nothing was done.")) from None
        except TurnLost:
            raise stop(say("Another import has begun meanwhile. Run the command again.")) from None
    if undone.meanwhile:
        click.echo(
            say("Carers have written here while it was undone. These visits stay as they are:"), err=True
        )
        click.echo("\n".join(_lines_of_visits(undone.meanwhile)), err=True)
    row, counts = undone.row, undone.counts
    what = N_("%(file)s of %(at)s would be undone.") if dry_run else N_("%(file)s of %(at)s is undone.")
    click.echo(say(what, file=row.file, at=_local(row.began_at)))
    click.echo(
        say(
            "As before it: %(changed)d. Cancelled, because it had added them: %(cancelled)d. Left as they are: %(kept)d.",
            changed=counts.changed,
            cancelled=counts.cancelled,
            kept=counts.unchanged,
        )
    )
    if dry_run:
        click.echo(say("This was a try: nothing was written."))


async def _undo(settings: Settings, yes: UndoYes) -> Undone:
    database = await open_database(settings.database)
    telling = TellingTerminal().telling()
    try:
        turn = await begin_turn(database, "undo", "", "", clock, new_id, asked_now(), telling)
        try:
            undone = await undo_import(turn, new_id, yes, telling, _say_what)
        except NothingToUndo:
            await database.write(lambda tx: turn.end(tx, "refused", []))
            raise
        except (WorkedOn, NotTheLast):
            await database.write(lambda tx: turn.end(tx, "stopped", []))
            raise
        await database.write(lambda tx: turn.end(tx, "done", [], counts_of(undone.counts)))
        return undone
    finally:
        await database.close()


async def _look(settings: Settings, yes: UndoYes) -> Undone:
    database = await open_database(settings.database)
    try:
        async with database.snapshot() as tx:
            found = await find_what_to_undo(tx, clock(), yes)
    finally:
        await database.close()
    _say_what(found)
    return Undone(found.row, count_undone(found), [])


def _say_what(found: ToUndo) -> None:
    """Which import, before anything of it is undone."""
    click.echo(_line_of(found.row))


def _line_of(row: FileImport) -> str:
    return f"{row.file}, {_local(row.began_at)}: {counted(row)}"


def _lines_of_older(older: NotTheLast) -> list[str]:
    """Which import it is, what has come in since, and how to say yes."""
    lines = [say("The last plan that has changed anything:"), f"  {_line_of(older.row)}"]
    if older.later:
        lines.append(say("Since then these have come in, and stay as they are:"))
        lines += [f"  {_line_of(row)}" for row in older.later[-MOST_NAMED:]]
    else:
        lines.append(say("It is more than a day old."))
    return [*lines, say("If that plan is to be undone, add: --yes-undo %(number)d", number=older.number)]


def _lines_of_kept(worked: WorkedOn) -> list[str]:
    """Which visits, by number and day: nothing else of them is said."""
    lines = [say("Carers have written at visits that the import has touched. They would stay as they are:")]
    lines += _lines_of_visits(worked.kept)
    return [*lines, say("If the rest is to be undone, add: --yes-keep %(number)d", number=len(worked.kept))]


def _lines_of_visits(visits: Sequence[PlannedVisit]) -> list[str]:
    lines = [f"  {visit.number}  {date.fromisoformat(visit.day):%d-%m-%Y}" for visit in visits[:MOST_NAMED]]
    if len(visits) > MOST_NAMED:
        lines.append(say("... and %(number)d more.", number=len(visits) - MOST_NAMED))
    return lines


@click.command("list", help=say("List the last imports, the newest first."))
@click.option("--json", "wants_json", is_flag=True, help=say("Say it as JSON, for programs."))
def list_(wants_json: bool) -> None:
    """When, which file, by which command, what came of it, and why it was refused."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)

    async def look() -> list[FileImport]:
        database = await open_database(settings.database)
        try:
            async with database.snapshot() as tx:
                return await list_imports(tx, MOST_LISTED)
        finally:
            await database.close()

    with in_words(settings):
        rows = asyncio.run(look())
    if wants_json:
        click.echo(msgspec.json.format(msgspec.json.encode([_for_programs(row) for row in rows])).decode())
        return
    if not rows:
        click.echo(say("Nothing has been imported yet."))
    for row in rows:
        said = (
            _local(row.began_at),
            say("undo") if row.kind == "undo" else row.file,
            say(STATES[row.state]),
            counted(row),
            *([say("Mistakes: %(number)d.", number=row.mistake_count)] if row.mistake_count else []),
            f"{row.account}: {row.command}",
        )
        click.echo("  ".join(said))
        for line in lines_of_kept(row) if row.state in ("refused", "stopped") else ():
            click.echo(f"    {line}")


def _for_programs(row: FileImport) -> dict[str, Any]:
    """As it is kept; mistakes in words."""
    names = ("id", "kind", "file", "sha256", "command", "account", "began_at", "ended_at", "state", *COUNTS)
    said = {name: getattr(row, name) for name in names}
    return {**said, "mistake_count": row.mistake_count, "mistakes": lines_of_kept(row)}


def _local(at: str) -> str:
    moment: datetime = to_moment(at).astimezone(DENMARK)
    return f"{moment:%d-%m-%Y %H.%M}"
