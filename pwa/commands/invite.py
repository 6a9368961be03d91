"""Knows the command that lets the very first administrator in."""

import asyncio
from collections.abc import Iterable

import click

from pwa.access.rules.codes import SECRET, in_groups
from pwa.access.rules.first_administrators import Administrator, Holder, NameIsLike, add_administrator
from pwa.access.rules.invitations import LASTS, Invitation
from pwa.access.rules.invitations import invite as invite_person
from pwa.access.wipe_orders import OrderKey
from pwa.commands.help import help_of
from pwa.commands.keys import check_keys_there
from pwa.commands.terminal import (
    check_is_of_this_version,
    in_words,
    is_nothing_there,
    say,
    say_new,
    settings_or_stop,
    stop,
)
from pwa.config import Settings, read_settings
from pwa.database import Transaction, open_database
from pwa.imports.read.people_file import ROLE_WORDS
from pwa.logs import set_up_logs
from pwa.problems import NothingWritten, TooLong
from pwa.words import N_, clock, new_id

NEW = N_("New: %(name)s, administrator of %(teams)s.")
KNOWN = N_("Known already: %(name)s, administrator of %(teams)s.")
NO_ACCESS = N_("has no access")
LIKE = N_("Somebody of this name, or nearly, is here already:")
OR_NEW = N_(
    "If an administrator among them is meant, write the name as it stands here. If it is somebody else, add --new. Whoever comes from "
    "the list of employees gets the role there."
)


def lines_of_holders(holders: Iterable[Holder]) -> list[str]:
    """Who they are, and what they may do."""
    return [f"  {each.name}: {roles_of(each) or say(NO_ACCESS)}" for each in holders]


def roles_of(holder: Holder) -> str:
    """What somebody may do, in words."""
    return "; ".join(f"{ROLE_WORDS[role]}, {team}" for role, team in holder.roles)


@click.command("invite", help=help_of("invite"))
@click.option("--new", "is_new", is_flag=True, help=say("It is somebody new, whose name is like another's."))
@click.argument("name")
def invite(name: str, is_new: bool) -> None:
    """Whoever has this machine may let in anybody: that is how it begins."""
    settings = settings_or_stop(read_settings)
    set_up_logs("warning")
    with in_words(settings):
        try:
            who, made = asyncio.run(_invite(settings, name, is_new))
        except (NothingWritten, TooLong) as refused:
            raise stop(say(refused.message)) from None
        except NameIsLike as like:
            raise stop(
                say(LIKE), *lines_of_holders(like.others), say(OR_NEW), say("Nothing was done.")
            ) from None
    click.echo(say(NEW if who.is_new else KNOWN, name=who.name, teams=", ".join(who.teams)))
    click.echo(say("Code: %(code)s", code=in_groups(made.code)))
    if settings.origin:
        click.echo(say("Link: %(link)s", link=f"{settings.origin}/sign-in#{made.code}"))
    minutes = int(LASTS.total_seconds()) // 60
    click.echo(say("It works once, for %(minutes)d minutes.", minutes=minutes))


async def _invite(settings: Settings, name: str, is_new: bool) -> tuple[Administrator, Invitation]:
    settings.data.mkdir(parents=True, exist_ok=True)
    now = clock()
    is_empty = await is_nothing_there(settings.database)
    if not is_empty:
        await check_is_of_this_version(settings.database)
    database = await open_database(settings.database)
    if is_empty:
        say_new(settings)

    async def let_in(tx: Transaction) -> tuple[Administrator, Invitation]:
        who = await add_administrator(tx, name, now, new_id, sure_is_new=is_new)
        return who, await invite_person(tx, who.id, None, now, new_id, secret)

    try:
        await check_keys_there(database, settings)
        secret = OrderKey.open(settings.sealing).secret_for(SECRET)
        return await database.write(let_in)
    finally:
        await database.close()
