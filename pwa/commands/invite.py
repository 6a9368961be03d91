"""Knows the command that lets the very first administrator in."""

import asyncio

import click

from pwa.access.rules.codes import SECRET, in_groups
from pwa.access.rules.invitations import LASTS, Invitation, add_administrator
from pwa.access.rules.invitations import invite as invite_person
from pwa.access.wipe_orders import OrderKey
from pwa.commands.help import help_of
from pwa.commands.terminal import in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import Transaction, open_database
from pwa.logs import set_up_logs
from pwa.problems import NothingWritten, TooLong
from pwa.words import clock, new_id


@click.command("invite", help=help_of("invite"))
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
