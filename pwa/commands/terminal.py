"""Knows how a command says something at a terminal, and how a no is said there; knows no command."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from pwa.commands.disk_words import words_of_disk
from pwa.commands.private import stop_if_readable
from pwa.commands.words import LANGUAGE, say
from pwa.config import Settings, SettingsWrong
from pwa.database import (
    Damaged,
    NothingThere,
    NotOurs,
    TooNew,
    Unreleased,
    check_released,
    look_at,
    open_database,
    sqlite_file,
)
from pwa.key_files import KeyDamaged, KeyMissing, KeysLost, KeyTrouble, KeyUnreadable, SignersLost
from pwa.problems import Unavailable
from pwa.words import N_

__all__ = [
    "LANGUAGE", "NamedPath", "check_is_of_this_version", "database_or_stop", "file_or_stop", "in_words", "is_nothing_there", "read_or_stop", "say", "say_new", "settings_or_stop", "stop",
    "there_or_stop",
]  # fmt: skip

DATABASE = N_("The database of DATABASE_URL does not answer right now, or does not let us in.")

NO_FILE = N_(
    "There is no database %(file)s. Is HAAND_DATA the right folder? A new municipality begins with haand invite."
)
NO_TABLES = N_(
    "There is nothing of Hånd's in the database of DATABASE_URL. Is it the right one? A new municipality begins with haand invite."
)
KEYS: dict[type[KeyTrouble], str] = {
    KeyDamaged: N_(
        "%(file)s is not one of Hånd's keys, or it is damaged. Put it back from a copy. What was closed or signed with it needs it: do not throw it away."
    ),
    KeyUnreadable: N_(
        "The key %(file)s cannot be read. Is it a file, and does it belong to whoever runs Hånd? Put it right, or put it back from a copy."
    ),
    KeyMissing: N_(
        "The key %(file)s is missing, and others of its folder are there. Put it back from a copy. If there is none, haand new-key --orders makes another: see docs/running/backup.md first."
    ),
    KeysLost: N_(
        "Phones have sealed to keys that are not in %(file)s. Put the folder back from its copy. If there is none, haand new-key and haand new-key --orders make others, and what comes sealed to the lost ones is held and never opened: see docs/running/backup.md first."
    ),
    SignersLost: N_(
        "The keys that have signed %(file)s are not there. Put the folder log-keys back from its copy. If there is none, move the file aside: what it says cannot be checked any more."
    ),
}
NO_NAME = N_("The name of the file or folder is empty.")
OTHERS_FILE = N_(
    "%(file)s is not one of Hånd's databases. Is HAAND_DATA the right folder? Put a backup back with haand restore."
)
DAMAGED = N_("%(file)s is damaged. Stop the server, and put the last sound backup back with haand restore.")
NEWER = N_("A newer version of Hånd has used this database, and this one cannot. Start the newer version.")
OLDER = N_(
    "An older version of Hånd wrote this database (schema %(reached)d of %(newest)d). Does that one still run, stop it. Then start the server of this version: it brings the database up to date."
)

UNRELEASED = N_(
    "A version of Hånd that was never released made this database: %(tables)s is not as a release makes it. What to do stands in docs/running/upgrade.md."
)

NEW = N_(
    "A NEW, EMPTY database was made: %(place)s. Was there a municipality, then stop here: HAAND_DATA is another folder, or its disk is not mounted."
)

NEW_ELSEWHERE = N_(
    "Tables were made in a NEW, EMPTY database: %(place)s. Was there a municipality, then stop here: DATABASE_URL names another database. What SQLite has does not come along by itself."
)


class OfAnOlderVersion(Exception):
    """The database has not seen all migrations: which was its last, and which is the newest."""

    def __init__(self, reached: int, newest: int) -> None:
        super().__init__(f"{reached} of {newest}")
        self.reached, self.newest = reached, newest


class NamedPath(click.Path):
    """A file or a folder that is named: what a variable that is not set says is not the folder that one is in."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)  # whoever opens it says so, and whose it is

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail(say(NO_NAME), param, ctx)
        return super().convert(value, param, ctx)


def stop(*lines: str) -> click.ClickException:
    """The end of a command that could not be carried out, in words."""
    return click.ClickException("\n".join(lines))


def settings_or_stop(read: Callable[[], Settings], address: str | None = None) -> Settings:
    """The settings, or the end of the command with a line for each that is wrong, or if others may read the data."""
    settings = read_or_stop(read)
    stop_if_readable(settings)
    return settings.model_copy(update={"listen": address}) if address else settings


