"""Knows how it is said that a file is not as it should be; knows no language but the message's English id."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pwa.database import AlreadyServed, Damaged, InUse, NotOurs, TooNew, Uncertain, Unreleased
from pwa.problems import Unavailable
from pwa.words import N_


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `values` fill the message's named places. No person's words and no names."""

    message: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class NotDone(Exception):
    """Why it was not done; `is_as_before` unless the disk failed at the very last step. `is_damaged`: what was read is."""

    def __init__(self, *findings: Finding, is_as_before: bool = True, is_damaged: bool = False) -> None:
        super().__init__(findings[0].message)
        self.findings = findings
        self.is_as_before = is_as_before
        self.is_damaged = is_damaged


SAID: dict[type[Exception], str] = {
    NotOurs: N_("%(file)s is not one of Hånd's databases."),
    TooNew: N_("%(file)s was written by a newer version of Hånd. Install that version first."),
    Unreleased: N_(
        "A version of Hånd that was never released wrote %(file)s. What to do stands in docs/running/upgrade.md."
    ),
    AlreadyServed: N_("A server is running on %(file)s. Stop it first."),
    InUse: N_("Another program has %(file)s open, an import perhaps. Wait until it has ended."),
    PermissionError: N_(
        "This user may not read or write %(file)s. Run the command as the user that runs Hånd."
    ),
    FileNotFoundError: N_("%(file)s is not there. Is its disk mounted?"),
    Unavailable: N_("%(file)s cannot be read or written right now, or the disk is full."),
    OSError: N_("%(file)s cannot be read or written right now, or the disk is full."),
}


@contextmanager
def about(path: Path) -> Iterator[None]:
    """Raises NotDone, in words about this file, for whatever is wrong with it or with its disk."""
    try:
        yield
    except Damaged as damaged:
        raise NotDone(*_of_damage(path, damaged), is_damaged=True) from None
    except Uncertain:
        message = N_("%(file)s is in its place, but the disk fails: after a power cut it may be the old one.")
        raise NotDone(Finding(message, {"file": str(path)}), is_as_before=False) from None
    except tuple(SAID) as problem:
        message = next(words for kind, words in SAID.items() if isinstance(problem, kind))
        raise NotDone(Finding(message, {"file": str(path)})) from problem


def _of_damage(path: Path, damaged: Damaged) -> list[Finding]:
    """A line in our own words, then what SQLite says."""
    return [
        Finding(N_("%(file)s is damaged."), {"file": str(path)}),
        *(Finding(N_("SQLite says: %(line)s"), {"line": line}) for line in damaged.lines),
    ]


def check_there(path: Path) -> None:
    """Raises NotDone unless there is such a file."""
    if not path.is_file():
        raise NotDone(Finding(N_("There is no file %(file)s."), {"file": str(path)}))
