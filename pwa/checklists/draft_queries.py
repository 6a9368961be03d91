"""Knows drafts of checklists, what was done to each, and which checklists are retired; knows not what a draft says."""

from collections.abc import Sequence
from typing import NamedTuple

from pwa.database import Transaction

KEPT = 200
"""So many edits of a draft can be undone."""


class Draft(NamedTuple):
    """A draft as it is; `definition` is JSON, `closed_at` None while it is written."""

    checklist_id: str
    name: str
    number: int
    definition: str
    closed_at: str | None


class Edit(NamedTuple):
    """What somebody did to a draft, and the draft after it."""

    number: int
    back_to: int | None
    definition: str
    did: str
    step_id: str
    label: str
    at: str
    by_id: str
    by: str


async def get_draft(tx: Transaction, checklist_id: str, *, to_write: bool = False) -> Draft | None:
    """The draft of a checklist, also one that is closed. `to_write`: nobody else writes it until the commit."""
    clause = tx.for_update("checklist_draft") if to_write else ""
    row = await tx.row(
        f"""
        select checklist_id, name, number, definition, closed_at from checklist_draft
        where checklist_id = :checklist_id {clause}
        """,
        {"checklist_id": checklist_id},
    )
    return Draft(**row) if row else None


async def list_open_drafts(tx: Transaction) -> list[Draft]:
    """Those that are being written."""
    rows = await tx.tuples(
        """
        select checklist_id, name, number, definition, closed_at from checklist_draft
        where closed_at is null order by name, checklist_id
        """
    )
    return [Draft(*row) for row in rows]


async def set_draft(tx: Transaction, draft: Draft) -> None:
    """Write a draft, whether it is there or not."""
    await tx.execute(
        """
        insert into checklist_draft (checklist_id, name, number, definition, closed_at)
        values (:checklist_id, :name, :number, :definition, :closed_at)
        on conflict (checklist_id) do update set name = excluded.name, number = excluded.number,
          definition = excluded.definition, closed_at = excluded.closed_at
        """,
        draft._asdict(),
    )


async def close_draft(tx: Transaction, checklist_id: str, at: str) -> int:
    """It is not written any more: published, or thrown away."""
    return await tx.execute(
        "update checklist_draft set closed_at = :at where checklist_id = :checklist_id and closed_at is null",
        {"checklist_id": checklist_id, "at": at},
    )


async def add_edit(tx: Transaction, checklist_id: str, edit: Edit) -> None:
    """Write down an edit, and let go of those that are too old to be undone."""
    await tx.execute(
        """
        insert into checklist_edit (checklist_id, number, back_to, definition, did, step_id, label, at, by_id)
        values (:checklist_id, :number, :back_to, :definition, :did, :step_id, :label, :at, :by_id)
        """,
        {
            "checklist_id": checklist_id,
            **{name: value for name, value in edit._asdict().items() if name != "by"},
        },
    )
    await tx.execute(
        "delete from checklist_edit where checklist_id = :checklist_id and number <= :until",
        {"checklist_id": checklist_id, "until": edit.number - KEPT},
    )


async def get_edit(tx: Transaction, checklist_id: str, number: int) -> Edit | None:
    """An edit by its number, if it is still kept."""
    row = await tx.row(
        """
        select number, back_to, definition, did, step_id, label, at, by_id, person.name as by
        from checklist_edit join person on person.id = by_id
        where checklist_id = :checklist_id and number = :number
        """,
        {"checklist_id": checklist_id, "number": number},
    )
    return Edit(**row) if row else None


async def list_edits(tx: Transaction, checklist_id: str, after: int, most: int = KEPT) -> Sequence[Edit]:
    """What was done after an edit, the newest first; without the drafts."""
    rows = await tx.rows(
        """
        select number, back_to, '' as definition, did, step_id, label, at, by_id, person.name as by
        from checklist_edit join person on person.id = by_id
        where checklist_id = :checklist_id and number > :after
        order by number desc limit :most
        """,
        {"checklist_id": checklist_id, "after": after, "most": most},
    )
    return [Edit(**row) for row in rows]


async def list_last_edits(tx: Transaction) -> dict[str, Edit]:
    """The newest edit of each draft, by the checklist's id; without the drafts."""
    rows = await tx.rows(
        """
        select edit.checklist_id, edit.number, back_to, '' as definition, did, step_id, label, at, by_id,
          person.name as by
        from checklist_draft as draft
        join checklist_edit as edit on edit.checklist_id = draft.checklist_id and edit.number = draft.number
        join person on person.id = by_id
        where draft.closed_at is null
        """
    )
    return {row.pop("checklist_id"): Edit(**row) for row in rows}


async def list_retired(tx: Transaction) -> set[str]:
    """The checklists that are retired."""
    return {row["checklist_id"] for row in await tx.rows("select checklist_id from checklist_retired")}


async def set_retired(tx: Transaction, checklist_id: str, at: str, by_id: str) -> int:
    """A checklist is retired; 0 if it was."""
    return await tx.execute(
        """
        insert into checklist_retired (checklist_id, at, by_id) values (:checklist_id, :at, :by_id)
        on conflict (checklist_id) do nothing
        """,
        {"checklist_id": checklist_id, "at": at, "by_id": by_id},
    )


async def bring_back(tx: Transaction, checklist_id: str) -> int:
    """A checklist is not retired any more; 0 if it was not."""
    return await tx.execute(
        "delete from checklist_retired where checklist_id = :checklist_id", {"checklist_id": checklist_id}
    )
