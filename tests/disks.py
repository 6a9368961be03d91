"""Disks for tests of a disk that fails: one in memory that is soon full, and one in a file whose power can be cut.

Both are mounted, which only root may do; tests that ask for them have the marker (tests/machine.py).
"""

import fcntl
import os
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# linux/fs/ext4/ext4.h: EXT4_IOC_SHUTDOWN is _IOR('X', 125, __u32), EXT4_GOING_FLAGS_NOLOGFLUSH is 2.
SHUTDOWN = 0x8004587D
WITHOUT_A_LAST_WRITE = struct.pack("I", 2)


def run(*command: str | Path) -> None:
    """Run a command that must end well."""
    subprocess.run(command, check=True, capture_output=True)


class SmallDisks:
    """Makes a folder a disk of its own, of a size such as 64k; asked again, one of another size with the same in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mounted: set[Path] = set()

    def __call__(self, name: str, size: str) -> Path:
        point = self.folder / name
        point.mkdir(exist_ok=True)
        again = "remount," if point in self._mounted else ""
        run("mount", "-t", "tmpfs", "-o", f"{again}size={size}", "tmpfs", point)
        self._mounted.add(point)
        return point

    def remove(self) -> None:
        """Leave none behind."""
        for point in self._mounted:
            run("umount", "--lazy", point)


class FileDisk:
    """A disk with ext4 on it, mounted at `point`. What was not synced before a cut is gone after it."""

    def __init__(self, folder: Path, size: int) -> None:
        self.file = folder / "disk"
        self.point = folder / "mounted"
        self.point.mkdir()
        with self.file.open("wb") as opened:
            opened.truncate(size)
        run("mkfs.ext4", "-q", "-F", self.file)
        self._mount()

    def cut(self) -> None:
        """From now on nothing reaches the disk, not even its own journal; those who use it do not know yet."""
        disk = os.open(self.point, os.O_RDONLY)
        try:
            fcntl.ioctl(disk, SHUTDOWN, WITHOUT_A_LAST_WRITE)
        finally:
            os.close(disk)

    def start_again(self) -> None:
        """The machine starts again, once nobody has anything open there: what is read comes from the disk."""
        for tries_left in reversed(range(50)):
            try:
                run("umount", self.point)
                break
            except subprocess.CalledProcessError:
                # A process that was killed lets go of its files a moment after it is gone.
                if not tries_left:
                    raise
                time.sleep(0.1)
        self._mount()

    def remove(self) -> None:
        """Leave nothing behind."""
        run("umount", "--lazy", self.point)

    def _mount(self) -> None:
        run("mount", "-o", "loop", self.file, self.point)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisks]:
    """Small disks under the test's folder."""
    disks = SmallDisks(tmp_path)
    yield disks
    disks.remove()


@pytest.fixture
def file_disk(tmp_path: Path) -> Iterator[FileDisk]:
    """A disk whose power can be cut."""
    disk = FileDisk(tmp_path, 96_000_000)
    yield disk
    disk.remove()
