"""Knows how a wheel is told of which commit it is made, while hatchling builds it; knows nothing of what is in it."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found]

PLACE = "pwa/built.txt"


class CommitOfBuild(BuildHookInterface):  # type: ignore[misc]
    """Puts the day and the commit into the wheel. Where git knows neither, it says nothing."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the files are gathered."""
        if version != "editable" and (said := commit_of(Path(self.root))):
            self.folder = tempfile.TemporaryDirectory()
            file = Path(self.folder.name) / "built.txt"
            file.write_text(said, "utf-8")
            build_data["force_include"][str(file)] = PLACE


def commit_of(tree: Path) -> str:
    """The day and the commit of a tree, with a plus if something in it is other than there; "" if nobody knows.

    Somebody else's tree around ours is none of ours.
    """
    try:
        if Path(_git(tree, "rev-parse", "--show-toplevel")) != tree.resolve():
            return ""
        is_changed = bool(_git(tree, "status", "--porcelain", "--untracked-files=no"))
        return _git(tree, "log", "-1", "--format=%cs %h", "--abbrev=8") + ("+" if is_changed else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(tree: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(tree), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
