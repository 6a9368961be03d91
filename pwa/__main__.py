"""The command line: serve, demo, import, sweep. Knows what a person at a terminal is told; knows no HTTP and no SQL."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from pwa.app import make_app
from pwa.blobs import open_blobs
from pwa.build import LibrariesMissing
from pwa.changes import Imported, NotImported
from pwa.config import Settings, SettingsWrong, read_settings, read_settings_to_serve
from pwa.database import Database
from pwa.demo import write_demo
from pwa.importing import KINDS, Kind, import_files
from pwa.imports.mistakes import Mistake
from pwa.live import Boards
from pwa.logs import set_up_logs
from pwa.problems import Unavailable
from pwa.server import Tls, check_certificate, listen, make_server, open_door
from pwa.sweeping import Swept
from pwa.sweeping import sweep as sweep_photos
from pwa.translation import find_message, translate
from pwa.words import clock, day_of, new_id

LANGUAGE = "da"
MOST_SHOWN = 50
"""So many mistakes of a file are listed; the rest are counted."""


def say(message: str, **values: str | int) -> str:
    """A message in the language of the terminal."""
    return translate(message, LANGUAGE, **values)


def stop(*lines: str) -> click.ClickException:
    """The end of a command that could not be carried out, in words."""
    return click.ClickException("\n".join(lines))


a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
listen_option = click.option("--listen", "address", help=say("The IP address to listen on."))
certificate_option = click.option("--certificate", type=a_file, help=say("A TLS certificate (PEM)."))
key_option = click.option("--key", type=a_file, help=say("The certificate's key (PEM)."))


@click.group(
    help=say("Hånd: one more hand in home care."), context_settings={"help_option_names": ["-h", "--help"]}
)
def main() -> None:
    """The commands."""


@main.command(help=say("Serve a municipality. The settings come from the environment."))
@listen_option
@certificate_option
@key_option
def serve(address: str | None, certificate: Path | None, key: Path | None) -> None:
    """The real thing."""
    settings = settings_or_stop(read_settings_to_serve, address)
    run(settings, door_or_stop(settings), tls_or_stop(certificate, key))


@main.command(help=say("Run a made-up municipality, where anybody on this machine can be anybody."))
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
@click.option("--open-to-all", is_flag=True, help=say("Let other machines in too. Anybody can be anybody."))
@listen_option
@certificate_option
@key_option
def demo(
    carers: int, visits: int, days: int, seed: int, open_to_all: bool,
    address: str | None, certificate: Path | None, key: Path | None,
) -> None:  # fmt: skip
    """The made-up municipality, loaded through the import command as a real one is."""
    settings = settings_or_stop(read_settings, address or ("0.0.0.0" if open_to_all else None))
    door, tls = door_or_stop(settings), tls_or_stop(certificate, key)
    with in_words():
        files = write_demo(settings.data / "demo", day_of(clock()), carers, visits, days, seed)
        import_or_stop(settings, files)
    run(settings, door, tls, demo=True, open_to_all=open_to_all)


@main.command(
    "import", help=say("Import a FILE (guides: a folder). Nothing is imported unless all of it is right.")
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--skip-bad", is_flag=True, help=say("Import what is right, and list the rest."))
def import_file(kind: Kind, file: Path, skip_bad: bool) -> None:
    """Bring in what another system, or an organiser, has written."""
    settings = settings_or_stop(read_settings)
    with in_words():
        [imported] = import_or_stop(settings, [(kind, file)], skip_bad)
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


@main.command(
    help=say("Remove unfinished uploads, and photos that nothing shows. Once a day is often enough.")
)
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
    with in_words():
        swept = asyncio.run(_sweep(settings, timedelta(days=older_than)))
    click.echo(
        say(
            "Removed. Unfinished uploads: %(uploads)d. Photos that nothing shows: %(photos)d. Stray files: %(strays)d.",
            uploads=swept.uploads,
            photos=swept.photos,
            strays=swept.strays,
        )
    )


async def _sweep(settings: Settings, older_than: timedelta) -> Swept:
    settings.data.mkdir(parents=True, exist_ok=True)
    blobs = open_blobs(settings.data, settings.blobs)
    database = await Database.open(settings.database_file)
    try:
        return await sweep_photos(database, blobs, clock(), older_than)
    finally:
        await database.close()


def import_or_stop(
    settings: Settings, files: Sequence[tuple[Kind, Path]], skip_bad: bool = False
) -> list[Imported]:
    """Import files, or end the command with what is wrong, a line for each mistake."""
    try:
        return asyncio.run(import_files(settings.database_file, files, clock(), new_id, skip_bad))
    except NotImported as refused:
        lines = [*lines_of(refused.warnings), *lines_of(refused.mistakes)]
        raise stop(*lines, say("Nothing was imported.")) from None


def lines_of(mistakes: Sequence[Mistake]) -> list[str]:
    """Each mistake as a line, not more of them than anybody reads."""
    lines = [each.words(lambda message: find_message(message, LANGUAGE)) for each in mistakes[:MOST_SHOWN]]
    if len(mistakes) > MOST_SHOWN:
        lines.append(say("... and %(number)d more.", number=len(mistakes) - MOST_SHOWN))
    return lines


def settings_or_stop(read: Callable[[], Settings], address: str | None = None) -> Settings:
    """The settings, or the end of the command with a line for each that is wrong."""
    try:
        settings = read()
    except SettingsWrong as problem:
        lines = (say("%(name)s must be %(what)s.", name=name, what=say(what)) for name, what in problem.wrong)
        raise stop(*lines) from None
    return settings.model_copy(update={"listen": address}) if address else settings


def door_or_stop(settings: Settings) -> socket.socket:
    """The port to listen on, or the end of the command."""
    try:
        return open_door(settings.listen, settings.port)
    except OSError:
        raise stop(
            say(
                "Port %(port)d on %(address)s is taken or not allowed. Choose another: PORT=8001.",
                port=settings.port,
                address=settings.listen,
            )
        ) from None


def tls_or_stop(certificate: Path | None, key: Path | None) -> Tls | None:
    """The certificate and its key, or the end of the command; None without one."""
    try:
        return check_certificate(certificate, key) if certificate else None
    except OSError:
        raise stop(say("The certificate and its key cannot be read, or do not fit together.")) from None


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Say what the disk says no to."""
    try:
        yield
    except (OSError, Unavailable):
        raise stop(
            say("The folder of HAAND_DATA cannot be written right now, or the disk is full.")
        ) from None


def run(
    settings: Settings, door: socket.socket, tls: Tls | None, *, demo: bool = False, open_to_all: bool = False
) -> None:
    """Say where to click, and listen until told to stop."""
    set_up_logs(settings.log_level)
    boards = Boards()
    try:
        app = make_app(settings, demo=demo, open_to_all=open_to_all, boards=boards)
    except LibrariesMissing:
        raise stop(say("The browser's libraries are missing. Run: make")) from None
    here = f"{'https' if tls else 'http'}://localhost:{door.getsockname()[1]}"
    click.echo(
        say("Hånd is ready. Open %(address)s", address=(settings.origin or here) + ("/demo" if demo else ""))
    )
    click.echo(say("Stop with Ctrl-C."))
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        listen(make_server(app, boards, settings.proxies, tls), door)


if __name__ == "__main__":
    main()
