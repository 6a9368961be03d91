"""Knows the command that removes what nobody will ask for again."""

import asyncio
from datetime import timedelta

import click

from pwa.audit.chain import remove_old
from pwa.commands.help import help_of
from pwa.commands.terminal import database_or_stop, in_words, say, settings_or_stop
from pwa.config import Settings, read_settings
from pwa.database import open_database
from pwa.photos.blobs import open_blobs
from pwa.photos.sweep import Swept
from pwa.photos.sweep import sweep as sweep_photos
from pwa.words import clock


@click.command("sweep", help=help_of("sweep"))
@click.option(
    "--older-than",
    default=7,
    type=click.IntRange(1, 3650),
    show_default=True,
    help=say("So many days old are photos that nothing shows when they go."),
)
def sweep(older_than: int) -> None:
    """What nobody will ask for again; also while the server runs."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    with in_words(settings):
        swept, entries = asyncio.run(_sweep(settings, timedelta(days=older_than)))
    click.echo(
        say(
            "Removed. Unfinished uploads: %(uploads)d. Photos that nothing shows: %(photos)d. Stray files: %(strays)d.",
            uploads=swept.uploads,
            photos=swept.photos,
            strays=swept.strays,
        )
    )
    click.echo(
        say(
            "Entries of the access log older than %(days)d days, removed: %(entries)d.",
            days=settings.access_log_days,
            entries=entries,
        )
    )


async def _sweep(settings: Settings, older_than: timedelta) -> tuple[Swept, int]:
    blobs = open_blobs(settings.data, settings.blobs)
    database = await open_database(settings.database)
    try:
        swept = await sweep_photos(database, blobs, clock(), older_than)
        return swept, await remove_old(database, clock(), settings.access_log_days)
    finally:
        await database.close()
