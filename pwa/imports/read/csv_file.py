"""Knows CSV as Danish systems write it: encodings, separators, headings, cells; knows no columns."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from pwa.imports.read.cells import Line, one_line
from pwa.imports.read.encoding import Unreadable, has_unseen, text_of, without_unseen
from pwa.imports.read.mistakes import Mistake
from pwa.sheets import letter_of
from pwa.words import N_

csv.field_size_limit(
    2**31 - 1
)  # how long a cell may be is said by whoever reads it, not as a missing quotation mark
LOOKED_AT = 65_536
"""So many bytes are looked at for a file's first row."""
MOST_LOOKED_AT = 500
"""So many rows are looked at for what stands between cells."""
MOST_ROWS = 20
"""So many rows are named in which something was taken out, or is missing."""
NOT_KNOWN = N_("The column is not known and is not read.")
LONGEST_HEADING = 40
MOST_DIGITS = 2
NO_HEADINGS = N_(
    "The first row has none of the headings that must be there: %(names)s. Is it the right file, and are its headings in it?"
)
SHORTER = N_("Fewer cells than in the other rows (rows: %(count)d; row %(rows)s). Is the file whole?")
UNSEEN = N_("Signs that nobody sees were taken out (rows: %(count)d; row %(rows)s).")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its documented name, what else exporters call it, whether a file may lack it; `free` text stays as it is."""

    name: str
    aliases: tuple[str, ...] = ()
    needed: bool = True
    free: bool = False

    def is_called(self, heading: str) -> bool:
        """Whether a folded heading means this column."""
        return heading in _headings_of(self)


@cache
def _headings_of(column: Column) -> frozenset[str]:
    """What it is called, folded. Columns are those of the code: few."""
    return frozenset(map(folded, (column.name, *column.aliases)))


@dataclass(frozen=True, slots=True)
class Table:
    """The lines with something in them, or why there are none."""

    lines: tuple[Line, ...] = ()
    errors: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = field(default=())


def folded(heading: str) -> str:
    """A heading without what does not matter: case, spaces, hyphens, underscores, a colon at the end."""
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


def read_table(content: bytes, columns: Sequence[Column]) -> Table:
    """Read the whole file; what is wrong with it as a file comes back as errors, never as an exception."""
    try:
        text, separator = _without_hint(text_of(content))
        rows = list(_rows(text, separator or _separator_of(text, columns)))
    except Unreadable as unreadable:
        return Table(errors=(unreadable.mistake,))
    filled = [(number, cells) for number, cells in rows if any(map(str.strip, cells))]
    if not filled:
        return Table(errors=(Mistake(N_("The file is empty.")),))
    headings = _headings(filled[0][1], columns)
    if headings.errors:
        return Table(errors=headings.errors, warnings=headings.warnings)
    lines = tuple(headings.line(number, cells) for number, cells in filled[1:])
    if not lines:
        return Table(errors=(Mistake(N_("The file has headings but no rows.")),), warnings=headings.warnings)
    warnings = [*headings.warnings, *_shorter(filled)]
    if has_unseen(text):
        names = [column.name for column in columns if not column.free and column.name in headings.written]
        warnings += _clean(lines, names)
    return Table(lines, warnings=tuple(warnings))


def rows_of(text: str, most: int) -> list[list[str]]:
    """Every row of a table whose columns nobody knows, as text. Raises Unreadable, also for one of more rows than `most`."""
    text, separator = _without_hint(text)
    rows = list(islice(_rows(text, separator or _separator_of_rows(text)), most + 1))
    if len(rows) > most:
        raise Unreadable(Mistake(N_("The file has more than %(most)d rows."), {"most": most}))
    return [cells for _, cells in rows]


def list_first_rows(content: bytes) -> list[list[str]]:
    """What the first row with anything in it may be, under each separator; nothing of a file that is no text."""
    try:
        text, _ = _without_hint(text_of(content[:LOOKED_AT].rpartition(b"\n")[0] or content[:LOOKED_AT]))
    except Unreadable:
        return []
    line = next((line for line in text.splitlines() if line.strip(';,\t "')), "")
    try:
        return [next(csv.reader([line], delimiter=each), []) for each in ";,\t"]
    except csv.Error:
        return []


def has_headings_of(columns: Sequence[Column], cells: Sequence[str]) -> bool:
    """Whether these are all the headings that such a file must have."""
    headings = set(map(folded, cells))
    return all(any(map(column.is_called, headings)) for column in columns if column.needed)


def _separator_of_rows(text: str) -> str:
    """A semicolon, unless the rows have as many cells each, and more than one, between tabs or commas: a line may have commas."""
    for separator in ";\t,":
        try:
            rows = islice(_rows(text, separator), MOST_LOOKED_AT)
            widths = {len(cells) for _, cells in rows if any(map(str.strip, cells))}
        except Unreadable:
            continue
        if min(widths, default=1) > 1 and (len(widths) == 1 or separator == ";"):
            return separator
    return ";"


def _shorter(filled: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Mistake]:
    """Tell of rows that have fewer cells than most, the headings' own row among these: a file that was cut ends so."""
    headings, rows = filled[0][1], filled[1:]
    named = max(place for place, heading in enumerate(headings, 1) if heading.strip())
    times = Counter([named, *(min(len(cells), named) for _, cells in rows)])
    usual = max(times, key=lambda length: (times[length], length))
    if short := [number for number, cells in rows if len(cells) < usual]:
        yield Mistake(SHORTER, {"count": len(short), "rows": _listed(short)})


