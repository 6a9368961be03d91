"""Knows checklists and their versions; knows nothing of the visits that copied them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.written import VisitStep


class Version(NamedTuple):
    """A version of a checklist."""

    id: str
    name: str
    version: int
    starts_on: str | None = None
    """The first day whose visits get it; None: it was imported, and is for any day."""


class Publication(NamedTuple):
    """From which day a version is, when it was published, and by whom; nothing of one that was imported."""

    starts_on: str | None = None
    at: str | None = None
    by_id: str | None = None


IMPORTED = Publication()


def version_on(versions: Sequence[Version], day: str) -> Version:
    """The version that a visit of this day gets: the newest that has begun by then, or, before any has, the first.

    >>> one, two = Version("c", "Bad", 1, "2026-11-01"), Version("c", "Bad", 2, "2026-12-01")
    >>> [version_on([one, two], day).version for day in ("2026-10-01", "2026-11-30", "2026-12-01")]
    [1, 1, 2]
    """
    begun = [each for each in versions if each.starts_on is None or each.starts_on <= day]
    return max(begun, key=lambda each: each.version) if begun else versions[0]


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
    rows = await tx.tuples("select id, name, version, starts_on from checklist order by id, version")
    return [Version(*row) for row in rows]


class PublishedVersion(NamedTuple):
    """A version, who published it, and when; None of one that was imported."""

    version: Version
    by: str | None
    at: str | None


async def list_versions_of(tx: Transaction, checklist_id: str) -> list[PublishedVersion]:
    """Every version of one checklist, the oldest first."""
    rows = await tx.tuples(
        """
        select checklist.id, checklist.name, version, starts_on, person.name, published_at
        from checklist left join person on person.id = published_by_id
        where checklist.id = :checklist_id order by version
        """,
        {"checklist_id": checklist_id},
    )
    return [PublishedVersion(Version(*row[:4]), *row[4:]) for row in rows]


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


async def require_checklist(tx: Transaction, checklist_id: str) -> None:
    """Raises NotFound where there is no version of it."""
    if not await get_newest_version(tx, checklist_id):
        raise NotFound


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
    publication: Publication = IMPORTED,
) -> None:
    """Add a version with its steps, in this order; with a definition, the steps are those of who_steps.py."""
    await tx.execute(
        """
        insert into checklist (id, version, name, definition, starts_on, published_at, published_by_id)
        values (:checklist_id, :version, :name, :definition, :starts_on, :at, :by_id)
        """,
        {
            "checklist_id": checklist_id,
            "version": version,
            "name": name,
            "definition": definition,
            **publication._asdict(),
        },
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
