"""Knows checklists and their versions; knows nothing of the visits that copied them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pwa.database import Transaction
from pwa.written import VisitStep


class Version(NamedTuple):
    """A version of a checklist."""

    id: str
    name: str
    version: int


async def list_newest(tx: Transaction) -> dict[str, Version]:
    """The newest version of every checklist, by its id."""
    rows = await tx.tuples(
        """
        select id, name, version from checklist
        where (id, version) in (select id, max(version) from checklist group by id)
        """
    )
    return {row[0]: Version(*row) for row in rows}


async def list_versions(tx: Transaction) -> list[Version]:
    """Every version of every checklist."""
    rows = await tx.tuples("select id, name, version from checklist order by id, version")
    return [Version(*row) for row in rows]


async def list_defined(tx: Transaction) -> list[Version]:
    """Every version that has a definition."""
    rows = await tx.tuples(
        "select id, name, version from checklist where definition is not null order by id, version"
    )
    return [Version(*row) for row in rows]


async def list_steps(tx: Transaction, checklist_id: str, version: int) -> list[VisitStep]:
    """The steps of a version in order."""
    rows = await tx.rows(
        """
        select id, label, help, planned, by_itself from checklist_step
        where checklist_id = :checklist_id and version = :version order by position
        """,
        {"checklist_id": checklist_id, "version": version},
    )
    return [VisitStep(**row, removed_at=None) for row in rows]


async def list_all_steps(tx: Transaction) -> dict[tuple[str, int], list[VisitStep]]:
    """The steps of every version in order, by the checklist's id and the version."""
    rows = await tx.tuples(
        """
        select checklist_id, version, id, label, help, planned, by_itself from checklist_step
        order by checklist_id, version, position
        """
    )
    found: dict[tuple[str, int], list[VisitStep]] = defaultdict(list)
    for checklist_id, version, id, label, help, planned, by_itself in rows:
        found[checklist_id, version].append(VisitStep(id, label, help, planned, None, by_itself))
    return dict(found)


async def has_version(tx: Transaction, checklist_id: str, version: int) -> bool:
    """Whether this version is there."""
    row = await tx.row(
        "select 1 from checklist where id = :checklist_id and version = :version",
        {"checklist_id": checklist_id, "version": version},
    )
    return row is not None


async def get_newest_version(tx: Transaction, checklist_id: str) -> int:
    """The number of a checklist's newest version; 0 if there is none."""
    row = await tx.row(
        "select coalesce(max(version), 0) as version from checklist where id = :checklist_id",
        {"checklist_id": checklist_id},
    )
    return row["version"] if row else 0


async def get_definition(tx: Transaction, checklist_id: str, version: int) -> str | None:
    """The definition of a version as it is kept (publishing.py reads it); None of a plain list, or of none."""
    row = await tx.row(
        "select definition from checklist where id = :checklist_id and version = :version",
        {"checklist_id": checklist_id, "version": version},
    )
    return row["definition"] if row else None


async def add_version(
    tx: Transaction,
    checklist_id: str,
    version: int,
    name: str,
    steps: Sequence[VisitStep],
    definition: str | None = None,
) -> None:
    """Add a version with its steps, in this order; with a definition, the steps are those of who_steps.py."""
    await tx.execute(
        """
        insert into checklist (id, version, name, definition)
        values (:checklist_id, :version, :name, :definition)
        """,
        {"checklist_id": checklist_id, "version": version, "name": name, "definition": definition},
    )
    await tx.execute_many(
        """
        insert into checklist_step (checklist_id, version, position, id, label, help, planned, by_itself)
        values (:checklist_id, :version, :position, :id, :label, :help, :planned, :by_itself)
        """,
        [
            (checklist_id, version, position, step.id, step.label, step.help, step.planned, step.by_itself)
            for position, step in enumerate(steps)
        ],
    )
