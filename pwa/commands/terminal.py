"""Knows how a command says something at a terminal, and how a no is said there; knows no command."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from pwa.config import Settings, SettingsWrong
from pwa.database import sqlite_file
from pwa.problems import Unavailable
from pwa.templating.translation import translate
from pwa.words import N_

LANGUAGE = "da"
FOLDER = N_("The folder of HAAND_DATA cannot be written right now, or the disk is full.")
DATABASE = N_("The database of DATABASE_URL does not answer right now, or does not let us in.")


def say(message: str, **values: str | int) -> str:
    """A message in the language of the terminal."""
    return translate(message, LANGUAGE, **values)


def stop(*lines: str) -> click.ClickException:
    """The end of a command that could not be carried out, in words."""
    return click.ClickException("\n".join(lines))


def settings_or_stop(read: Callable[[], Settings], address: str | None = None) -> Settings:
    """The settings, or the end of the command with a line for each that is wrong."""
    try:
        settings = read()
    except SettingsWrong as problem:
        lines = (say("%(name)s must be %(what)s.", name=name, what=say(what)) for name, what in problem.wrong)
        raise stop(*lines) from None
    return settings.model_copy(update={"listen": address}) if address else settings


def file_or_stop(settings: Settings) -> Path:
    """The SQLite file, or the end of a command that knows no other database."""
    file = sqlite_file(settings.database)
    if file is None:
        raise stop(
            say(
                "This command is for SQLite. PostgreSQL has pg_dump and pg_restore, see docs/running/backup.md."
            )
        )
    return file


@contextlib.contextmanager
def in_words(settings: Settings) -> Iterator[None]:
    """Say what the disk or the database says no to."""
    try:
        yield
    except OSError:
        raise stop(say(FOLDER)) from None
    except Unavailable:
        raise stop(say(DATABASE if settings.database_url else FOLDER)) from None