def _listed(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:MOST_ROWS])) + (" ..." if len(rows) > MOST_ROWS else "")


def _clean(lines: Sequence[Line], names: Sequence[str]) -> Iterator[Mistake]:
    """Take out of these columns what nobody sees, and tell of each in which rows that was."""
    for name in names:
        rows = []
        for line in lines:
            if (cell := line.cells.get(name, "")) != (clean := without_unseen(cell)):
                line.cells[name] = clean
                rows.append(line.row)
        if rows:
            yield Mistake(UNSEEN, {"count": len(rows), "rows": _listed(rows)}, column=lines[0].written[name])


def _without_hint(text: str) -> tuple[str, str]:
    """Excel's own first line `sep=;` says the separator; Excel does not count it as a row, nor do we."""
    first, _, rest = text.partition("\n")
    hint = first.rstrip("\r\n ").lower()
    if hint in ("sep=;", "sep=,", "sep=\t"):
        return rest, hint[-1]
    return text, ""


def _separator_of(text: str, columns: Sequence[Column]) -> str:
    """The separator under which the first line has most headings that we know.

    Not csv.Sniffer: it guesses from commas in addresses and notes.
    """

    def known(separator: str) -> int:
        filled = (cells for _, cells in _rows(text, separator) if any(map(str.strip, cells)))
        try:
            names = {folded(cell) for cell in next(filled, [])}
        except Unreadable:  # under the other separator a quoted heading is nonsense
            return -1
        return sum(any(column.is_called(name) for name in names) for column in columns)

    return max(";,\t", key=known)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number in a spreadsheet, where a cell of three lines is still one row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        message = N_("The row cannot be read: a quotation mark is missing or stands in the wrong place.")
        raise Unreadable(Mistake(message, row=number + 1)) from error


@dataclass(frozen=True, slots=True)
class _Headings:
    names: tuple[str, ...]  # documented name per place in the row, "" where we do not know the column
    written: dict[str, str]  # documented name -> the heading as the file has it
    errors: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]

    def line(self, number: int, cells: list[str]) -> Line:
        named = zip(self.names, cells, strict=False)
        line = Line(number, {name: cell for name, cell in named if name}, self.written)
        if any(map(str.strip, cells[len(self.names) :])):
            line.wrong("", N_("The row has more cells than headings. Is a text with ; or , not quoted?"))
        return line


def is_harmless(heading: str) -> bool:
    """Whether an unknown heading is repeated; with a number in it, it may be a citizen's."""
    return len(heading) <= LONGEST_HEADING and sum(map(str.isdigit, heading)) <= MOST_DIGITS


def _headings(cells: Sequence[str], columns: Sequence[Column]) -> _Headings:
    """What the first row says. If that is not most of what it must say it is no row of headings, but a citizen's, perhaps:
    nothing of it is repeated.
    """
    unknown: list[str] = []
    names: list[str] = []
    written: dict[str, str] = {}
    errors: list[Mistake] = []
    warnings: list[Mistake] = []
    for place, heading in enumerate(map(one_line, cells)):
        name = next((column.name for column in columns if column.is_called(folded(heading))), "")
        if name in written:
            errors.append(Mistake(N_("The column is there twice."), row=1, column=heading))
        elif name:
            written[name] = heading
        elif heading:
            unknown.append(heading if is_harmless(heading) else letter_of(place))
        names.append(name)
    needed = [column.name for column in columns if column.needed]
    missing = [name for name in needed if name not in written]
    if not set(needed) & set(written):
        errors.append(Mistake(NO_HEADINGS, {"names": ", ".join(needed)}, row=1))
        missing = []
    elif len(missing) * 2 <= len(needed):
        warnings = [Mistake(NOT_KNOWN, row=1, column=each) for each in unknown]
    errors += [Mistake(N_("The column is missing."), row=1, column=name) for name in missing]
    return _Headings(tuple(names), written, tuple(errors), tuple(warnings))
