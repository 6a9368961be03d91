"""Knows the command that imports a file, and how its mistakes are listed."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from getpass import getuser
from pathlib import Path

import click

from pwa.commands.terminal import LANGUAGE, database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.imports.apply.imported import Imported, NotImported
from pwa.imports.apply.record import NOBODY, Asked
from pwa.imports.import_files import KINDS, import_files
from pwa.imports.queries.file_imports import Kind
from pwa.imports.read.mistakes import Mistake
from pwa.templating.translation import find_message
from pwa.words import clock, new_id

MOST_SHOWN = 50
"""So many mistakes of a file are listed; the rest are counted."""


@click.command(
    "import", help=say("Import a FILE (guides: a folder). Nothing is imported unless all of it is right.")
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--skip-bad", is_flag=True, help=say("Import what is right, and list the rest."))
def import_file(kind: Kind, file: Path, skip_bad: bool) -> None:
    """Bring in what another system, or an organiser, has written."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    with in_words(settings):
        [imported] = import_or_stop(settings, [(kind, file)], skip_bad, asked_now())
    for line in [*lines_of(imported.warnings), *lines_of(imported.mistakes)]:
        click.echo(line, err=True)
    click.echo(
        say(
            "Added %(added)d, changed %(changed)d, cancelled %(cancelled)d, as before %(unchanged)d.",
            added=imported.added,
            changed=imported.changed,
            cancelled=imported.cancelled,
            unchanged=imported.unchanged,
        )
    )


def import_or_stop(
    settings: Settings, files: Sequence[tuple[Kind, Path]], skip_bad: bool = False, asked: Asked = NOBODY
) -> list[Imported]:
    """Import files, or end the command with what is wrong, a line for each mistake."""
    try:
        return asyncio.run(import_files(settings.database, files, clock(), new_id, skip_bad, asked))
    except NotImported as refused:
        lines = [*lines_of(refused.warnings), *lines_of(refused.mistakes)]
        raise stop(*lines, say("Nothing was imported.")) from None


def asked_now() -> Asked:
    """Who asks for the command that is running, and its words without the file."""
    context = click.get_current_context()
    words = [context.command_path.replace("python -m pwa", "haand")]
    for param in context.command.params:
        value = context.params.get(param.name or "")
        if isinstance(param, click.Option) and value:
            words += [param.opts[0]] if param.is_flag else [param.opts[0], str(value)]
        elif isinstance(param, click.Argument) and not isinstance(value, Path):
            words.append(str(value))
    return Asked(" ".join(words), account_name())


def account_name() -> str:
    """Who has signed in at the terminal, or else whose process this is; "" if nobody knows."""
    for name in (os.getlogin, getuser):
        with suppress(OSError, KeyError):
            return name()
    return ""


def lines_of(mistakes: Sequence[Mistake]) -> list[str]:
    """Each mistake as a line, not more of them than anybody reads."""
    lines = [each.words(lambda message: find_message(message, LANGUAGE)) for each in mistakes[:MOST_SHOWN]]
    if len(mistakes) > MOST_SHOWN:
        lines.append(say("... and %(number)d more.", number=len(mistakes) - MOST_SHOWN))
    return lines
