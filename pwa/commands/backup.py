"""Knows the commands that make a backup and put it back."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pwa.audit.signed_heads import set_heads_aside
from pwa.backups.backup import back_up
from pwa.backups.findings import Finding, NotDone
from pwa.backups.restore import count_photos, restore
from pwa.commands.help import help_of
from pwa.commands.private import stop_if_file_readable
from pwa.commands.terminal import LANGUAGE, NamedPath, file_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import Progress
from pwa.photos.store import Store, open_store
from pwa.status.of_machine import check_keys
from pwa.templating.translation import translate
from pwa.words import N_, clock, new_id

PHOTOS = N_("Photos that it names: %(named)d. Of these in %(place)s: %(there)d.")
COPY_PHOTOS = N_(
    "Copy the %(number)d that are missing to %(place)s before the server starts, see docs/running/backup.md."
)
LARGE = 50_000
"""Pages of a database whose copying takes so long that somebody wonders."""


@click.command("backup", help=help_of("backup"))
@click.argument("to", type=NamedPath())
def make_backup(to: Path) -> None:
    """One file with everything in it."""
    settings = settings_or_stop(read_settings)
    with or_stop(say("No backup was made.")), shown_progress() as progress:
        file = back_up(file_or_stop(settings), to, clock(), progress)
    click.echo(say("The database is in %(file)s, checked.", file=str(file)))
    click.echo(
        say(
            "Photos and keys are not in it. Copy them now, after it: %(place)s, %(sealing)s, %(log_keys)s (see docs/running/backup.md).",
            place=settings.blobs or str(settings.data / "blobs"),
            sealing=str(settings.sealing),
            log_keys=str(settings.head_keys),
        )
    )


@click.command("restore", help=help_of("restore"))
@click.argument("source", metavar="FROM", type=NamedPath())
def restore_backup(source: Path) -> None:
    """A step back in time, which phones then make good."""
    settings = settings_or_stop(read_settings)
    file = file_or_stop(settings)
    stop_if_file_readable(source)
    with or_stop(say("Everything is as it was.")), shown_progress() as progress:
        restored = restore(file, source, clock(), new_id, progress)
    with in_words(settings):
        set_heads_aside(settings.heads, clock())
    click.echo(say("%(file)s holds what was in the backup.", file=str(file)))
    if restored.aside:
        click.echo(say("The database that was there is now %(file)s.", file=str(restored.aside)))
    say_what_else(settings, file)
    click.echo(say("Import again what was imported since the backup was made. Then start the server."))
    click.echo(say("Phones send again by themselves what they delivered since."))


def say_what_else(settings: Settings, file: Path) -> None:
    """What a backup of the database does not bring: how many of its photos are there, and whether the keys are."""
    place = settings.blobs or str(settings.data / "blobs")
    with in_words(settings), or_stop(say("The database is in its place.")):
        photos = asyncio.run(count_photos(file, photos_at(settings.blobs, settings.data / "blobs")))
    click.echo(say(PHOTOS, named=photos.named, there=photos.there, place=place))
    if photos.there < photos.named:
        click.echo(say(COPY_PHOTOS, number=photos.named - photos.there, place=place))
    keys = check_keys(settings, has_begun=True)
    values = {name: value or 0 for name, value in keys.values.items()}
    click.echo(f"{say('Keys')}: {say(keys.message, **values)}")
    if keys.todo:
        click.echo(say(keys.todo, **values))


@contextlib.contextmanager
def or_stop(outcome: str) -> Iterator[None]:
    """End the command with what is wrong, and with what came of it if that is known."""
    try:
        yield
    except NotDone as refused:
        raise stop(*map(words_of, refused.findings), *([outcome] if refused.is_as_before else [])) from None


def words_of(finding: Finding) -> str:
    """What is wrong, as a line."""
    return translate(finding.message, LANGUAGE, **finding.values)


@contextlib.contextmanager
def shown_progress() -> Iterator[Progress]:
    """How far a large copy is, to whoever sits at a terminal."""
    is_watched = sys.stderr.isatty()

    def show(done: int, of: int) -> None:
        if is_watched and of >= LARGE:
            words = (
                say("Checking ...")
                if done == of
                else say("Copying: %(percent)d %%", percent=done * 100 // of)
            )
            click.echo(f"\r{words}", nl=done == of, err=True)

    yield show


def photos_at(address: str, folder: Path) -> Store | None:
    """Where photos lie, S3 or a folder; None if there is no such folder, which is not made."""
    return open_store(address, folder) if address or folder.is_dir() else None
