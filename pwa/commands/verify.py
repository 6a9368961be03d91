"""Knows the command that checks a database, or a backup, from end to end."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pwa.audit.chain import Expected
from pwa.audit.signed_heads import Head, HeadKeys, kept_since, read_heads
from pwa.backups.findings import NotDone
from pwa.backups.names import list_backups
from pwa.backups.verified import LastVerify, Of, State, write_last_verify
from pwa.backups.verify import Verified, verify, verify_on_server
from pwa.commands.backup import photos_at, words_of
from pwa.commands.disk_words import words_of_disk
from pwa.commands.help import help_of
from pwa.commands.private import stop_if_file_readable
from pwa.commands.terminal import NamedPath, file_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import sqlite_file
from pwa.words import N_, clock, to_text

HEAD = re.compile(r'([0-9]{1,15}):([0-9a-f]{64})|\{"n":([0-9]{1,15}),"hash":"([0-9a-f]{64})".*')
"""As `verify` says it, or a line of the file of signed ones."""
WHAT_TO_DO = N_("What each of it means, and what to do: docs/running/backup.md, Verifying.")
NOT_TO_THE_END = N_("It was not checked to the end.")
NOT_WRITTEN_DOWN = N_("What came of it could not be written down for haand status.")
RECEIVED = re.compile(r'"received_at":"([0-9TZ:.-]{24})"')


@click.command("verify", help=help_of("verify"))
@click.argument("file", required=False, type=NamedPath())
@click.option(
    "--photos",
    "folder",
    type=NamedPath(),
    help=say("Where the photos of FILE lie, if not in the folder blobs beside it."),
)
@click.option(
    "--expect",
    "heads",
    metavar="HEAD",
    multiple=True,
    callback=lambda _context, _param, said: [read_head(each) for each in said],
    help=say(
        "An end of the access log that was written down elsewhere, as number:hash. It must be there. May be given often."
    ),
)
def verify_file(file: Path | None, folder: Path | None, heads: list[Head]) -> None:
    """Whether everything is as it was written."""
    settings = settings_or_stop(read_settings)
    if file is not None and file.is_dir():
        file = newest_or_stop(file)
    stop_if_file_readable(file)
    with written_down(settings, file):
        if file is None:
            heads = [*heads, *signed_or_stop(settings)]
        if file is None and sqlite_file(settings.database) is None:
            verify_elsewhere(settings, heads)
        else:
            verify_here(settings, file, folder, heads)


def newest_or_stop(folder: Path) -> Path:
    """The newest of SQLite's backups in a folder, and say which; or the end of the command."""
    try:
        found = [file for _, file in list_backups(folder) if file.suffix == ".sqlite3"]
    except OSError as error:
        raise stop(words_of_disk(error, folder), say(NOT_TO_THE_END)) from None
    if not found:
        raise stop(say("There is no backup in %(folder)s.", folder=str(folder)))
    click.echo(say("The newest is %(file)s.", file=str(found[-1])))
    return found[-1]


@contextmanager
def written_down(settings: Settings, file: Path | None) -> Iterator[None]:
    """Write down for `haand status` what came of it, unless somebody breaks it off, or there is nothing to read."""
    of: Of = "backup" if file else "database"
    name = file.name if file else ""
    read = file or sqlite_file(settings.database)
    try:
        yield
    except click.ClickException as stopped:
        if read and not read.is_file():
            raise
        wrong = stopped.findings if isinstance(stopped, FoundWrong) else 0
        state: State = "wrong" if wrong else "not_done"
        _write_down(settings, of, LastVerify(to_text(clock()), name, state, wrong))
        raise
    _write_down(settings, of, LastVerify(to_text(clock()), name, "well"))


def _write_down(settings: Settings, of: Of, last: LastVerify) -> None:
    try:
        write_last_verify(settings.data, of, last)
    except OSError as error:
        click.echo(say(NOT_WRITTEN_DOWN), err=True)
        click.echo(words_of_disk(error, settings.data), err=True)


