"""Knows what some tests need of the machine, and says loudly which did not run for want of it; knows no test.

In CI a missing program is a failure: `.ci/run` installs it. What the machine itself does not allow (tracing, mounting)
no package brings: that is said last and in yellow, in CI too, and is never counted as passed.
"""

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

IN_CI = os.environ.get("CI", "") not in ("", "false", "0")
NOT_RUN: pytest.StashKey[list[str]] = pytest.StashKey()


@dataclass(frozen=True)
class Need:
    """Programs or files and their Debian packages, and a look whether the machine lets them do their work."""

    programs: Sequence[str]
    packages: str
    is_allowed: Callable[[], bool]
    what: str
    files: Sequence[str] = ()


@cache
def may_trace() -> bool:
    """Whether a process may be traced."""
    return runs("strace", "-qq", "-o", "/dev/null", "true")


@cache
def may_mount() -> bool:
    """Whether a disk in memory can be mounted."""
    with tempfile.TemporaryDirectory() as folder:
        return runs("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) and runs("umount", folder)


@cache
def may_mount_files() -> bool:
    """Whether a file can be mounted as a disk."""
    with tempfile.TemporaryDirectory() as folder:
        file, point = Path(folder, "disk"), Path(folder, "point")
        point.mkdir()
        with file.open("wb") as opened:
            opened.truncate(4_000_000)
        return (
            runs("mkfs.ext4", "-q", "-F", str(file))
            and runs("mount", "-o", "loop", str(file), str(point))
            and runs("umount", str(point))
        )


def may_open_many() -> bool:
    """Whether a process can have 10,000 connections, and some files besides."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 10_500


@contextmanager
def many_files() -> Iterator[None]:
    """Be let open as many files as this machine lets us."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def runs(*command: str) -> bool:
    """Whether a command ends well."""
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


NEEDS = {
    "strace": Need(["strace"], "strace", may_trace, "tracing a process"),
    "small_disk": Need(["mount"], "mount", may_mount, "mounting a disk (be root)"),
    "file_disk": Need(
        ["mount", "mkfs.ext4"], "mount e2fsprogs", may_mount_files, "mounting a file as a disk (be root)"
    ),
    "systemd": Need(["systemd-analyze"], "systemd", lambda: True, "reading units"),
    "c_compiler": Need(["cc"], "gcc libc6-dev", lambda: True, "building a library"),
    "phone_font": Need(
        [],
        "fonts-roboto",
        lambda: True,
        "writing as phones do",
        files=["/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf"],
    ),
    "many_files": Need([], "", may_open_many, "opening 10,500 files (ulimit -Hn)"),
}
"""By the marker of the tests that have it."""


def check(item: pytest.Item) -> None:
    """Skip or fail a test whose need is not met."""
    for name, need in NEEDS.items():
        if item.get_closest_marker(name) is None:
            continue
        if not (all(map(shutil.which, need.programs)) and all(map(os.path.exists, need.files))):
            lack(item, need.packages)
        if not need.is_allowed():
            leave_out(item, f"this machine does not allow {need.what}")


def lack(item: pytest.Item, packages: str) -> None:
    """End a test for which packages are missing: as a failure in CI, elsewhere named and not counted as passed."""
    if IN_CI:
        pytest.fail(f"in CI this must run: apt-get install {packages}", pytrace=False)
    leave_out(item, f"sudo apt-get install {packages}")


def leave_out(item: pytest.Item, why: str) -> None:
    """End a test that cannot run here, and remember to say so."""
    item.config.stash[NOT_RUN].append(f"{item.nodeid}   ({why})")
    pytest.skip(why)
