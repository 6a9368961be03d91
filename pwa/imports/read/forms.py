"""Knows what is said of a file of forms once it is read; knows no kind of form."""

from dataclasses import dataclass, field

from pwa.checklists.told import Told
from pwa.imports.read.mistakes import Mistake


@dataclass(slots=True)
class Form:
    """A checklist of a file: its name, its definition as JSON (None where even the rest would be wrong), and what is told."""

    name: str
    definition: str | None
    told: list[Told]


@dataclass(slots=True)
class FormFile:
    """The checklists of a file; or `table`, our own table as CSV; or the mistakes for which it cannot be read."""

    forms: list[Form] = field(default_factory=list)
    table: str = ""
    mistakes: list[Mistake] = field(default_factory=list)
