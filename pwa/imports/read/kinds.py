"""Knows by a file's first row whether it is another kind of list than the one that was named; reads no further."""

from collections.abc import Mapping, Sequence

from pwa.imports.read import checklist_file, people_file, plan_file
from pwa.imports.read.csv_file import Column, has_headings_of, list_first_rows
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_

COLUMNS: Mapping[str, Sequence[Column]] = {
    "plan": plan_file.COLUMNS,
    "people": people_file.COLUMNS,
    "checklists": checklist_file.COLUMNS,
}
IS_ANOTHER = {
    "plan": N_("By its headings the file is a plan. It comes in with haand import plan."),
    "people": N_("By its headings the file is a list of employees. It comes in with haand import people."),
    "checklists": N_("By its headings the file has checklists. It comes in with haand import checklists."),
}


def find_another_kind(kind: str, content: bytes) -> Mistake | None:
    """That the file has all headings of another kind, and not those of this one."""
    first_rows = list_first_rows(content)
    kinds = [
        each for each, columns in COLUMNS.items() if any(has_headings_of(columns, row) for row in first_rows)
    ]
    return None if kind in kinds or not kinds else Mistake(IS_ANOTHER[kinds[0]])
