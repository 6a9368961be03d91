"""Knows what came of an import, and how one is refused; knows nothing of what was in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pwa.documents.store import DocumentRef
from pwa.imports.read.mistakes import Mistake


class NotImported(Exception):
    """Something is wrong and nothing was imported: every mistake, those of the file first, and what is only odd."""

    def __init__(self, mistakes: Sequence[Mistake], warnings: Sequence[Mistake] = ()) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = tuple(mistakes)
        self.warnings = tuple(warnings)


@dataclass(slots=True)
class Imported:
    """How many rows added, changed, cancelled something or nothing; what was skipped; whose documents changed.

    `warnings` are what was read although it is odd: a column that nobody knows.
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

    def count(self, was_there: bool, is_other: bool) -> None:
        """Count a row by whether it was there before and whether it is other than it was."""
        if not was_there:
            self.added += 1
        elif is_other:
            self.changed += 1
        else:
            self.unchanged += 1


def begin(mistakes: Sequence[Mistake], warnings: Sequence[Mistake], skip_bad: bool) -> Imported:
    """An import of what is right; raises NotImported if something is wrong and that is not to be skipped."""
    if mistakes and not skip_bad:
        raise NotImported(mistakes, warnings)
    return Imported(mistakes=tuple(mistakes), warnings=tuple(warnings))
