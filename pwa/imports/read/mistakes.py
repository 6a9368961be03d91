"""Knows how a reader says what is wrong with a file; knows no language but the message's English id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pwa.checklists.mistakes import in_words
from pwa.words import N_


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
        place = [self.file] if self.file else []
        if self.row is not None:
            place.append(gettext(N_("Row %(row)d")) % {"row": self.row})
        if self.column:
            place.append(self.column)
        said = gettext(self.message) % in_words(self.params, gettext)
        return f"{', '.join(place)}: {said}" if place else said
