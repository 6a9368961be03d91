"""A PostgreSQL cluster of the test run's own: in a temporary folder, behind a socket, gone when the run ends.

Its language is Danish, so that an order of texts that is not ours would be seen.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

MAY_RUN = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; then it runs as one of these."""

SETTINGS = {
    "fsync": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "deadlock_timeout": "100ms",
}
"""No test cuts this cluster's power: what is written may wait in the machine's memory."""


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Cluster:
    """One cluster. `address` names a database of it."""

    def __init__(self) -> None:
        programs = find_programs()
        assert programs, "PostgreSQL is missing: sudo apt-get install -y postgresql"
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="haand-postgresql-"))
        self.starts = 0
        self.user = next(name for name in MAY_RUN if _is_known(name)) if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.run(
            "initdb", "--pgdata", self.folder / "data", "--username", "haand", "--auth", "trust", "--encoding",
            "UTF8", "--locale-provider", "icu", "--icu-locale", "da", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.starts += 1
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in settings.items())
        self.run(
            "pg_ctl", "start", "--wait", "--silent", "--pgdata", self.folder / "data",
            "--log", self.folder / "log", "--options", options,
        )  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        """Stop the server; `immediate` is a crash."""
        self.run("pg_ctl", "stop", "--wait", "--silent", "--mode", how, "--pgdata", self.folder / "data")

    def remove(self) -> None:
        """Stop, and leave nothing."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str) -> str:
        """Where a database of the cluster is found."""
        return f"postgresql://haand@/{database}?host={self.folder}"

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs as somebody who may."""
        as_user = ["setpriv", f"--reuid={self.user}", f"--regid={_group(self.user)}", "--clear-groups"]
        command = [*(as_user if self.user else []), str(self.programs / program), *map(str, arguments)]
        done = subprocess.run(
            command, check=False, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stderr}"


def _is_known(name: str) -> bool:
    return name in {entry.pw_name for entry in pwd.getpwall()}


def _group(user: str | None) -> int:
    return pwd.getpwnam(user).pw_gid if user else os.getegid()
