"""Knows one row being read: what its cells must be, and all that is wrong with them; knows no columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pwa.imports.read.mistakes import Mistake
from pwa.phone_numbers import CPR, LOOKS_LIKE_CPR, dialled
from pwa.words import N_

NAME = 200  # most code points of a name or a number
TEXT = 2000  # most of a text that a carer reads
QUOTED = 40  # most of a cell that a mistake repeats

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]\d+", re.IGNORECASE | re.ASCII)
"""A long number as a spreadsheet writes it where a column is not text: 2,02612E+10. Its last digits are lost."""
NO_VALUES = frozenset(
    [
        "#NAVN?",
        "#REFERENCE!",
        "#I/T",
        "#VÆRDI!",
        "#DIVISION/0!",
        "#NUL!",
        "#NUM!",
        "#OVERLØB!",
        "#BEREGN!",
        "#FELT!",
        "#BLOKERET!",
        "#UKENDT!",
        "#FORBIND!",
        "#NAME?",
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#UNKNOWN!",
        "#CONNECT!",
        "#GETTING_DATA",
    ]
)
"""What a spreadsheet writes, in Danish and in English, where a formula came to nothing."""
COLUMN_TOO_NARROW = re.compile("#{3,}")
NO_VALUE = N_("“%(written)s” is what a spreadsheet writes where a formula came to nothing. Write the value.")
WRITTEN_AS_CPR = re.compile(rf"(?<!\d){CPR}[-–]\d{{4}}(?!\d)")


@lru_cache(65536)
def one_line(text: str) -> str:
    """The text with every run of spaces and new lines as one space."""
    return " ".join(text.split())


def has_no_value(cell: str) -> bool:
    """Whether a spreadsheet had nothing to write here but that something is wrong.

    >>> has_no_value(" #NAVN? "), has_no_value("#####"), has_no_value("Nr. #3, brug porttelefonen!")
    (True, True, False)
    """
    text = cell.strip()
    return text.startswith("#") and (text in NO_VALUES or bool(COLUMN_TOO_NARROW.fullmatch(text)))


@lru_cache(65536)
def _read(cell: str, most: int, cpr: re.Pattern[str]) -> tuple[str, str]:
    """A cell as it is read, and what is wrong with it, "" if nothing is. A plan says most of what it says many times."""
    text = cell.strip().replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > most:
        return "", N_("The text is longer than %(most)d characters.")
    if CONTROL.search(text):
        return "", N_("The cell holds signs that are not text.")
    if has_no_value(text):
        return "", NO_VALUE
    if cpr.search(text):
        return "", N_("This looks like a CPR number, which is never stored. Use another number.")
    return text, ""


@dataclass(slots=True)
class Line:
    """One row: gives its cells and remembers what is wrong. A cell that is wrong is given as ""."""

    row: int
    cells: dict[str, str]
    written: Mapping[str, str]  # documented name -> the heading as the file has it
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)  # what is odd, although the row is taken

    def wrong(self, column: str, message: str, **params: str | int) -> None:
        """Remember a mistake; what was written is quoted shortly, and never from a column of free text."""
        quoted = {name: said[:QUOTED] if isinstance(said, str) else said for name, said in params.items()}
        mistake = Mistake(message, quoted, self.row, self.written.get(column, column))
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)

    def needed(self, column: str, most: int = NAME, cpr: re.Pattern[str] = LOOKS_LIKE_CPR) -> str:
        """A cell on one line that must not be empty."""
        return self._not_empty(column, self.text(column, most, cpr))

    def _not_empty(self, column: str, text: str) -> str:
        if not text and not self.is_wrong(column):
            self.wrong(column, N_("The cell is empty."))
        return text

    def number(self, column: str, cpr: re.Pattern[str] = LOOKS_LIKE_CPR) -> str:
        """What something is known by in the source system, "" if there is none; not as a spreadsheet has shortened it."""
        text = self.text(column, cpr=cpr)
        if not SHORTENED.fullmatch(text):
            return text
        message = N_("The spreadsheet has shortened the number to “%(written)s”. Make the column text first.")
        self.wrong(column, message, written=text)
        return ""

    def needed_number(self, column: str, cpr: re.Pattern[str] = LOOKS_LIKE_CPR) -> str:
        """The same, where there must be one."""
        return self._not_empty(column, self.number(column, cpr))

    def text(self, column: str, most: int = NAME, cpr: re.Pattern[str] = LOOKS_LIKE_CPR) -> str:
        """A cell on one line, "" if there is none."""
        return one_line(self.lines(column, most, cpr))

    def lines(self, column: str, most: int = TEXT, cpr: re.Pattern[str] = LOOKS_LIKE_CPR) -> str:
        """A cell that may be several lines, as it was written: `=1+1` is text here."""
        cell = self.cells.get(column, "")
        text, wrong = _read(cell, most, cpr)
        if wrong == NO_VALUE:
            self.wrong(column, wrong, written=cell.strip())
        elif wrong:
            self.wrong(column, wrong, **({"most": most} if "%(most)d" in wrong else {}))
        return text

    def phone(self, column: str) -> str | None:
        """A phone number as it was written, or None if the file has no such column.

        What is none is given as "" and only warned of: the row is right without it.
        """
        if column not in self.written:
            return None
        text = one_line(self.cells.get(column, ""))
        if has_no_value(text):
            self.wrong(column, NO_VALUE, written=text)
        elif LOOKS_LIKE_CPR.search(text):
            self.odd(
                column,
                N_("This looks like a CPR number, which is never stored. The row is taken without it."),
            )
        elif text and (
            len(text) > NAME or CONTROL.search(text) or SHORTENED.fullmatch(text) or dialled(text) is None
        ):
            self.odd(column, N_("This is not one phone number. The row is taken without it."))
        else:
            return text
        return ""

    def odd(self, column: str, message: str, **params: str | int) -> None:
        """Remember what is odd in a row that may be taken all the same."""
        self.warnings.append(Mistake(message, params, self.row, self.written.get(column, column)))

    def is_wrong(self, column: str) -> bool:
        """Whether something is wrong with what stands in this column."""
        heading = self.written.get(column, column)
        return any(mistake.column == heading for mistake in self.mistakes)
