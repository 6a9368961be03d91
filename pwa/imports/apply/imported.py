"""Knows what came of an import, how one is refused, and what may be chosen; knows nothing of what was in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pwa.documents.store import DocumentRef
from pwa.imports.apply.judge import LIMITS, NO, Limits, Yes
from pwa.imports.apply.plan_summary import Stop, StopCode
from pwa.imports.read.checklists import Shown
from pwa.imports.read.mistakes import Mistake


class Summary(Protocol):
    """What a file would do, and why somebody has to say yes first."""

    stops: list[Stop]


@dataclass(frozen=True, slots=True)
class Previewed:
    """A checklist that comes over: its name, the version that it becomes or is, whether that is new, and its steps."""

    name: str
    version: int
    is_new: bool
    steps: tuple[Shown, ...]


class NotImported(Exception):
    """Something is wrong and nothing was imported: every mistake, those of the file first, and what is only odd.

    `previews` are the checklists that would have come over.
    """

    previews: tuple[Previewed, ...] = ()

    def __init__(self, mistakes: Sequence[Mistake], warnings: Sequence[Mistake] = ()) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = tuple(mistakes)
        self.warnings = tuple(warnings)


class Stopped(NotImported):
    """What the file would do is unusual, and nothing was imported: somebody has to say yes to each of `summary.stops`."""

    def __init__(self, summary: Summary, mistakes: Sequence[Mistake], warnings: Sequence[Mistake]) -> None:
        super().__init__(mistakes, warnings)
        self.summary = summary


@dataclass(slots=True)
class Imported:
    """How many rows were added, moved, changed, cancelled or nothing; what was skipped; whose documents changed.

    `skipped` rows were left out because of the `mistakes`. `summary` is what a plan, or a list of employees, was to do. `warnings` are what was read although it is odd: a column that
    nobody knows.
    """

    added: int = 0
    moved: int = 0
    changed: int = 0
    cancelled: int = 0
    unchanged: int = 0
    skipped: int = 0
    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    things: list[DocumentRef] = field(default_factory=list)
    summary: Summary | None = None
    previews: tuple[Previewed, ...] = ()

    def count(self, was_there: bool, is_other: bool) -> None:
        """Count a row by whether it was there before and whether it is other than it was."""
        if not was_there:
            self.added += 1
        elif is_other:
            self.changed += 1
        else:
            self.unchanged += 1


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom an import tells how it goes: what it is about to do; how far it is, of how much; whose end it waits for; what
    somebody has said yes to before it was broken off, and until when that holds.
    """

    summary: Callable[[Summary], None] = lambda summary: None
    progress: Callable[[int, int], None] = lambda done, of: None
    waiting: Callable[[str], None] = lambda file: None
    kept: Callable[[Mapping[StopCode, int], datetime], None] = lambda yes, until: None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody has chosen: to leave out what is wrong; only to try; what passes unasked (None: all), a yes, what a
    checklist is to be called, and which columns are known not to be read: nothing is told of these.
    """

    skip_bad: bool = False
    dry_run: bool = False
    limits: Limits | None = LIMITS
    yes: Yes = NO
    name: str = ""
    ignored: tuple[str, ...] = ()


SILENT = Telling()
NOTHING_CHOSEN = Chosen()


def begin(
    mistakes: Sequence[Mistake], warnings: Sequence[Mistake], skip_bad: bool, skipped: int | None = None
) -> Imported:
    """An import of what is right; raises NotImported if something is wrong and that is not to be skipped. Mistakes are by row."""
    if not any(each.file for each in mistakes):
        mistakes = sorted(mistakes, key=lambda each: each.row or 0)
    if mistakes and not skip_bad:
        raise NotImported(mistakes, warnings)
    if skipped is None:
        skipped = len({(mistake.file, mistake.row) for mistake in mistakes})
    return Imported(mistakes=tuple(mistakes), warnings=tuple(warnings), skipped=skipped)
