"""Knows the command that checks a database, or a backup, from end to end."""

import asyncio
from pathlib import Path

import click

from pwa.backups.verify import Verified, verify, verify_access_log
from pwa.commands.backup import or_stop, words_of
from pwa.commands.private import stop_if_file_readable
from pwa.commands.terminal import file_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import open_database, sqlite_file
from pwa.photos.store import Store, open_store
from pwa.words import clock


@click.command(
    "verify",
    help=say(
        "Check the database, or a backup FILE, from end to end. Changes nothing. Of PostgreSQL the access log only."
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--photos",
    "folder",
    type=click.Path(path_type=Path),
    help=say("Where the photos of FILE lie, if not in the folder blobs beside it."),
)
def verify_file(file: Path | None, folder: Path | None) -> None:
    """Whether everything is as it was written."""
    settings = settings_or_stop(read_settings)
    stop_if_file_readable(file)
    if file is None and sqlite_file(settings.database) is None:
        verify_elsewhere(settings)
        return
    photos = photos_at(settings.blobs, folder or (file.parent if file else settings.data) / "blobs")
    file = file or file_or_stop(settings)
    with or_stop(say("It was not checked to the end.")):
        verified = asyncio.run(verify(file, clock(), photos))
    checked = say(
        "Documents checked: %(documents)d. Photos checked: %(photos)d. Changes checked: %(changes)d.",
        documents=verified.documents,
        photos=verified.photos,
        changes=verified.changes,
    )
    if verified.findings:
        raise stop(*map(words_of, verified.findings), checked, end_of_log(verified))
    click.echo(end_of_log(verified))
    click.echo(checked)
    if not verified.is_current:
        click.echo(say("An older version wrote it, so its documents were not compared."))
    click.echo(say("All is well."))


def verify_elsewhere(settings: Settings) -> None:
    """The access log of a PostgreSQL database; the rest of it PostgreSQL checks itself."""

    async def check() -> Verified:
        database = await open_database(settings.database, must_exist=True)
        try:
            return await verify_access_log(database, clock())
        finally:
            await database.close()

    with in_words(settings):
        verified = asyncio.run(check())
    rest = say(
        "Only the access log was checked. For the rest PostgreSQL has pg_amcheck, see docs/running/backup.md."
    )
    if verified.findings:
        raise stop(*map(words_of, verified.findings), end_of_log(verified), rest)
    click.echo(end_of_log(verified))
    click.echo(rest)


def end_of_log(verified: Verified) -> str:
    """Where the access log ends: whoever writes that down elsewhere knows later that no end was cut off."""
    log = verified.access_log
    return say(
        "Entries of the access log checked: %(entries)d. The last is number %(n)d: %(hash)s",
        entries=log.entries,
        n=log.n,
        hash=log.hash,
    )


def photos_at(address: str, folder: Path) -> Store | None:
    """Where photos lie, S3 or a folder; None if there is no such folder, which is not made."""
    return open_store(address, folder) if address or folder.is_dir() else None
