"""Knows the command that ends all access of somebody: what `invite`, or a list of employees, should not have given."""

import asyncio

import click

from pwa.access.rules.first_administrators import Holder, NobodyOfThisName, SeveralOfThisName, find_holder
from pwa.access.rules.revocation import end_all_access
from pwa.commands.help import help_of
from pwa.commands.invite import lines_of_holders, roles_of
from pwa.commands.terminal import database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.database import Transaction, open_database
from pwa.logs import set_up_logs
from pwa.words import N_, clock, new_id

NOBODY = N_("Nobody of this name or employee number has access.")
NEARLY = N_("Nearly so are called:")
MOST_NAMED = 20
SEVERAL = N_("Several have this name or number. Write what only one of them has, or end it under Personer:")
WOULD = N_(
    "All access of %(name)s would end: %(roles)s. Phones are shut out and wiped at their next contact."
)
ENDED = N_("All access of %(name)s has ended: %(roles)s.")
COMES_BACK = N_("The next list of employees gives back what it says, and single sign-on what its claims say.")


@click.command("end-access", help=help_of("end-access"))
@click.option("--yes", is_flag=True, help=say("Yes, it is to end."))
@click.argument("who", metavar=say("NAME"))
def end_access(who: str, yes: bool) -> None:
    """By name, or by employee number where several have the name. Nothing happens without a yes."""
    settings = settings_or_stop(read_settings)
    set_up_logs("warning")
    database_or_stop(settings)
    with in_words(settings):
        try:
            holder = asyncio.run(_end(settings, who, yes))
        except NobodyOfThisName as nobody:
            like = [say(NEARLY), *lines_of_holders(nobody.others[:MOST_NAMED])] if nobody.others else []
            raise stop(say(NOBODY), *like, say("Nothing was done.")) from None
        except SeveralOfThisName as several:
            raise stop(say(SEVERAL), *lines_of_holders(several.others), say("Nothing was done.")) from None
    said = say(ENDED if yes else WOULD, name=holder.name, roles=roles_of(holder))
    if not yes:
        raise stop(said, say("If that is right, add: --yes"), say("Nothing was done."))
    click.echo(said)
    click.echo(say(COMES_BACK))


async def _end(settings: Settings, who: str, is_sure: bool) -> Holder:
    now = clock()
    database = await open_database(settings.database)

    async def end(tx: Transaction) -> Holder:
        holder = await find_holder(tx, who, now)
        if is_sure:
            await end_all_access(tx, holder.id, now, new_id)
        return holder

    try:
        return await database.write(end)
    finally:
        await database.close()
