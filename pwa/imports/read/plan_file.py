"""Knows the plan as a care-record system exports it, one row per visit; knows nothing of what is stored."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from pwa.imports.read.cells import TEXT, WRITTEN_AS_CPR, Line, one_line
from pwa.imports.read.csv_file import Column, read_table
from pwa.imports.read.danish_times import NotATime, read_day, read_time
from pwa.imports.read.mistakes import Mistake
from pwa.source_ids import Source, id_of, source
from pwa.words import N_, to_text

COLUMNS = (
    Column("besøg", ("besøgsnummer", "besøgs-id", "besøg nr", "besøgsnr", "visit")),
    Column("gruppe", ("team", "distrikt", "kørelistegruppe")),
    Column("medarbejder", ("medarbejdernummer", "medarbejder 1", "medarbejder nr", "carer")),
    Column("medarbejder 2", ("anden medarbejder", "medarbejder nr 2", "carer 2"), needed=False),
    Column("borger", ("borgernummer", "borger-id", "borger nr", "citizen")),
    Column("navn", ("borgernavn", "borgers navn", "name")),
    Column("adresse", ("address",)),
    Column("dør", ("adgang", "nøgle", "døroplysning", "dørinformation", "door"), needed=False, free=True),
    Column("medbring", ("husk", "tag med", "bring"), needed=False, free=True),
    Column("dato", ("date",)),
    Column("start", ("starttid", "starttidspunkt", "kl")),
    Column("minutter", ("varighed", "min", "minutes")),
    Column("tjekliste", ("checklist",)),
    Column("hjælpemidler", ("hjælpemiddel", "vejledninger", "guides"), needed=False),
    Column("telefon", ("tlf", "borgers telefon", "borger telefon", "phone"), needed=False),
    Column("pårørende", ("nærmeste pårørende", "kontaktperson", "relative"), needed=False),
    Column("pårørende telefon", ("pårørendes telefon", "pårørende tlf", "relative phone"), needed=False),
    Column("sygeplejerske", ("nurse",), needed=False),
    Column(
        "sygeplejerske telefon", ("sygeplejerskens telefon", "sygeplejerske tlf", "nurse phone"), needed=False
    ),
)
A_DAY = 24 * 60  # minutes; a stay longer than that is a slip of the finger


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One planned visit. Ids come from the source's numbers; times are UTC, the day is Copenhagen's."""

    row: int
    visit: Source
    team: Source
    carers: tuple[Source, ...]  # one or two, in plan order
    citizen: Source
    citizen_name: str
    address: str
    door: str
    bring: str
    day: str  # 2026-11-23
    starts_at: str  # 2026-11-23T06:30:00.000Z
    ends_at: str
    minutes: int
    checklist: Source  # by name; the version of the visit's day is meant
    guides: tuple[Source, ...]
    contacts: Mapping[str, str] = field(
        default_factory=dict
    )  # by visits.CONTACTS; only what the file has columns for


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The rows that are right, and everything that is not.

    `covers` are the (day, team id) that the file speaks for: a visit there that the file does not name is
    cancelled. Not so the visits of bad rows (`spared`, visit ids); a row whose visit number is wrong, or
    stands twice, makes `may_cancel` false, because any missing visit could be that one. `skipped` rows are bad.
    """

    rows: tuple[PlanRow, ...]
    errors: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()
    spared: frozenset[str] = frozenset()
    may_cancel: bool = True
    skipped: int = 0

    @property
    def covers(self) -> frozenset[tuple[str, str]]:
        """Each day and team with at least one right row."""
        return frozenset((row.day, row.team.id) for row in self.rows)

    def without(self, bad: Collection[int]) -> "PlanFile":
        """The file without these rows, by number: as if they could not be read."""
        if not bad:
            return self
        rows = tuple(row for row in self.rows if row.row not in bad)
        spared = self.spared.union(row.visit.id for row in self.rows if row.row in bad)
        return replace(self, rows=rows, spared=spared, skipped=self.skipped + len(bad))


def read_plan(content: bytes) -> PlanFile:
    """Read a whole plan; whatever is wrong stands in `errors`, and only rows that are right in `rows`."""
    table = read_table(content, COLUMNS)
    if table.errors:
        return PlanFile((), table.errors, table.warnings, may_cancel=False)
    reading = [(line, _row(line)) for line in table.lines]
    _check_numbers(table.lines)
    _check_names([(line, row) for line, row in reading if row])
    bad = ["" if line.is_wrong("besøg") else _number(line) for line in table.lines if line.mistakes]
    return PlanFile(
        tuple(row for line, row in reading if row and not line.mistakes),
        tuple(mistake for line in table.lines for mistake in line.mistakes),
        (*table.warnings, *(odd for line in table.lines if not line.mistakes for odd in line.warnings)),
        frozenset(id_of("visit", number) for number in bad if number),
        may_cancel=all(bad),
        skipped=len(bad),
    )


def _row(line: Line) -> PlanRow | None:
    """The row's visit, or None where its time is not to be had; other mistakes are on the line."""
    visit = line.needed_number("besøg", WRITTEN_AS_CPR)  # ten digits may well be a running number
    team, citizen, checklist = line.needed("gruppe"), line.needed_number("borger"), line.needed("tjekliste")
    name, address = line.needed("navn"), line.needed("adresse", TEXT)
    door, bring = line.lines("dør"), line.lines("medbring")
    carers, guides, contacts = _carers(line), _guides(line), _contacts(line)
    day, minutes = _day(line), _minutes(line)
    starts = _start(line, day) if day else None
    if not (day and starts):
        return None
    ends = starts + timedelta(minutes=minutes)
    return PlanRow(
        line.row, source("visit", visit), source("team", team), carers, source("citizen", citizen), name,
        address, door, bring, day.isoformat(), to_text(starts), to_text(ends), minutes,
        source("checklist", checklist), guides, contacts,
    )  # fmt: skip