class FoundWrong(click.ClickException):
    """The end of the command with so many things that are wrong."""

    def __init__(self, findings: int, *lines: str) -> None:
        super().__init__("\n".join([*lines, say(WHAT_TO_DO)]))
        self.findings = findings


def verify_here(settings: Settings, file: Path | None, folder: Path | None, heads: list[Head]) -> None:
    """A file of SQLite's, and the photos that it names."""
    photos = photos_at(settings.blobs, folder or (file.parent if file else settings.data) / "blobs")
    file = file or file_or_stop(settings)
    try:
        verified = asyncio.run(verify(file, clock(), photos, expected_of(heads, settings.access_log_days)))
    except NotDone as no:
        lines = [*map(words_of, no.findings), say(NOT_TO_THE_END)]
        raise (FoundWrong(1, *lines) if no.is_damaged else stop(*lines)) from None
    checked = say(
        "Documents checked: %(documents)d. Photos checked: %(photos)d. Changes checked: %(changes)d.",
        documents=verified.documents,
        photos=verified.photos,
        changes=verified.changes,
    )
    if verified.findings:
        raise FoundWrong(
            len(verified.findings), *map(words_of, verified.findings), checked, end_of_log(verified)
        )
    click.echo(end_of_log(verified))
    click.echo(checked)
    if verified.is_current:
        click.echo(say("All is well."))
        return
    click.echo(
        say(
            "An older version wrote it, so its documents and photos were not compared. Nothing wrong was found in the rest."
        )
    )


def verify_elsewhere(settings: Settings, heads: list[Head]) -> None:
    """The access log of a PostgreSQL database; the rest of it PostgreSQL checks itself."""

    with in_words(settings):
        verified = asyncio.run(
            verify_on_server(settings.database, clock(), expected_of(heads, settings.access_log_days))
        )
    rest = say(
        "Only the access log was checked. For the rest PostgreSQL has pg_amcheck, see docs/running/backup.md."
    )
    if verified.findings:
        raise FoundWrong(
            len(verified.findings), *map(words_of, verified.findings), end_of_log(verified), rest
        )
    click.echo(end_of_log(verified))
    click.echo(rest)


def read_head(said: str) -> Head:
    """An end of the access log as `verify` says it, 12:9f86...; ends the command if it is none."""
    if not (found := HEAD.fullmatch(said.strip())):
        raise stop(
            say(
                "%(said)s is no end of an access log. It looks like 12:9f86d0…, with 64 letters and digits.",
                said=said,
            )
        )
    received_at = RECEIVED.search(said)
    return Head(
        int(found[1] or found[3]), found[2] or found[4], "", received_at=received_at[1] if received_at else ""
    )


def signed_or_stop(settings: Settings) -> list[Head]:
    """The ends that the server has signed; ends the command if one of them is not signed with a key of ours."""
    with in_words(settings):
        heads = read_heads(settings.heads)
        keys = HeadKeys(settings.head_keys)
    if wrong := [head.n for head in heads if not keys.is_signed(head)]:
        raise FoundWrong(
            1,
            say(
                "%(file)s is not what the server has signed (%(number)d lines). Compare with the ends that are kept elsewhere: --expect.",
                file=str(settings.heads), number=len(wrong),
            ),
        )  # fmt: skip
    return heads


def expected_of(heads: list[Head], days: int) -> list[Expected]:
    """What the log must have, where an entry is kept for so many days."""
    since = kept_since(heads, clock(), days)
    return [Expected(head.n, head.hash, head.is_young(since)) for head in heads]


def end_of_log(verified: Verified) -> str:
    """Where the access log ends: whoever writes that down elsewhere knows later that no end was cut off."""
    log = verified.access_log
    return say(
        "Entries of the access log checked: %(entries)d. It ends with %(n)d:%(hash)s",
        entries=log.entries,
        n=log.n,
        hash=log.hash,
    )
