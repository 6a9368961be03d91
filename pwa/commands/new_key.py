"""Knows the command that makes a newer key for phones to seal to."""

import asyncio

import click

from pwa.access.queries.contact import has_phones
from pwa.access.wipe_orders import OrderKey, make_order_key
from pwa.audit.signed_heads import add_head_key
from pwa.care.sync.sealing_keys import add_key
from pwa.commands.help import help_of
from pwa.commands.terminal import database_or_stop, in_words, say, settings_or_stop
from pwa.config import Settings, read_settings
from pwa.database import look_at
from pwa.words import N_

MADE = N_(
    "A key of orders and codes was made. No code that was given out before is worth anything, recovery codes neither. Start the server again; more in docs/running/backup.md."
)
STAYS = N_("A key of orders and codes is there, and stays. Nothing was done.")


@click.command("new-key", help=help_of("new-key"))
@click.option(
    "--log",
    "of_log",
    is_flag=True,
    help=say("Make one for the end of the access log instead. The older ones are still believed."),
)
@click.option(
    "--orders",
    "of_orders",
    is_flag=True,
    help=say("Make the key of orders and codes anew, where it is lost. One that is there stays."),
)
def new_key(of_log: bool, of_orders: bool) -> None:
    """Rotation: a running server shows the newer key once it is started again, and opens with it at once."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    if of_orders:
        with in_words(settings):
            is_made = make_order_key(settings.sealing)
            OrderKey.open(settings.sealing)
        click.echo(say(MADE if is_made else STAYS))
        return
    if of_log:
        with in_words(settings):
            name = add_head_key(settings.head_keys)
        click.echo(
            say(
                "The end of the access log will be signed with the key %(id)s. Start the server again.",
                id=name,
            )
        )
        return
    with in_words(settings):
        key = add_key(settings.sealing, are_lost=asyncio.run(_have_phones_come(settings)))
    click.echo(say("Phones will seal to the key %(id)s. Start the server again.", id=key.id.hex()))


async def _have_phones_come(settings: Settings) -> bool:
    async with look_at(settings.database) as looked:
        return await has_phones(looked.tx)
