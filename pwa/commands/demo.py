"""Knows the command that runs a made-up municipality."""

import asyncio
from pathlib import Path

import click

from pwa.access.queries.people import list_names_of_people
from pwa.commands.demo_day import MOST_CARERS, live_the_day
from pwa.commands.help import help_of
from pwa.commands.import_file import import_unasked
from pwa.commands.serve import (
    alone_or_stop,
    certificate_option,
    door_or_stop,
    key_option,
    listen_option,
    processes_type,
    run,
    tls_or_stop,
)
from pwa.commands.terminal import check_is_of_this_version, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings_of_demo
from pwa.database import NothingThere, look_at
from pwa.demo import JUST_BEGUN, has_just_begun, write_demo
from pwa.words import DENMARK, clock, day_of, new_id


@click.command("demo", help=help_of("demo"))
@click.option(
    "--carers", default=6, type=click.IntRange(1, 5000), show_default=True, help=say("How many carers.")
)
@click.option(
    "--visits",
    default=0,
    type=click.IntRange(0, 200),
    help=say("Visits per carer and day; 0 is a day written by hand."),
)
@click.option(
    "--days",
    default=4,
    type=click.IntRange(1, 60),
    show_default=True,
    help=say("How many days, from yesterday."),
)
@click.option("--seed", default=1, show_default=True, help=say("The same seed makes the same municipality."))
@click.option(
    "--vault",
    default="",
    help=say("Lock what phones carry: auto, pin, prf or prf+pin. Without this they have no lock."),
)
@click.option(
    "--untouched",
    is_flag=True,
    help=say("Begin with a day of which nothing is done yet. Without this it is in the middle."),
)
@click.option("--open-to-all", is_flag=True, help=say("Let other machines in too. Anybody can be anybody."))
@listen_option
@certificate_option
@key_option
@click.option(
    "--processes", default=1, type=processes_type, show_default=True, help=say("How many processes serve.")
)
def demo(
    carers: int, visits: int, days: int, seed: int, vault: str, untouched: bool, open_to_all: bool,
    address: str | None, certificate: Path | None, key: Path | None, processes: int,
) -> None:  # fmt: skip
    """The made-up municipality, loaded through the import command as a real one is."""
    settings = settings_or_stop(
        lambda: read_settings_of_demo(vault), address or ("0.0.0.0" if open_to_all else None)
    )
    stop_if_real(settings)
    tls = tls_or_stop(certificate, key)
    with door_or_stop(settings) as door, alone_or_stop(settings):
        with in_words(settings):
            now, is_lived = clock(), not untouched and carers <= MOST_CARERS
            lived_at = now.astimezone(DENMARK).time() if is_lived else None
            files = write_demo(settings.data / "demo", day_of(now), carers, visits, days, seed, lived_at)
            import_unasked(settings, files)
            if has_just_begun(now):
                click.echo(say(JUST_BEGUN), err=True)
            if is_lived:
                asyncio.run(live_the_day(settings.database, clock(), new_id))
        run(settings, door, tls, processes, demo=True, open_to_all=open_to_all)


def stop_if_real(settings: Settings) -> None:
    """End the command if there are people whom no demo has made up: anybody on this machine could be any of them."""

    async def has_people() -> bool:
        try:
            async with look_at(settings.database) as looked:
                if looked.reached != looked.newest:
                    await check_is_of_this_version(settings.database)
                return bool(await list_names_of_people(looked.tx))
        except NothingThere:
            return False

    with in_words(settings):
        is_real = not (settings.data / "demo").is_dir() and asyncio.run(has_people())
    if is_real:
        raise stop(
            say(
                "There is a municipality in %(folder)s already, and the demo lets anybody in. Choose another folder: HAAND_DATA=/tmp/demo.",
                folder=str(settings.data.absolute()),
            )
        )
