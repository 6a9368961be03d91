"""The command line: serve, demo, import, invite, backup, restore, verify, sweep. Knows what a person at a terminal is told."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from pwa import __version__
from pwa.access.oidc import ExtraMissing, open_provider
from pwa.access.rules.codes import SECRET, in_groups
from pwa.access.rules.invitations import LASTS, Invitation, add_administrator
from pwa.access.rules.invitations import invite as invite_person
from pwa.access.wipe_orders import OrderKey
from pwa.app import make_app
from pwa.audit.chain import remove_old
from pwa.backups.backup import back_up
from pwa.backups.findings import Finding, NotDone
from pwa.backups.restore import restore
from pwa.backups.verify import Verified, verify, verify_access_log
from pwa.care.sync.sealing_keys import add_key
from pwa.config import Settings, SettingsWrong, read_settings, read_settings_of_demo, read_settings_to_serve
from pwa.database import AlreadyServed, Progress, Transaction, open_database, serving, sqlite_file
from pwa.demo import write_demo
from pwa.imports.apply.imported import Imported, NotImported
from pwa.imports.import_files import KINDS, Kind, import_files
from pwa.imports.read.mistakes import Mistake
from pwa.logs import set_up_logs
from pwa.photos.blobs import open_blobs
from pwa.photos.store import Store, open_store
from pwa.photos.sweep import Swept
from pwa.photos.sweep import sweep as sweep_photos
from pwa.problems import NothingWritten, TooLong, Unavailable
from pwa.server.server import Tls, allow_connections, check_certificate, listen, make_server, open_door
from pwa.server.slow_clients import ClientLimits
from pwa.server.workers import Workers
from pwa.templating.translation import find_message, translate
from pwa.web.build import LibrariesMissing, make_build
from pwa.web.live import Boards
from pwa.words import N_, clock, day_of, new_id

LANGUAGE = "da"
MOST_SHOWN = 50
"""So many mistakes of a file are listed; the rest are counted."""
LARGE = 50_000
"""Pages of a database whose copying takes so long that somebody wonders."""
FOLDER = N_("The folder of HAAND_DATA cannot be written right now, or the disk is full.")
EXTRA = N_(
    "Single sign-on is set (HAAND_OIDC_ISSUER), but its libraries are missing. Install them: pip install --require-hashes -r requirements/sso.txt"
)
DATABASE = N_("The database of DATABASE_URL does not answer right now, or does not let us in.")


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
processes_option = click.option(
    "--processes",
    default=1,
    type=click.IntRange(1, 64),
    show_default=True,
    help=say("How many processes serve; more than one needs PostgreSQL."),
)


@click.group(
    help=say("Hånd: one more hand in home care."), context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(
    __version__,
    "--version",
    message="haand %(version)s",
    help=say("Which version this is."),
)
def main() -> None:
    """The commands."""


@main.command(help=say("Serve a municipality. The settings come from the environment."))
@listen_option
@certificate_option
@key_option
@processes_option
def serve(address: str | None, certificate: Path | None, key: Path | None, processes: int) -> None:
    """The real thing."""
    settings = settings_or_stop(read_settings_to_serve, address)
    stop_if_too_many(settings, processes)
    door, tls = door_or_stop(settings), tls_or_stop(certificate, key)
    with alone_or_stop(settings):
        run(settings, door, tls, processes)


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
@click.option(
    "--vault",
    default="",
    help=say("Lock what phones carry: pin, prf or prf+pin. Without this they have no lock."),
)
@click.option("--open-to-all", is_flag=True, help=say("Let other machines in too. Anybody can be anybody."))
@listen_option
@certificate_option
@key_option
@processes_option
def demo(
    carers: int, visits: int, days: int, seed: int, vault: str, open_to_all: bool,
    address: str | None, certificate: Path | None, key: Path | None, processes: int,
) -> None:  # fmt: skip
    """The made-up municipality, loaded through the import command as a real one is."""
    settings = settings_or_stop(
        lambda: read_settings_of_demo(vault), address or ("0.0.0.0" if open_to_all else None)
    )
    stop_if_too_many(settings, processes)
    door, tls = door_or_stop(settings), tls_or_stop(certificate, key)
    with alone_or_stop(settings):
        with in_words(settings):
            files = write_demo(settings.data / "demo", day_of(clock()), carers, visits, days, seed)
            import_or_stop(settings, files)
        run(settings, door, tls, processes, demo=True, open_to_all=open_to_all)


@main.command(
    "import", help=say("Import a FILE (guides: a folder). Nothing is imported unless all of it is right.")
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--skip-bad", is_flag=True, help=say("Import what is right, and list the rest."))
def import_file(kind: Kind, file: Path, skip_bad: bool) -> None:
    """Bring in what another system, or an organiser, has written."""
    settings = settings_or_stop(read_settings)
    with in_words(settings):
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
    help=say(
        "Let the very first administrator NAME in, or one who has lost every way in. Prints a code and a link."
    )
)
@click.argument("name")
def invite(name: str) -> None:
    """Whoever has this machine may let in anybody: that is how it begins."""
    settings = settings_or_stop(read_settings)
    set_up_logs("warning")
    with in_words(settings):
        try:
            made = asyncio.run(_invite(settings, name))
        except (NothingWritten, TooLong) as refused:
            raise stop(say(refused.message)) from None
    click.echo(say("Code: %(code)s", code=in_groups(made.code)))
    if settings.origin:
        click.echo(say("Link: %(link)s", link=f"{settings.origin}/sign-in#{made.code}"))
    minutes = int(LASTS.total_seconds()) // 60
    click.echo(say("It works once, for %(minutes)d minutes.", minutes=minutes))


async def _invite(settings: Settings, name: str) -> Invitation:
    settings.data.mkdir(parents=True, exist_ok=True)
    secret, now = OrderKey.open(settings.sealing).secret_for(SECRET), clock()
    database = await open_database(settings.database)

    async def let_in(tx: Transaction) -> Invitation:
        person_id = await add_administrator(tx, name, now, new_id)
        return await invite_person(tx, person_id, None, now, new_id, secret)

    try:
        return await database.write(let_in)
    finally:
        await database.close()


@main.command(
    "backup", help=say("Copy the database to TO, a file or a folder, while the server runs. SQLite only.")
)
@click.argument("to", type=click.Path(path_type=Path))
def make_backup(to: Path) -> None:
    """One file with everything in it."""
    settings = settings_or_stop(read_settings)
    with or_stop(say("There is no backup.")), shown_progress() as progress:
        file = back_up(file_or_stop(settings), to, clock(), progress)
    click.echo(say("The database is in %(file)s, checked.", file=str(file)))
    click.echo(
        say(
            "Photos are not in it. Copy them now, after it, from %(place)s (see docs/running/backup.md).",
            place=settings.blobs or str(settings.data / "blobs"),
        )
    )


@main.command(
    "restore", help=say("Put the backup FROM in the database's place. Stop the server first. SQLite only.")
)
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
def restore_backup(source: Path) -> None:
    """A step back in time, which phones then make good."""
    file = file_or_stop(settings_or_stop(read_settings))
    with or_stop(say("Everything is as it was.")), shown_progress() as progress:
        restored = restore(file, source, clock(), new_id, progress)
    click.echo(say("%(file)s holds what was in the backup.", file=str(file)))
    if restored.aside:
        click.echo(say("The database that was there is now %(file)s.", file=str(restored.aside)))
    click.echo(say("Import again what was imported since the backup was made. Then start the server."))
    click.echo(say("Phones send again by themselves what they delivered since."))


@main.command(
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
        database = await open_database(settings.database)
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


@main.command(
    help=say(
        "Remove unfinished uploads, photos that nothing shows, and what of the access log has had its time. Once a day is often enough."
    )
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


@main.command(
    "new-key",
    help=say("Make a newer key for phones to seal to. The older ones still open what is on its way."),
)
def new_key() -> None:
    """Rotation: a running server shows the newer key once it is started again, and opens with it at once."""
    settings = settings_or_stop(read_settings)
    with in_words(settings):
        key = add_key(settings.sealing)
    click.echo(say("Phones will seal to the key %(id)s. Start the server again.", id=key.id.hex()))


async def _sweep(settings: Settings, older_than: timedelta) -> tuple[Swept, int]:
    settings.data.mkdir(parents=True, exist_ok=True)
    blobs = open_blobs(settings.data, settings.blobs)
    database = await open_database(settings.database)
    try:
        swept = await sweep_photos(database, blobs, clock(), older_than)
        return swept, await remove_old(database, clock(), settings.access_log_days)
    finally:
        await database.close()


def import_or_stop(
    settings: Settings, files: Sequence[tuple[Kind, Path]], skip_bad: bool = False
) -> list[Imported]:
    """Import files, or end the command with what is wrong, a line for each mistake."""
    try:
        return asyncio.run(import_files(settings.database, files, clock(), new_id, skip_bad))
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


def stop_if_too_many(settings: Settings, processes: int) -> None:
    """The end of the command if its database is for one process, and there are to be more."""
    if processes > 1 and sqlite_file(settings.database):
        raise stop(
            say(
                "One process serves an SQLite file. For more, set DATABASE_URL to a PostgreSQL database: postgresql://user@host/database."
            )
        )


@contextlib.contextmanager
def alone_or_stop(settings: Settings) -> Iterator[None]:
    """Be the one server of an SQLite file, or end the command. PostgreSQL lets many in."""
    file = sqlite_file(settings.database)
    with contextlib.ExitStack() as held:
        with in_words(settings):
            settings.data.mkdir(parents=True, exist_ok=True)
            try:
                if file:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    held.enter_context(serving(file))
            except AlreadyServed:
                raise stop(say("A server is running on %(file)s. Stop it first.", file=str(file))) from None
        yield


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


def run(
    settings: Settings, door: socket.socket, tls: Tls | None, processes: int = 1,
    *, demo: bool = False, open_to_all: bool = False,
) -> None:  # fmt: skip
    """Say where to click, and listen until told to stop."""
    set_up_logs(settings.log_level)
    if settings.database_url:
        with in_words(settings):
            asyncio.run(bring_up_to_date(settings.database))
    try:
        build = make_build()
        open_provider(settings, clock)
    except LibrariesMissing:
        raise stop(say("The browser's libraries are missing. Run: make")) from None
    except ExtraMissing:
        raise stop(say(EXTRA)) from None

    def serve_here() -> None:
        boards = Boards()
        app = make_app(settings, demo=demo, open_to_all=open_to_all, build=build, boards=boards)
        patience = ClientLimits(
            settings.header_seconds,
            settings.stalled_seconds,
            settings.idle_seconds,
            allow_connections(settings.connections),
        )
        listen(make_server(app, boards, settings.proxies, tls, patience), door)

    here = f"{'https' if tls else 'http'}://localhost:{door.getsockname()[1]}"
    click.echo(
        say("Hånd is ready. Open %(address)s", address=(settings.origin or here) + ("/demo" if demo else ""))
    )
    click.echo(say("Stop with Ctrl-C."))
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        Workers(serve_here, processes).run() if processes > 1 else serve_here()


async def bring_up_to_date(address: str) -> None:
    """Open the database once before anybody is let in; raises Unavailable."""
    await (await open_database(address)).close()


if __name__ == "__main__":
    main()
