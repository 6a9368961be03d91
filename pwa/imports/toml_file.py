"""Knows one TOML table being read: what its keys must be and all that is wrong; knows no guides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pwa.imports.cells import TEXT, one_line
from pwa.imports.mistakes import Mistake
from pwa.words import N_


@dataclass(slots=True)
class Section:
    """One table of a file: gives its keys and remembers what is wrong. A wrong value is given as ""."""

    file: str
    table: Mapping[str, object]
    place: str = ""  # before the key in a mistake, e.g. "steps 3 "
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, key: str, message: str, **params: str | int) -> None:
        """Remember a mistake at a key."""
        self.mistakes.append(Mistake(message, params, column=f"{self.place}{key}".strip(), file=self.file))

    def text(self, key: str, needed: bool = True) -> str:
        """A text on one line: a line break in the file is only for whoever writes it."""
        return self._checked(key, self.table.get(key, ""), needed)

    def texts(self, key: str, needed: bool = True) -> tuple[str, ...]:
        """A list of texts."""
        listed = self.table.get(key, [])
        if not isinstance(listed, list):
            self.wrong(key, N_("This must be a list of texts."))
            return ()
        if needed and not listed:
            self.wrong(key, N_("The list is missing or empty."))
        return tuple(self._checked(key, text, needed=True) for text in listed)

    def day(self, key: str) -> str:
        """A date as TOML writes it, 2026-10-01 without quotation marks."""
        day = self.table.get(key)
        if isinstance(day, date) and not isinstance(day, datetime):
            return day.isoformat()
        self.wrong(key, N_("This must be a date such as 2026-10-01, without quotation marks."))
        return ""

    def sections(self, key: str) -> tuple["Section", ...]:
        """The tables [[key]], numbered from 1; their mistakes are this section's."""
        listed = self.table.get(key, [])
        if not isinstance(listed, list) or not listed or not all(isinstance(table, dict) for table in listed):
            self.wrong(key, N_("There must be at least one [[%(name)s]]."), name=key)
            return ()
        places = (f"{key} {number} " for number in range(1, len(listed) + 1))
        return tuple(
            Section(self.file, table, place, self.mistakes)
            for table, place in zip(listed, places, strict=True)
        )

    def check_keys(self, known: set[str]) -> None:
        """A key that we do not know is most likely misspelt, so it is a mistake and not a warning."""
        for key in self.table:
            if key not in known:
                self.wrong(key, N_("The key is not known."))

    def _checked(self, key: str, text: object, needed: bool) -> str:
        if not isinstance(text, str):
            self.wrong(key, N_("This must be a text in quotation marks."))
        elif len(text) > TEXT:
            self.wrong(key, N_("The text is longer than %(most)d characters."), most=TEXT)
        elif needed and not text.strip():
            self.wrong(key, N_("The text is missing."))
        else:
            return one_line(text)
        return ""