def read_or_stop(read: Callable[[], Settings]) -> Settings:
    """The settings, or the end of the command with a line for each that is wrong."""
    try:
        return read()
    except SettingsWrong as problem:
        raise stop(*map(words_of_unknown, problem.unknown), *map(words_of_wrong, problem.wrong)) from None


def words_of_wrong(setting: tuple[str, str]) -> str:
    """What a setting must be."""
    name, what = setting
    return say("%(name)s must be %(what)s.", name=name, what=say(what))


def words_of_unknown(setting: tuple[str, str]) -> str:
    """That nobody reads a setting, and which one was meant."""
    name, meant = setting
    if meant:
        return say("%(name)s is no setting of Hånd's. Did you mean %(meant)s?", name=name, meant=meant)
    return say("%(name)s is no setting of Hånd's. All of them: docs/running/settings.md.", name=name)


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


def database_or_stop(settings: Settings) -> None:
    """End the command if there is no database of this version: the settings are of another folder, perhaps.

    Only a server brings one up to date, and a restore: whoever lists, or tries, could not go back; and an older server may run.
    """
    with in_words(settings):
        asyncio.run(check_is_of_this_version(settings.database))


async def check_is_of_this_version(address: str) -> None:
    """Whether a database is there, sound, and of this version; nothing of it is made or changed.

    Raises OfAnOlderVersion, TooNew, Unreleased, NothingThere, Unavailable, and of a file NotOurs and Damaged.
    """
    with contextlib.suppress(NothingThere, NotOurs, Damaged, Unavailable):  # opening it says more of these
        async with look_at(address) as looked:
            if looked.reached <= looked.newest:
                await check_released(looked.tx, looked.engine, looked.reached)
            if looked.reached < looked.newest:
                raise OfAnOlderVersion(looked.reached, looked.newest)
    await (await open_database(address, must_exist=True)).close()


async def is_nothing_there(address: str) -> bool:
    """Whether the next to open the database makes it."""
    try:
        async with look_at(address):
            return False
    except NothingThere:
        return True
    except (NotOurs, Damaged, Unavailable):
        return False  # whoever opens it says so


def there_or_stop(settings: Settings) -> None:
    """End the command if it would make the database; nothing is made by asking."""
    with in_words(settings):
        if asyncio.run(is_nothing_there(settings.database)):
            raise NothingThere


def say_new(settings: Settings) -> None:
    """Say that a database was made that was not there: whoever did not want that has the wrong folder."""
    place = _file_of(settings)
    click.echo(say(NEW, place=place) if place else say(NEW_ELSEWHERE, place=_name_of(settings)), err=True)


def _name_of(settings: Settings) -> str:
    """A server's database, without who signs in there and how."""
    parts = urlsplit(settings.database)
    return f"{parts.hostname or ''}{parts.path}"


def _file_of(settings: Settings) -> str:
    file = sqlite_file(settings.database)
    return str(file.absolute()) if file else ""


@contextlib.contextmanager
def in_words(settings: Settings) -> Iterator[None]:
    """Say what the disk or the database says no to."""
    try:
        yield
    except NothingThere:
        file = sqlite_file(settings.database)
        where = say(NO_FILE, file=str(file.absolute())) if file else say(NO_TABLES)
        raise stop(where, say("Nothing was done.")) from None
    except NotOurs:
        raise stop(say(OTHERS_FILE, file=_file_of(settings)), say("Nothing was done.")) from None
    except Damaged:
        raise stop(say(DAMAGED, file=_file_of(settings)), say("Nothing was done.")) from None
    except TooNew:
        raise stop(say(NEWER), say("Nothing was done.")) from None
    except OfAnOlderVersion as older:
        raise stop(say(OLDER, reached=older.reached, newest=older.newest), say("Nothing was done.")) from None
    except Unreleased as unreleased:
        raise stop(say(UNRELEASED, tables=str(unreleased)), say("Nothing was done.")) from None
    except KeyTrouble as trouble:
        raise stop(say(KEYS[type(trouble)], file=str(trouble.file)), say("Nothing was done.")) from None
    except BrokenPipeError:
        raise  # whoever read has gone away; click ends the command for it
    except OSError as error:
        raise stop(words_of_disk(error, settings.data)) from None
    except Unavailable as error:
        file = sqlite_file(settings.database)
        raise stop(words_of_disk(error, file.parent) if file else say(DATABASE)) from None
