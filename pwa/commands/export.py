"""Knows the commands that write something of the database to a file: which, in which form, and where to."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from pwa.checklists import queries as checklists
from pwa.checklists.fhir.writing import write_questionnaire
from pwa.checklists.lists.writing import has_more, rows_of
from pwa.checklists.publishing import from_stored
from pwa.checklists.steps import Definition, Step
from pwa.commands.export_responses import responses
from pwa.commands.help import help_of
from pwa.commands.terminal import NamedPath, database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import Transaction, open_database
from pwa.sheets import as_csv, as_workbook
from pwa.source_ids import id_of
from pwa.words import N_

MOST_NAMED = 30
NO_CHECKLIST = N_("There is no checklist “%(name)s”.")
NO_VERSION = N_("There is no version %(version)d of “%(name)s”.")
MORE = N_("The list cannot say all of it: see its last column. --as fhir has all of it.")


@click.group("export", help=help_of("export"))
def export() -> None:
    """What other systems, and people, can read."""


export.add_command(responses)


@export.command("checklist", help=say("Write the checklist NAME as a FHIR Questionnaire, or as a list."))
@click.argument("name")
@click.option(
    "--as", "form", type=click.Choice(["fhir", "csv", "xlsx"]), required=True, help=say("In which form.")
)
@click.option("--version", type=click.IntRange(1), help=say("Which version; without it the newest."))
@click.option(
    "--to", type=NamedPath(), help=say("The file that is written; without it, what is written is shown.")
)
def checklist(name: str, form: str, version: int | None, to: Path | None) -> None:
    """One version of a checklist."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    if form == "xlsx" and to is None and sys.stdout.isatty():
        raise stop(say("A workbook is not shown here. Say where it is to be written: --to FILE"))
    with in_words(settings):
        number, definition = asyncio.run(_find(settings, name, version))
    if form == "fhir":
        url = f"urn:uuid:{id_of('checklist', name)}"
        content = (
            json.dumps(write_questionnaire(definition, url, number), ensure_ascii=False, indent=2).encode()
            + b"\n"
        )
    else:
        rows = rows_of(definition, say)
        content = as_csv(rows) if form == "csv" else as_workbook(rows, definition.title)
        if has_more(rows):
            click.echo(say(MORE), err=True)
    if to is None:
        click.echo(content, nl=False)
        return
    try:
        to.write_bytes(content)
    except OSError:
        raise stop(say("%(file)s cannot be written.", file=str(to))) from None


async def _find(settings: Settings, name: str, version: int | None) -> tuple[int, Definition]:
    """The version's number and definition, or the end of the command."""
    database = await open_database(settings.database)
    try:
        async with database.snapshot() as tx:
            newest = await checklists.list_newest(tx)
            found = newest.get(id_of("checklist", name))
            if found is None:
                raise stop(say(NO_CHECKLIST, name=name), *_named([each.name for each in newest.values()]))
            number = version or found.version
            if not await checklists.has_version(tx, found.id, number):
                raise stop(say(NO_VERSION, version=number, name=found.name))
            return number, await _definition(tx, found.id, found.name, number)
    finally:
        await database.close()


def _named(names: Sequence[str]) -> list[str]:
    listed = sorted(names)[:MOST_NAMED]
    return [say("There are: %(names)s", names=", ".join(listed))] if listed else []


async def _definition(tx: Transaction, checklist_id: str, name: str, version: int) -> Definition:
    """A version's definition; that of a plain list has its steps of who did it."""
    stored = await checklists.get_definition(tx, checklist_id, version)
    if stored:
        return from_stored(stored).definition
    steps = await checklists.list_steps(tx, checklist_id, version)
    return Definition(
        title=name,
        steps=[
            Step.model_validate(
                {
                    "id": f"punkt-{number}",
                    "kind": "who",
                    "label": step.label,
                    "help": step.help,
                    "planned": step.planned,
                    "by_itself": bool(step.by_itself),
                }
            )
            for number, step in enumerate(steps, 1)
        ],
    )
