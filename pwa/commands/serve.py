"""Knows the command that serves a municipality, and how a server is begun and ended."""

import asyncio
import contextlib
import errno
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from pwa.access.oidc import ExtraMissing, open_provider
from pwa.access.queries.phones import count_without_secret
from pwa.access.wipe_orders import OrderKey
from pwa.app import make_app
from pwa.audit.signed_heads import HeadKeys
from pwa.built import version_in_full
from pwa.care.sync.sealing_keys import SealingKeys
from pwa.commands.help import help_of
from pwa.commands.keys import check_keys_there
from pwa.commands.private import stop_if_key_readable
from pwa.commands.terminal import (
    in_words,
    is_nothing_there,
    say,
    say_new,
    settings_or_stop,
    stop,
    there_or_stop,
)
from pwa.config import Settings, read_settings_to_serve
from pwa.database import (
    AlreadyServed,
    Company,
    Damaged,
    NothingThere,
    NotOurs,
    check_released,
    look_at,
    make_company,
    open_database,
    serving,
    sqlite_file,
)
from pwa.key_files import list_numbered
from pwa.logs import log, set_up_logs
from pwa.problems import Unavailable
from pwa.server.server import Tls, allow_connections, check_certificate, listen, make_server, open_door
from pwa.server.slow_clients import ClientLimits
from pwa.server.workers import Workers
from pwa.web.build import Build, LibrariesMissing, make_build
from pwa.web.live import Boards
from pwa.words import N_, clock, to_text

EXTRA = N_(
    "Single sign-on is set (HAAND_OIDC_ISSUER), but its libraries are missing. Install them: pip install --require-hashes -r requirements/sso.txt"
)

DROPPED = N_(
    "From %(number)d phones with this version nothing came of what begins with Haand-. Something in front of the server takes it away. See docs/running/proxies.md."
)
KEYS_ALONE = N_(
    "In %(folder)s there are a municipality's keys, and its database is not there or empty. Put a backup back with haand restore. Is another municipality to begin, move the keys away first."
)
LATELY = timedelta(days=7)

UPGRADE = N_(
    "The database is brought from schema %(reached)d to %(newest)d. Nobody is answered until that is done. Do not stop it: then it begins anew."
)

NO_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL)
NOT_OUR_ADDRESS = N_(
    "%(address)s is no IP address of this machine. HAAND_LISTEN (or --listen) is one of those that ip addr shows, or 127.0.0.1."
)

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
listen_option = click.option("--listen", "address", help=say("The IP address to listen on."))
certificate_option = click.option("--certificate", type=a_file, help=say("A TLS certificate (PEM)."))
key_option = click.option("--key", type=a_file, help=say("The certificate's key (PEM)."))
processes_type = click.IntRange(1, 64)
MOST_UNASKED = 4
"""So many processes serve at most where nobody says how many: each takes memory."""


@click.command("serve", help=help_of("serve"))
@listen_option
@certificate_option
@key_option
@click.option(
    "--processes",
    type=processes_type,
    help=say("How many processes serve. Without this as many as there are processor cores, 4 at most."),
)
@click.option(
    "--must-exist",
    is_flag=True,
    help=say("Make no database: do not start where there is none."),
)
def serve(
    address: str | None, certificate: Path | None, key: Path | None, processes: int | None, must_exist: bool
) -> None:
    """The real thing."""
    settings = settings_or_stop(read_settings_to_serve, address)
    if must_exist:
        there_or_stop(settings)
    tls = tls_or_stop(certificate, key)
    with door_or_stop(settings) as door, alone_or_stop(settings):
        run(settings, door, tls, processes or unasked(settings))


def unasked(settings: Settings) -> int:
    """How many processes serve where nobody says how many.

    One, if what is counted is asked for and processes have no folder to count in together (status.md).
    """
    counts_alone = settings.metrics.get_secret_value() and "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    return 1 if counts_alone else min(len(os.sched_getaffinity(0)), MOST_UNASKED)


def door_or_stop(settings: Settings) -> socket.socket:
    """The port to listen on, or the end of the command."""
    try:
        return open_door(settings.listen, settings.port)
    except OSError as error:
        if (error.errno or 0) < 0 or error.errno in NO_ADDRESS:  # below 0: it has no such name
            raise stop(say(NOT_OUR_ADDRESS, address=settings.listen)) from None
        raise stop(
            say(
                "Port %(port)d on %(address)s is taken or not allowed. Choose another: PORT=8001.",
                port=settings.port,
                address=settings.listen,
            )
        ) from None