def _carers(line: Line) -> tuple[Source, ...]:
    first, second = line.needed_number("medarbejder"), line.number("medarbejder 2")
    if second and first.casefold() == second.casefold():
        line.wrong("medarbejder 2", N_("The same employee stands twice at the visit."))
    return tuple(source("person", number) for number in (first, second) if number)


def _guides(line: Line) -> tuple[Source, ...]:
    names = filter(None, map(str.strip, line.text("hjælpemidler", TEXT).split("|")))
    return tuple({guide.id: guide for guide in (source("guide", name) for name in names)}.values())


def _contacts(line: Line) -> dict[str, str]:
    """Whom to call about this citizen, as far as the file has columns for it."""
    said = {
        "phone": line.phone("telefon"),
        "relative": line.text("pårørende") if "pårørende" in line.written else None,
        "relative_phone": line.phone("pårørende telefon"),
        "nurse": line.text("sygeplejerske") if "sygeplejerske" in line.written else None,
        "nurse_phone": line.phone("sygeplejerske telefon"),
    }
    return {name: text for name, text in said.items() if text is not None}


def _day(line: Line) -> date | None:
    written = line.needed("dato")
    try:
        return read_day(written) if written else None
    except NotATime as problem:
        line.wrong("dato", str(problem), written=written)
        return None


def _start(line: Line, day: date) -> datetime | None:
    written = line.needed("start")
    try:
        return read_time(day, written) if written else None
    except NotATime as problem:
        line.wrong("start", str(problem), written=written)
        return None


def _minutes(line: Line) -> int:
    written = line.needed("minutter")
    if not written:
        return 0
    if re.fullmatch("[0-9]{1,4}", written) and 1 <= int(written) <= A_DAY:
        return int(written)
    message = N_("“%(written)s” is not a number of minutes from 1 to %(most)d.")
    line.wrong("minutter", message, written=written, most=A_DAY)
    return 0


def _number(line: Line) -> str:
    """The visit number as written, also where the row is bad."""
    return one_line(line.cells.get("besøg", ""))


def _check_numbers(lines: tuple[Line, ...]) -> None:
    """A visit number that stands twice makes both rows wrong, for nobody knows which one is meant."""
    times = Counter(_number(line).casefold() for line in lines)
    for line in lines:
        if times[_number(line).casefold()] > 1 and _number(line) and not line.is_wrong("besøg"):
            line.wrong("besøg", N_("The visit number is in several rows. A second carer has a column."))


def _check_names(reading: list[tuple[Line, PlanRow]]) -> None:
    """One citizen number with two names would put one citizen's visit under another's name."""
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    for _, row in reading:
        rows[row.citizen.id].setdefault(row.citizen_name, row.row)
    for line, row in reading:
        names = rows[row.citizen.id]
        if len(names) == 1 or not row.citizen.number:
            continue
        if others := [first for name, first in names.items() if name != row.citizen_name]:
            line.wrong("navn", N_("The citizen number has another name in row %(other)d."), other=others[0])
