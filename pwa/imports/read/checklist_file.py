"""Knows checklists as organisers write them, one row per step; knows nothing of visits."""

import re
from collections.abc import Sequence

from pwa.checklists.steps import Planned
from pwa.imports.read.cells import TEXT, Line
from pwa.imports.read.checklists import Checklist, ChecklistFile, Step
from pwa.imports.read.csv_file import Column, folded, list_first_rows, read_table
from pwa.source_ids import id_of, source
from pwa.words import N_

COLUMNS = (
    Column("tjekliste", ("checklist",)),
    Column("version"),
    Column("punkt", ("step",)),
    Column("hjælp", ("help", "hjælpetekst"), needed=False, free=True),
    Column("planlagt", ("planned",)),
    Column("svar for sig", ("by itself",), needed=False),
)
PLANNED: dict[str, Planned] = {
    "selv": "alone", "sammen": "together", "medarbejder": "carer", "teknologi": "technology",
}  # fmt: skip
MOST_STEPS = 60  # a list longer than that is several lists


def is_own_table(content: bytes) -> bool:
    """Whether this is CSV with our own headings, a row for each step of several checklists."""
    return any(map(has_own_headings, list_first_rows(content)))


def has_own_headings(cells: Sequence[str]) -> bool:
    """Whether these are the headings of our own table."""
    return all(any(column.is_called(folded(cell)) for cell in cells) for column in (COLUMNS[0], COLUMNS[2]))


def read_checklists(content: bytes) -> ChecklistFile[Checklist]:
    """Read all checklists; one with a wrong row is left out whole, for half a checklist is a wrong one."""
    table = read_table(content, COLUMNS)
    if table.errors:
        return ChecklistFile((), table.errors, table.warnings)
    groups: dict[tuple[str, int], list[Line]] = {}
    for line in table.lines:
        groups.setdefault((line.needed("tjekliste").casefold(), _version(line)), []).append(line)
    checklists = [_checklist(lines, version) for (_, version), lines in groups.items()]
    errors = tuple(mistake for line in table.lines for mistake in line.mistakes)
    return ChecklistFile(tuple(filter(None, checklists)), errors, table.warnings)


def _version(line: Line) -> int:
    written = line.needed("version")
    if re.fullmatch("0{0,3}[1-9][0-9]{0,3}", written):
        return int(written)
    if written:
        message = N_("“%(written)s” is not a version. Write a whole number from 1.")
        line.wrong("version", message, written=written)
    return 0


def _checklist(lines: list[Line], version: int) -> Checklist | None:
    """The checklist that these rows are, or None where one of them is wrong."""
    name = lines[0].text("tjekliste")
    labels: set[str] = set()
    steps = []
    for number, line in enumerate(lines, 1):
        label = line.needed("punkt")
        if label and label.casefold() in labels:
            line.wrong("punkt", N_("The step stands twice in the checklist."))
        labels.add(label.casefold())
        step_id = id_of("step", f"{name}:{version}:{number}")
        steps.append(Step(step_id, label, line.lines("hjælp", TEXT), _planned(line), _by_itself(line)))
    if len(steps) > MOST_STEPS:
        lines[MOST_STEPS].wrong("", N_("The checklist has more than %(most)d steps."), most=MOST_STEPS)
    if any(line.mistakes for line in lines):
        return None
    return Checklist(lines[0].row, source("checklist", name), version, tuple(steps))


def _planned(line: Line) -> Planned:
    written = line.needed("planlagt").casefold()
    if written and written not in PLANNED:
        message = N_("“%(written)s” does not say who does it. Write selv, sammen, medarbejder or teknologi.")
        line.wrong("planlagt", message, written=written)
    return PLANNED.get(written, "carer")


def _by_itself(line: Line) -> bool:
    written = line.text("svar for sig").casefold()
    if written not in ("ja", "nej", ""):
        line.wrong("svar for sig", N_("“%(written)s” is neither ja nor nej."), written=written)
    return written == "ja"
