"""Knows the command that makes a newer key for phones to seal to."""

import click

from pwa.care.sync.sealing_keys import add_key
from pwa.commands.terminal import database_or_stop, in_words, say, settings_or_stop
from pwa.config import read_settings


@click.command(
    "new-key",
    help=say("Make a newer key for phones to seal to. The older ones still open what is on its way."),
)
def new_key() -> None:
    """Rotation: a running server shows the newer key once it is started again, and opens with it at once."""
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    with in_words(settings):
        key = add_key(settings.sealing)
    click.echo(say("Phones will seal to the key %(id)s. Start the server again.", id=key.id.hex()))
