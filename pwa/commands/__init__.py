"""The command line: `haand`, or `python -m pwa`, and its commands, a module each."""

import os

import click

from pwa import __version__
from pwa.commands.backup import make_backup, restore_backup
from pwa.commands.demo import demo
from pwa.commands.import_file import import_file
from pwa.commands.invite import invite
from pwa.commands.new_key import new_key
from pwa.commands.private import FOR_US_ALONE
from pwa.commands.serve import serve
from pwa.commands.status import status
from pwa.commands.sweep import sweep
from pwa.commands.undo_import import list_, undo
from pwa.commands.verify import verify_file
from pwa.commands.words import let_click_speak, say, translate_usage


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
    """The commands. What they write is for their owner alone."""
    os.umask(FOR_US_ALONE)


for command in (
    serve,
    demo,
    import_file,
    invite,
    make_backup,
    restore_backup,
    verify_file,
    sweep,
    status,
    new_key,
):
    main.add_command(command)
import_file.add_command(undo)
import_file.add_command(list_)
let_click_speak()
translate_usage(main)
