"""Knows the list of employees and the tree of teams they work in; knows nothing of who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pwa.imports.read.cells import Line
from pwa.imports.read.csv_file import Column, read_table
from pwa.imports.read.danish_times import NotATime, read_day
from pwa.imports.read.mistakes import Mistake
from pwa.source_ids import Source, source
from pwa.words import N_, RoleName

Language = Literal["da", "en"]

COLUMNS = (
    Column("medarbejder", ("medarbejdernummer", "medarbejder nr", "nummer", "employee")),
    Column("navn", ("name",)),
    Column("rolle", ("role",)),
    Column("gruppe", ("team", "distrikt")),
    Column("overgruppe", ("område", "under", "area"), needed=False),
    Column("sprog", ("language",), needed=False),
    Column("fra", ("første dag", "startdato", "from"), needed=False),
    Column("til", ("sidste dag", "slutdato", "until"), needed=False),
    Column("telefon", ("tlf", "arbejdstelefon", "telefonnummer", "phone"), needed=False),
)
ROLES: dict[str, RoleName] = {
    "medarbejder": "carer",
    "leder": "leader",
    "planlægger": "organiser",
    "administrator": "administrator",
    "databeskyttelsesrådgiver": "dpo",
    "dpo": "dpo",
}
ROLE_WORDS: dict[RoleName, str] = {role: word for word, role in ROLES.items()}
LANGUAGES: dict[str, Language] = {"": "da", "dansk": "da", "da": "da", "engelsk": "en", "en": "en"}


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and what it stands under, as far as the list says so; the top of the tree stands under nothing."""

    team: Source
    parent: Source | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One role of one employee in one team, from its first to its last day; who has two roles has two rows."""

    row: int
    person: Source
    name: str
    role: RoleName
    team: Source
    language: Language
    first_day: date | None = None
    last_day: date | None = None
    phone: str | None = None  # as written; None: the file has no such column


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """Teams with parents before children, the rows that are right, and what is wrong."""

    teams: tuple[TeamRow, ...]
    rows: tuple[PersonRow, ...]
    errors: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()


def read_people(content: bytes) -> PeopleFile:
    """Read the whole list; whatever is wrong stands in `errors`, and only rows that are right in `rows`."""
    table = read_table(content, COLUMNS)
    if table.errors:
        return PeopleFile((), (), table.errors, table.warnings)
    reading = [(line, _row(line)) for line in table.lines]
    parents = _parents(table.lines)
    _check_names(reading)
    rows = tuple(row for line, row in reading if not line.mistakes)
    errors = tuple(mistake for line in table.lines for mistake in line.mistakes)
    odd = tuple(warning for line in table.lines if not line.mistakes for warning in line.warnings)
    return PeopleFile(_tree(rows, parents), rows, errors, (*table.warnings, *odd))


def _row(line: Line) -> PersonRow:
    number, name, team = line.needed_number("medarbejder"), line.needed("navn"), line.needed("gruppe")
    if name and not any(map(str.isalpha, name)):
        line.wrong("navn", N_("A name has letters. Is the column the right one?"))
    role, language = line.needed("rolle").casefold(), line.text("sprog").casefold()
    if role and role not in ROLES:
        message = N_(
            "“%(written)s” is not a role. Write medarbejder, leder, planlægger, administrator or dpo."
        )
        line.wrong("rolle", message, written=role)
    if language not in LANGUAGES:
        line.wrong("sprog", N_("“%(written)s” is not a language. Write dansk or engelsk."), written=language)
    first_day, last_day = _day(line, "fra"), _day(line, "til")
    if first_day and last_day and last_day < first_day:
        line.wrong("til", N_("The last day lies before the first."))
    return PersonRow(
        line.row,
        source("person", number),
        name,
        ROLES.get(role, "carer"),
        source("team", team),
        LANGUAGES.get(language, "da"),
        first_day,
        last_day,
        line.phone("telefon"),
    )


def _day(line: Line, column: str) -> date | None:
    written = line.text(column)
    try:
        return read_day(written) if written else None
    except NotATime as wrong:
        line.wrong(column, str(wrong), written=written)
        return None


def _parents(lines: tuple[Line, ...]) -> dict[str, Source]:
    """Which team stands under which, by id; wrong is a row that gives a team two, or puts it under itself."""
    parents: dict[str, Source] = {}
    ids: dict[str, str | None] = {}
    for line in lines:
        team, above = source("team", line.text("gruppe")), source("team", line.text("overgruppe"))
        if not (team.number and above.number):
            continue
        if parents.setdefault(team.id, above).id != above.id:
            line.wrong("overgruppe", N_("The team stands under another team in an earlier row."))
        elif goes_round(team.id, ids | {team.id: above.id}):
            del parents[team.id]
            line.wrong("overgruppe", N_("The team would stand under itself."))
        else:
            ids[team.id] = above.id
    return parents


def goes_round(team_id: str, parents: Mapping[str, str | None]) -> bool:
    """Whether a team would stand under itself."""
    above, passed = parents.get(team_id), set[str]()
    while above and above != team_id and above not in passed:
        passed.add(above)
        above = parents.get(above)
    return above == team_id


def _check_names(reading: list[tuple[Line, PersonRow]]) -> None:
    """An employee with two roles has two rows, but one name; and no role twice in a team."""
    names: dict[str, tuple[int, str]] = {}
    roles: set[tuple[str, str, str]] = set()
    for line, row in reading:
        first, name = names.setdefault(row.person.id, (row.row, row.name))
        if row.person.number and name != row.name:
            line.wrong("navn", N_("The employee number has another name in row %(other)d."), other=first)
        elif (held := (row.person.id, row.role, row.team.id)) in roles:
            line.wrong("medarbejder", N_("The employee already has this role in this team."))
        else:
            roles.add(held)


def _tree(rows: tuple[PersonRow, ...], parents: dict[str, Source]) -> tuple[TeamRow, ...]:
    """Every team of the rows and all above it, parents first."""
    tree: dict[str, TeamRow] = {}

    def add(team: Source) -> None:
        if team.id not in tree:
            above = parents.get(team.id)
            if above:
                add(above)
            tree[team.id] = TeamRow(team, above)

    for row in rows:
        add(row.team)
    return tuple(tree.values())
