"""Knows the sheets of an XLSForm: headings in all their spellings, languages, rows with their numbers; knows no questions.

Source: https://xlsform.org, and what forms of older years and of the Community Health Toolkit write.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cells = Sequence[Sequence[str]]
"""A sheet as text; the first row has the headings."""

SPELLINGS: Mapping[str, Sequence[str]] = {
    "type": ("command",),
    "name": ("tag",),
    "label": ("caption",),
    "hint": (),
    "guidance_hint": (),
    "required": ("bindrequired",),
    "required_message": ("requiredmsg", "bindjrrequiredmsg", "requiredmessage"),
    "relevant": ("relevance", "bindrelevant", "skippattern", "bindrelevance"),
    "constraint": ("bindconstraint",),
    "constraint_message": ("constraintmsg", "bindjrconstraintmsg"),
    "calculation": ("calculate", "bindcalculate", "bindcalculation"),
    "choice_filter": (),
    "read_only": ("bindreadonly",),
    "default": ("value",),
    "appearance": ("controlappearance", "bodyappearance"),
    "repeat_count": ("count", "jrcount", "controljrcount", "bodyjrcount"),
    "parameters": (),
    "disabled": (),
    "image": ("mediaimage", "mediabigimage", "bigimage"),
    "audio": ("mediaaudio",),
    "video": ("mediavideo",),
    "list_name": ("listname",),
    "form_title": ("title", "settitle"),
    "form_id": ("idstring", "setid"),
    "default_language": (),
}
TRANSLATED = ("label", "hint", "guidance_hint", "required_message", "constraint_message", "image", "audio", "video")  # fmt: skip
DANISH = re.compile(r"\b(da|dk|dansk|danish)\b", re.IGNORECASE)
KNOWN = {_spelling: name for name, others in SPELLINGS.items() for _spelling in (name.replace("_", ""), *others)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it: its number as a spreadsheet counts, and its cells by heading."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


@dataclass(slots=True)
class Sheet:
    """The rows of a sheet. `others` are the columns that have something and are not read: of other languages, or not known."""

    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def read_sheet(cells: Cells, language: str = "", is_open: bool = False) -> Sheet:
    """The rows under the headings, in Danish where there is Danish, else in `language`, else in what has no language.

    Where the sheet `is_open`, a column that is not known is read under its own heading, as a choice_filter names it.
    """
    first = next((place for place, row in enumerate(cells) if any(row)), None)
    if first is None:
        return Sheet()
    headings = [_split(each) for each in cells[first]]
    sheet = Sheet(languages=list(dict.fromkeys(spoken for name, spoken in headings if name and spoken)))
    order = sorted({spoken for _, spoken in headings}, key=lambda spoken: _rank(spoken, language, sheet))
    read: dict[str, list[int]] = {}
    for place, (name, spoken) in enumerate(headings):
        written = cells[first][place].strip()
        if not written:
            continue
        if not name and not is_open:
            if _has_any(cells, first, place):
                sheet.others.append(written)
            continue
        read.setdefault(name or written, []).append(place)
        if spoken and spoken != order[0] and _has_any(cells, first, place) and len(order) > 1:
            sheet.others.append(written)
    sheet.columns = list(read)
    for name in read:
        read[name].sort(key=lambda place: order.index(headings[place][1]))
    for number, row in enumerate(cells[first + 1 :], first + 2):
        found = {name: _first(row, places) for name, places in read.items()}
        if any(found.values()):
            sheet.rows.append(Row(number, found))
    return sheet


def _rank(spoken: str, language: str, sheet: Sheet) -> tuple[bool, bool, bool, int]:
    place = sheet.languages.index(spoken) if spoken in sheet.languages else -1
    is_default = bool(language) and spoken.casefold() == language.casefold()
    return (not DANISH.search(spoken), not is_default, spoken != "", place)


def _has_any(cells: Cells, first: int, place: int) -> bool:
    return any(place < len(row) and row[place] for row in cells[first + 1 :])


def _first(row: Sequence[str], places: Sequence[int]) -> str:
    return next((row[place].strip() for place in places if place < len(row) and row[place].strip()), "")


def _split(heading: str) -> tuple[str, str]:
    """A heading's name, "" if it is not known, and its language."""
    parts = re.split(r"\s*::?\s*", heading.strip())
    for length in range(len(parts), 0, -1):
        name = KNOWN.get("".join(each for each in "".join(parts[:length]).casefold() if each.isalnum()), "")
        if name and (length == len(parts) or name in TRANSLATED):
            return name, ":".join(parts[length:])
    return "", ""
