"""The command line: `haand`, or `python -m pwa`, and its commands, a module each. One is loaded when it is asked for."""

import os
from importlib import import_module
from pathlib import Path

import click

from pwa.built import version_in_full
from pwa.commands.disk_words import words_of_disk
from pwa.commands.help import COMMANDS, help_of
from pwa.commands.words import NotAsked, let_click_speak, say, translate_usage

FOR_US_ALONE = 0o077
"""The umask of every command: whatever it writes is for its owner alone."""
ROOM = 6
"""Columns beside the longest name, as click leaves them."""


class CommandLine(click.Group):
    """A group whose commands are listed by their names, and loaded one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """By name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        listed = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"pwa.commands.{listed.module}"), listed.name)
        translate_usage(command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Carry a command out. What the disk says no to where no command expects it is said in words, too."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever read has gone away
        except OSError as error:
            kind = NotAsked if ctx.invoked_subcommand == "status" else click.ClickException
            raise kind(words_of_disk(error, Path())) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with what it is for, as far as a line holds."""
        limit = formatter.width - ROOM - max(map(len, COMMANDS))
        rows = [
            (name, click.Command(name, help=help_of(name)).get_short_help_str(limit))
            for name in self.list_commands(ctx)
        ]
        with formatter.section(say("Commands")):
            formatter.write_dl(rows)


@click.group(
    cls=CommandLine,
    help=say("Hånd: one more hand in home care."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    version_in_full(),
    "--version",
    message="haand %(version)s",
    help=say("Which version this is."),
)
def main() -> None:
    """The commands. What they write is for their owner alone."""
    os.umask(FOR_US_ALONE)


let_click_speak()
translate_usage(main)
