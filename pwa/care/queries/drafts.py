"""Knows the SQL about what carers have half-written on their phones; knows nothing of what the words would become."""

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of

MOST_READ = 500
"""So many of one person's are read for a page or a phone, the newest. With each that is settled an older one comes."""

SettledAs = Literal["gone", "saved", "discarded"]
"""Gone from the phone it was written on; saved or discarded elsewhere, of which that phone is told."""


class DraftRow(NamedTuple):
    """A draft as a phone told it, or of the server's own page (no phone). `n` is the phone's own number of it, `at` when it
    was last typed in.
    """

    person_id: str
    id: str
    phone_id: str | None
    n: int
    at: str
    received_at: str
    content: str


class StoredDraft(Struct, frozen=True, gc=False):
    """A draft that nobody has saved or discarded, or has; `content` is JSON."""

    id: str
    phone_id: str | None
    at: str
    content: str
    settled_at: str | None


class Settled(NamedTuple):
    """A draft that its carer has saved or discarded, when, and on which phone ("": on the server's page)."""

    at: str
    how: SettledAs
    by_phone_id: str
    person_id: str
    id: str


async def set_drafts(tx: Transaction, rows: Iterable[DraftRow], *, of_others: bool = True) -> None:
    """Keep drafts as they are now. What was typed, or settled, later stays as it is: a push may come late, or twice.

    `of_others`: also in the place of what another phone has told; without it that stays, and list_of_others has it.
    """
    own = "" if of_others else "and draft.phone_id = excluded.phone_id"
    await tx.execute_many(
        f"""
        insert into draft (person_id, id, phone_id, n, at, received_at, content)
        values (:person_id, :id, :phone_id, :n, :at, :received_at, :content)
        on conflict (person_id, id) do update
        set phone_id = excluded.phone_id, n = excluded.n, at = excluded.at, received_at = excluded.received_at,
          content = excluded.content, settled_at = null, settled_as = null
        where excluded.at > draft.at and (draft.settled_at is null or excluded.at > draft.settled_at) {own}
        """,
        rows,
    )


async def settle_drafts(tx: Transaction, gone: Iterable[Settled]) -> None:
    """Remember which drafts their carers have saved or discarded, unless they were typed in since."""
    await tx.execute_many(
        """
        update draft set settled_at = :at,
          settled_as = case when :how = 'gone' and coalesce(phone_id, '') <> :by_phone_id then 'saved' else :how end
        where person_id = :person_id and id = :id and settled_at is null and at <= :at
        """,
        gone,
    )


async def list_of_others(
    tx: Transaction, person_id: str, phone_id: str | None, draft_ids: Collection[str]
) -> dict[str, str | None]:
    """Which of these drafts are not of this phone, and since when each is settled, None: half-written. Of no phone: all of them."""
    inside, params = each_of("draft", draft_ids)
    rows = await tx.tuples(
        f"""
        select id, settled_at from draft
        where person_id = :person_id and coalesce(phone_id, '') <> :phone_id and id in ({inside})
        """,
        {"person_id": person_id, "phone_id": phone_id or "no phone", **params},
    )
    return dict(rows)


async def take_draft(tx: Transaction, person_id: str, draft_id: str, now: str) -> StoredDraft | None:
    """A draft, saved from here on: whoever else saves it at the same moment gets None, as for one that is not there."""
    row = await tx.row(
        """
        update draft set settled_at = case when at > :now then at else :now end, settled_as = 'saved'
        where person_id = :person_id and id = :id and settled_at is null
        returning id, phone_id, at, content, settled_at
        """,
        {"person_id": person_id, "id": draft_id, "now": now},
    )
    return StoredDraft(**row) if row else None


async def restore_draft(tx: Transaction, person_id: str, draft_id: str) -> int:
    """One that was discarded is half-written again, and no longer on its phone: it was told. 0 if there is none."""
    return await tx.execute(
        """
        update draft set settled_at = null, settled_as = null, n = 0
        where person_id = :person_id and id = :id and settled_as = 'discarded'
        """,
        {"person_id": person_id, "id": draft_id},
    )


async def list_drafts(
    tx: Transaction, person_id: str, discarded_after: str | None = None, most: int = MOST_READ
) -> list[StoredDraft]:
    """What somebody has half-written, the newest first; also what was discarded after that moment, if one is given."""
    rows = await tx.rows(
        """
        select id, phone_id, at, content, settled_at from draft
        where person_id = :person_id and (settled_at is null or settled_as = 'discarded' and settled_at > :after)
        order by at desc, id limit :most
        """,
        {"person_id": person_id, "after": discarded_after or "9", "most": most},
    )
    return [StoredDraft(**row) for row in rows]


async def list_drafts_elsewhere(
    tx: Transaction, person_id: str, phone_id: str, floor: int
) -> list[StoredDraft]:
    """What somebody has half-written that is not on this phone: on others, and on this one up to a number."""
    rows = await tx.rows(
        """
        select id, phone_id, at, content, settled_at from draft
        where person_id = :person_id and settled_at is null and (phone_id is null or phone_id <> :phone_id or n <= :floor)
        order by at desc, id limit :most
        """,
        {"person_id": person_id, "phone_id": phone_id, "floor": floor, "most": MOST_READ},
    )
    return [StoredDraft(**row) for row in rows]


async def list_settled_elsewhere(tx: Transaction, person_id: str, phone_id: str) -> list[tuple[str, str]]:
    """Of this phone's drafts those that were saved or discarded elsewhere: id, and when what was settled was typed."""
    rows = await tx.tuples(
        """
        select id, at from draft
        where person_id = :person_id and phone_id = :phone_id and settled_as in ('saved', 'discarded')
        order by settled_at desc, id limit 100
        """,
        {"person_id": person_id, "phone_id": phone_id},
    )
    return [(id, at) for id, at in rows]
