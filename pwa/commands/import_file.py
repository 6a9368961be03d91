"""Knows the commands that import a file: what may be chosen, what is said meanwhile, and how they end."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from typing import Any, get_args

import click

from pwa.commands.disk_words import is_damaged
from pwa.commands.help import help_of
from pwa.commands.import_words import (
    TellingTerminal,
    as_json,
    counted,
    lines_of,
    lines_of_stops,
    lines_of_summary,
)
from pwa.commands.terminal import NamedPath, database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.imports.apply.imported import SILENT, Chosen, Imported, NotImported, Stopped, Telling
from pwa.imports.apply.judge import Limits, Yes
from pwa.imports.apply.plan_summary import StopCode
from pwa.imports.apply.turns import NOBODY, Asked, TurnLost
from pwa.imports.import_files import import_files, list_refused
from pwa.imports.queries.file_imports import Kind
from pwa.problems import Unavailable
from pwa.words import N_, clock, new_id

LEFT_OUT = 3
"""How the command ends when something was left out because it is wrong; 1 is nothing done, 0 all of it."""

AGAIN = N_(
    "It was broken off. What is written stays, and nothing is missing that was there. Run the same command with the same file again: it goes on."
)
NOTHING_IMPORTED = N_("Nothing was imported.")


@click.group("import", help=help_of("import"))
def import_file() -> None:
    """Bring in what another system, or an organiser, has written."""


def of_every_kind(nargs: int = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What may be chosen for every kind of file; -1 is for any number of files.

    Whether a file is there is asked where it is read: one that is missing stands in the list of imports, too.
    """
    file = click.argument(
        "file" if nargs == 1 else "files",
        type=NamedPath(),
        nargs=nargs,
        required=nargs == 1,
        metavar=None if nargs == 1 else say("FILE") + "...",
    )

    def of_kind(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--json", "wants_json", is_flag=True, help=say("Say it as JSON, for programs.")),
            click.option("--dry-run", is_flag=True, help=say("Only show what would happen; write nothing.")),
            click.option(
                "--ignore-column",
                "ignored",
                multiple=True,
                help=say("A column that is not read, and not told of. May be given often."),
            ),
            click.option("--skip-bad", is_flag=True, help=say("Import what is right, and list the rest.")),
            file,
        ):
            command = option(command)
        return command

    return of_kind


