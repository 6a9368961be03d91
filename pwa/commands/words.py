"""Knows the language of the terminal, and how the command line's library says its own words in it; knows no command."""

from types import ModuleType

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

from pwa.templating.translation import find_message, translate
from pwa.words import N_

LANGUAGE = "da"

SAYS_SOMETHING: tuple[ModuleType, ...] = (
    click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types,
)  # fmt: skip

OF_CLICK = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("Aborted!"),
    N_("default: {default}"),
    N_("required"),
    N_("Show this message and exit."),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Got unexpected extra argument ({args})"),
    N_("Got unexpected extra arguments ({args})"),
    N_("Did you mean {possibility}?"),
    N_("(Did you mean one of: {possibilities}?)"),
    N_("Option {name!r} requires an argument."),
    N_("Option {name!r} does not take a value."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{value!r} is not one of {choices}."),
    N_("Choose from:\n\t{choices}"),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("file"),
    N_("directory"),
    N_("path"),
)
"""What the library says of itself where somebody at a terminal meets it; its ids are as it writes them."""
KINDS = {"INTEGER": N_("NUMBER"), "INTEGER RANGE": N_("NUMBER"), "TEXT": N_("WORD"), "FILE": N_("FILE"), "PATH": N_("PATH")}  # fmt: skip


class NotAsked(click.ClickException):
    """Nothing could be asked: what monitoring knows as 3."""

    exit_code = 3


def say(message: str, **values: str | int) -> str:
    """A message in the language of the terminal."""
    return translate(message, LANGUAGE, **values)


def _say_of_click(message: str) -> str:
    return find_message(message, LANGUAGE)


def _say_number_of_click(one: str, many: str, number: int) -> str:
    return find_message(one if number == 1 else many, LANGUAGE)


def let_click_speak() -> None:
    """Let the library say its own words in our language. It asks gettext, which knows compiled catalogues alone."""
    for module in SAYS_SOMETHING:
        for name, spoken in (("_", _say_of_click), ("ngettext", _say_number_of_click)):
            if hasattr(module, name):
                setattr(module, name, spoken)


def translate_usage(command: click.Command) -> None:
    """Say what stands for arguments and options in a command's usage, and in those of a group's."""
    command.options_metavar = say("[OPTIONS]")
    for param in command.params:
        kind = KINDS.get(param.type.name.upper())
        if isinstance(param, click.Option) and kind and param.metavar is None and not param.is_flag:
            param.metavar = say(kind)
        if isinstance(param.type, click.Path):
            param.type.name = say(param.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("COMMAND ...")
        for each in command.commands.values():  # those that are loaded
            translate_usage(each)
