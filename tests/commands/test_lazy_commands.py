"""A command is loaded when it is asked for; what is listed is said without loading any."""

import subprocess
import sys

import pytest

from pwa.commands import main
from pwa.commands.help import COMMANDS, help_of

pytestmark = pytest.mark.no_database
LOADED = "import sys; {}; print(*sorted(sys.modules))"


def loaded_by(code: str) -> set[str]:
    """The modules that a process has when this has run."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(code)], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.splitlines()[-1].split())


def test_every_command_is_named_and_explained_as_it_is_listed():
    context = main.make_context("haand", ["status"], resilient_parsing=True)
    for name in main.list_commands(context):
        command = main.get_command(context, name)

        assert command is not None
        assert (command.name, command.help) == (name, help_of(name))
    assert main.get_command(context, "swep") is None
    assert set(main.list_commands(context)) == set(COMMANDS)


def test_the_list_of_commands_loads_none_of_them():
    loaded = loaded_by("from pwa.commands import main; main(['--help'], standalone_mode=False)")

    assert not {f"pwa.commands.{listed.module}" for listed in COMMANDS.values()} & loaded
    assert not {"starlette", "asyncpg", "pydantic"} & loaded


def test_a_look_at_how_it_is_loads_no_server_no_engine_that_is_not_asked_and_no_other_command():
    loaded = loaded_by("import pwa.commands.status")

    assert "pwa.status.of_database" in loaded
    assert (
        not {"starlette", "asyncpg", "pwa.app", "pwa.commands.serve", "pwa.care.documents.refresh"} & loaded
    )