def yes_option(code: StopCode, words: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A yes to one thing that a plan may ask, with its exact number."""
    return click.option(f"--yes-{code}", type=click.IntRange(1), help=say(words))


def yes_of(said: Mapping[str, int | None]) -> Yes:
    """What was said yes to, by the options' names."""
    named: dict[str, StopCode] = {f"yes_{code.replace('-', '_')}": code for code in get_args(StopCode)}
    return Yes({named[name]: number for name, number in said.items() if number})


@import_file.command("plan", help=say("Import the plan of one or more days from a FILE."))
@of_every_kind()
@yes_option("cancel", N_("Yes, so many visits are cancelled."))
@yes_option("move", N_("Yes, so many visits come to another day or team."))
@yes_option("change", N_("Yes, so many visits get another citizen, name or address."))
@yes_option("citizens", N_("Yes, so many new visits are at citizens with another name than before."))
@yes_option("times", N_("Yes, so many visits begin an hour or more from when they are planned."))
@yes_option("checklists", N_("Yes, so many visits get another checklist."))
@yes_option("numbers", N_("Yes, so many visits lose a telephone number."))
@yes_option("dates", N_("Yes, so many visits lie so far back or ahead."))
@yes_option("new-numbers", N_("Yes, so many visits have numbers that nobody knows."))
@yes_option("same-minute", N_("Yes, so often an employee begins twice at a minute."))
def plan(
    file: Path, skip_bad: bool, dry_run: bool, wants_json: bool, ignored: tuple[str, ...], **said: int | None
) -> None:
    """A day's plan, or several days'."""
    import_one("plan", file, Chosen(skip_bad, dry_run, yes=yes_of(said), ignored=ignored), wants_json)


@import_file.command("people", help=say("Import the list of employees from a FILE."))
@of_every_kind()
@yes_option("new-teams", N_("Yes, so many teams are new."))
@yes_option("new-numbers", N_("Yes, so many new employees have the name of somebody who is there."))
@yes_option("names", N_("Yes, so many employees get another name."))
@yes_option("leave", N_("Yes, so many employees leave a team."))
@yes_option("rights", N_("Yes, so many employees get a role with more rights."))
def people(
    file: Path, skip_bad: bool, dry_run: bool, wants_json: bool, ignored: tuple[str, ...], **said: int | None
) -> None:
    """Who works where, as what."""
    import_one("people", file, Chosen(skip_bad, dry_run, yes=yes_of(said), ignored=ignored), wants_json)


@import_file.command("checklists", help=say("Import checklists from a FILE."))
@of_every_kind()
def checklists(file: Path, ignored: tuple[str, ...], **chosen: bool) -> None:
    """Checklists and their versions."""
    import_whole("checklists", file, ignored, **chosen)


@import_file.command("guides", help=say("Import a folder of guides (FILE is the folder)."))
@of_every_kind()
def guides(file: Path, ignored: tuple[str, ...], **chosen: bool) -> None:
    """Guides and their pictures."""
    import_whole("guides", file, ignored, **chosen)


def import_whole(
    kind: Kind, file: Path, ignored: tuple[str, ...], *, skip_bad: bool, dry_run: bool, wants_json: bool
) -> None:
    """Import what asks nothing."""
    import_one(kind, file, Chosen(skip_bad, dry_run, ignored=ignored), wants_json)


def import_one(kind: Kind, file: Path, chosen: Chosen, wants_json: bool) -> None:
    """Import a file and say what came of it."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    chosen = replace(chosen, limits=limits_of(settings))
    telling = SILENT if wants_json else TellingTerminal().telling()
    with in_words(settings):
        try:
            [imported] = do_import(settings, [(kind, file)], chosen, telling, asked_now())
        except NotImported as refused:
            if not wants_json:
                raise as_stop(refused, chosen) from None
            say_as_json(1, chosen, refused)
            return
    code = LEFT_OUT if imported.mistakes else 0
    if wants_json:
        say_as_json(code, chosen, imported)
        return
    for line in [*lines_of(imported.warnings), *lines_of(imported.mistakes)]:
        click.echo(line, err=True)
    click.echo(counted(imported))
    if imported.skipped:
        click.echo(say("Rows left out: %(number)d.", number=imported.skipped))
    if chosen.dry_run:
        click.echo(say("This was a try: nothing was written."))
    click.get_current_context().exit(code)


def say_as_json(code: int, chosen: Chosen, outcome: Imported | NotImported) -> None:
    """Say it to a program, and end."""
    click.echo(as_json(code, chosen, outcome))
    click.get_current_context().exit(code)


def do_import(
    settings: Settings, files: Sequence[tuple[Kind, Path]], chosen: Chosen, telling: Telling, asked: Asked
) -> list[Imported]:
    """Import files, or end the command if another import has begun meanwhile. Raises NotImported."""
    with _ended_in_words(goes_on=not chosen.dry_run and asked is not NOBODY):
        return asyncio.run(import_files(settings.database, files, clock, new_id, chosen, telling, asked))


def do_list_refused(settings: Settings, refused: Sequence[tuple[Kind, Path, NotImported]]) -> None:
    """Write files that were refused into the list of imports."""
    with _ended_in_words(goes_on=False):
        asyncio.run(list_refused(settings.database, refused, clock, new_id, asked_now()))


@contextmanager
def _ended_in_words(goes_on: bool) -> Iterator[None]:
    """What is said when it is broken off, by whom or whatever; `goes_on`: the same command again."""
    try:
        with _stopped_as_by_ctrl_c():
            yield
    except BrokenPipeError:
        raise
    except (KeyboardInterrupt, OSError, Unavailable) as error:
        if goes_on and not is_damaged(error):
            click.echo(say(AGAIN), err=True)
        raise
    except TurnLost:
        raise stop(
            say("Another import has begun meanwhile. What a plan has written stays. Run the command again.")
        ) from None


@contextmanager
def _stopped_as_by_ctrl_c() -> Iterator[None]:
    """Whoever stops it otherwise, as systemd does, is told the same."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def import_unasked(settings: Settings, files: Sequence[tuple[Kind, Path]]) -> None:
    """Import files of our own, which are asked nothing; or end the command with what is wrong."""
    chosen = Chosen(limits=None)
    try:
        do_import(settings, files, chosen, SILENT, NOBODY)
    except NotImported as refused:
        raise as_stop(refused, chosen) from None


def as_stop(refused: NotImported, chosen: Chosen) -> click.ClickException:
    """The end of the command with what is wrong, a line for each mistake; or with what is asked, and how to say yes.

    What is only odd is said before it, and not as what is wrong.
    """
    for line in lines_of(refused.warnings):
        click.echo(line, err=True)
    if isinstance(refused, Stopped):
        for line in [*lines_of_summary(refused.summary), ""]:
            click.echo(line, err=True)
        return stop(*lines_of_stops(refused.summary), say(NOTHING_IMPORTED))
    return stop(*lines_of(refused.mistakes), say(NOTHING_IMPORTED))


def limits_of(settings: Settings) -> Limits:
    """What passes unasked, by the settings."""
    return Limits(
        settings.import_cancel_percent,
        settings.import_cancel_few,
        settings.import_days_back,
        settings.import_days_ahead,
        settings.import_same_minute,
        settings.import_change_percent,
        settings.import_time_percent,
    )


def asked_now() -> Asked:
    """Who asks for the command that is running, and its words without the file."""
    context = click.get_current_context()
    words = [context.command_path.replace("python -m pwa", "haand")]
    for param in context.command.params:
        value: Any = context.params.get(param.name or "")
        if isinstance(param, click.Option) and value:
            words += [param.opts[0]] if param.is_flag else [param.opts[0], str(value)]
    return Asked(" ".join(words), account_name())


def account_name() -> str:
    """Who has signed in at the terminal, or else whose process this is; "" if nobody knows."""
    for name in (os.getlogin, getuser):
        with suppress(OSError, KeyError):
            return name()
    return ""