def tls_or_stop(certificate: Path | None, key: Path | None) -> Tls | None:
    """The certificate and its key, or the end of the command; None without one."""
    stop_if_key_readable(key)
    try:
        return check_certificate(certificate, key) if certificate else None
    except OSError:
        raise stop(say("The certificate and its key cannot be read, or do not fit together.")) from None


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
                    held.enter_context(serving(file, version_in_full()))
            except AlreadyServed:
                raise stop(say("A server is running on %(file)s. Stop it first.", file=str(file))) from None
        yield


def run(
    settings: Settings, door: socket.socket, tls: Tls | None, processes: int = 1,
    *, demo: bool = False, open_to_all: bool = False,
) -> None:  # fmt: skip
    """Say where to click, and listen until told to stop."""
    set_up_logs(settings.log_level)
    log.info("starts", build=version_in_full(), port=door.getsockname()[1], count=processes)
    with in_words(settings):
        asyncio.run(bring_up_to_date(settings, is_made_up=demo))
        read_keys(settings)
    try:
        build = make_build()
        open_provider(settings, clock)
    except LibrariesMissing:
        raise stop(say("The browser's libraries are missing. Run: make")) from None
    except ExtraMissing:
        raise stop(say(EXTRA)) from None
    with in_words(settings):
        silent = asyncio.run(count_silent(settings.database, build))
    if silent:
        click.echo(say(DROPPED, number=silent), err=True)

    def serve_here(number: int, company: Sequence[Company]) -> None:
        boards = Boards()
        app = make_app(
            settings,
            demo=demo,
            open_to_all=open_to_all,
            build=build,
            boards=boards,
            company=company[number] if company else None,
        )
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
    if not demo and "vault" not in settings.model_fields_set:
        click.echo(
            say(
                "HAAND_VAULT is not set: phones are opened by a passkey, never by a code alone. "
                "A phone whose passkey cannot do that works with a network only."
            )
        )
    click.echo(say("Stop with Ctrl-C."))
    sys.stdout.flush()
    in_company = processes if sqlite_file(settings.database) else 1
    with make_company(in_company) as company, contextlib.suppress(KeyboardInterrupt):
        if processes > 1:
            Workers(lambda number: serve_here(number, company), processes).run()
        else:
            serve_here(0, company)


async def bring_up_to_date(settings: Settings, *, is_made_up: bool = False) -> None:
    """Open the database once before anybody is let in, and say so beforehand if it takes long. Its keys are there, unless
    it is made up: then phones are in it before there is a key.

    Raises Unavailable, Unreleased, KeyTrouble.
    """
    address = settings.database
    with contextlib.suppress(NothingThere, NotOurs, Damaged, Unavailable):
        async with look_at(address) as looked:
            if looked.reached <= looked.newest:
                await check_released(looked.tx, looked.engine, looked.reached)
            if looked.reached < looked.newest:
                click.echo(say(UPGRADE, reached=looked.reached, newest=looked.newest), err=True)
    is_new = await is_nothing_there(address)
    if is_new and not is_made_up and sqlite_file(address) and list_numbered(settings.sealing):
        raise stop(say(KEYS_ALONE, folder=str(settings.data.absolute())), say("Nothing was done."))
    database = await open_database(address)
    if is_new and not is_made_up:
        say_new(settings)
    try:
        if not is_made_up:
            await check_keys_there(database, settings)
    finally:
        await database.close()


async def count_silent(address: str, build: Build) -> int:
    """How many phones with today's app came lately without what it always sends; raises Unavailable."""
    database = await open_database(address)
    try:
        async with database.snapshot() as tx:
            return await count_without_secret(tx, build.hash, to_text(clock() - LATELY))
    finally:
        await database.close()


def read_keys(settings: Settings) -> None:
    """See that every key can be read before anybody is let in; raises KeyTrouble, OSError."""
    OrderKey.open(settings.sealing)
    SealingKeys.open(settings.sealing)
    HeadKeys.open(settings.head_keys)
