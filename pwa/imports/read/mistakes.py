"""Knows how a reader says what is wrong with a file; knows no language but the message's English id."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pwa.checklists.mistakes import in_words
from pwa.words import N_

DIFFERENT = N_("It is the first of %(number)d different ones.")
ROWS_NAMED = 5
"""So many rows are named that say the same; the rest are counted."""


class _Kept(dict[str, str | int]):
    """What of a cell was not kept in the list of imports."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong, and where; `params` fill the message's named places."""

    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    row: int | None = None  # as a spreadsheet counts: the headings are row 1; None is the whole file
    column: str = ""  # the heading as the file writes it; "" is the whole row
    file: str = ""  # the file's name, where a folder was read

    def words(self, gettext: Callable[[str], str]) -> str:
        """What is wrong as one line for a person, e.g. "Række 4, start: 02.30 findes ikke ..."."""
        return self._at(
            gettext(N_("Row %(row)d")) % {"row": self.row} if self.row is not None else "", gettext
        )

    def words_with_others(self, others: Sequence["Mistake"], gettext: Callable[[str], str]) -> str:
        """The same of this and of others that say it of other rows: the first rows, and how many more there are."""
        rows = ", ".join(str(each.row) for each in (self, *others[: ROWS_NAMED - 1]))
        said = {"rows": rows, "number": len(others) + 1 - ROWS_NAMED}
        line = self._at(gettext(N_("Row %(rows)s and %(number)d more")) % said, gettext)
        different = {tuple(each.params.items()) for each in (self, *others)}
        if len(different) == 1:
            return line
        return f"{line} {gettext(DIFFERENT) % {'number': len(different)}}"

    def _at(self, rows: str, gettext: Callable[[str], str]) -> str:
        place = [each for each in (self.file, rows, self.column) if each]
        said = gettext(self.message) % _Kept(in_words(self.params, gettext))
        return f"{', '.join(place)}: {said}" if place else said
