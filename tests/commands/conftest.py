"""Knows how the program is installed from its wheel, once for all tests of a worker that use it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


class Installed(NamedTuple):
    """The wheel, where its programs are installed, and a folder that has nothing to do with it."""

    wheel: Path
    programs: Path
    elsewhere: Path

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """A command to its end, with as little around it as cron gives."""
        return subprocess.run(
            [self.programs / "haand", *arguments],
            cwd=self.elsewhere,
            env={"PATH": "/usr/bin:/bin", **settings},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextmanager
    def running(self, *arguments: str, **settings: str) -> Iterator[str]:
        """What it says first, while it runs. It stops when it is asked to."""
        process = subprocess.Popen(
            [self.programs / "haand", *arguments],
            cwd=self.elsewhere,
            env={"PATH": "/usr/bin:/bin", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout
            yield process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) in (0, -signal.SIGTERM)
        finally:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A virtual environment with the wheel and the packages of requirements/run.txt, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    python = str(folder / "venv" / "bin" / "python")
    (folder / "elsewhere").mkdir()
    do(sys.executable, *PIP, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    [wheel] = folder.glob("haand-*.whl")
    do(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    listed = ("--require-hashes", "--requirement", str(ROOT / "requirements" / "run.txt"))
    do(sys.executable, *PIP, "--python", python, "install", "--no-compile", *listed)
    do(sys.executable, *PIP, "--python", python, "install", "--no-deps", "--no-index", str(wheel))
    return Installed(wheel, Path(python).parent, folder / "elsewhere")


def do(*command: str) -> None:
    """Run a command that must go well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
