"""Knows what each command is for, in a line, and which module has it: so that none need be loaded to list them."""

from typing import NamedTuple

from pwa.commands.words import say
from pwa.words import N_


class Listed(NamedTuple):
    """What a command is for (a message's id), and where it is."""

    help: str
    module: str
    name: str


COMMANDS = {
    "serve": Listed(N_("Serve a municipality. The settings come from the environment."), "serve", "serve"),
    "demo": Listed(N_("Run a made-up municipality, where anybody on this machine can be anybody."), "demo", "demo"),
    "import": Listed(N_("Import a file. Nothing is imported unless all of it is right."), "import_all", "import_file"),
    "export": Listed(N_("Write a checklist, or what was answered, to a file, for other systems and for people."), "export", "export"),
    "invite": Listed(
        N_(
            "Let the very first administrator NAME in, or one who has lost every way in. Prints a code and a link."
        ),
        "invite",
        "invite",
    ),
    "end-access": Listed(
        N_("End all access of somebody, by NAME or employee number: every role, phone and way in."), "end_access", "end_access"
    ),
    "backup": Listed(
        N_("Copy the database to TO, a file or a folder, while the server runs. SQLite only."), "backup", "make_backup"
    ),
    "restore": Listed(
        N_("Put the backup FROM in the database's place. Stop the server first. SQLite only."), "backup", "restore_backup"
    ),
    "verify": Listed(
        N_("Check the database, or a backup FILE, from end to end. Changes nothing. Of PostgreSQL the access log only."),
        "verify",
        "verify_file",
    ),
    "sweep": Listed(
        N_(
            "Remove unfinished uploads, photos that nothing shows, and what of the access log has had its time. Once a day is often enough."
        ),
        "sweep",
        "sweep",
    ),
    "status": Listed(
        N_("How everything is. Ends with 0: well, 1: a warning, 2: critical, 3: nothing could be asked."), "status", "status"
    ),
    "new-key": Listed(
        N_("Make a newer key for phones to seal to. The older ones still open what is on its way."), "new_key", "new_key"
    ),
}  # fmt: skip


def help_of(command: str) -> str:
    """What a command is for, in the language of the terminal."""
    return say(COMMANDS[command].help)
