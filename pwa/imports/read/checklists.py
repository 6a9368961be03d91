"""Knows what is read of a file with checklists: plain lists, checklists with a definition, and what is wrong."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pwa.checklists.publishing import Published
from pwa.checklists.steps import Planned
from pwa.imports.read.mistakes import Mistake
from pwa.source_ids import Source


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `planned` is the usual answer. The id is the checklist's own, a visit's copy gets another.

    One that is answered `by_itself`, such as medicine, is not answered by "all as planned".
    """

    id: str
    label: str
    help: str
    planned: Planned
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of a checklist. The id is the same for all its versions."""

    row: int
    checklist: Source
    version: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as a preview shows it: its row (None where the file has none), its name there, kind and text, how deep it stands."""

    row: int | None
    link: str
    kind: str
    label: str
    depth: int
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Defined:
    """A checklist with a definition. Its version is given when it is compared with what is there."""

    checklist: Source
    published: Published
    steps: tuple[Shown, ...]
    row: int | None = None


Row = TypeVar("Row", bound="Checklist | Defined", covariant=True)


@dataclass(frozen=True, slots=True)
class ChecklistFile(Generic[Row]):
    """The checklists that are right, in the file's order, and what is wrong. Of `hopeless` ones not even a part can be had."""

    rows: tuple[Row, ...]
    errors: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()
    hopeless: bool = False
