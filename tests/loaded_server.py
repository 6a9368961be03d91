"""The bench's servers in processes that have the whole house loaded: three seconds of CPU less for each."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from bench import programs
from tests.browser.preloaded import Forked
from tests.browser.server import preloaded


class LoadedServer(programs.Server):
    """The same server; several processes, or one with a library before it, are begun as ever."""

    def _begin(
        self, arguments: tuple[str, ...], settings: programs.Settings
    ) -> subprocess.Popen[bytes] | Forked:
        module, *command = arguments
        is_one = "--processes" not in command or command[command.index("--processes") + 1] == "1"
        if module != "pwa" or not is_one or "LD_PRELOAD" in settings:
            return super()._begin(arguments, settings)
        self._log.unlink(missing_ok=True)
        return preloaded().run(command, dict(settings), self._log)


@contextmanager
def loaded_servers() -> Iterator[None]:
    """Meanwhile every server of the bench is such a one."""
    with mock.patch.object(programs, "Server", LoadedServer):
        yield
