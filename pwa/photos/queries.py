"""Knows the SQL about photos, who has sent them and what shows them; knows nothing of their bytes."""

from collections.abc import Collection

from msgspec import Struct

from pwa.database import Params, Transaction
from pwa.database.lists import each_of


class Photo(Struct, frozen=True, gc=False):
    """A photo as it was received (`bytes`) and as it is stored; `is_own` is 1 for who has sent it, else 0."""

    type: str
    bytes: int
    stored_as: str
    stored_sha256: str
    stored_bytes: int
    is_own: int


class StoredPhoto(Struct, frozen=True, gc=False):
    """Which photo is stored as what, and what its bytes there must come to."""

    sha256: str
    stored_as: str
    stored_sha256: str


NOWHERE = """
  photo.received_at < :before and photo.referenced_at is null
    and not exists (select 1 from photo_reference where photo_reference.sha256 = photo.sha256)
"""
"""Received before then, and nothing shows it."""


async def find_photo(tx: Transaction, sha256: str, person_id: str, team_ids: Collection[str]) -> Photo | None:
    """A photo that this person has sent, or that its sender has shown at a visit of one of these teams."""
    names, params = each_of("team", team_ids)
    row = await tx.row(
        f"""
        select type, bytes, stored_as, stored_sha256, stored_bytes,
          (select count(*) from photo_sender
            where photo_sender.sha256 = photo.sha256 and person_id = :person_id) as is_own
        from photo where sha256 = :sha256 and (
          exists (select 1 from photo_sender where photo_sender.sha256 = photo.sha256 and person_id = :person_id)
          or exists (
            select 1 from photo_reference
            join photo_sender on photo_sender.sha256 = photo_reference.sha256 and person_id = by_id
            where photo_reference.sha256 = photo.sha256 and team_id in ({names})
          )
        )
        """,
        {"sha256": sha256, "person_id": person_id, **params},
    )
    return Photo(**row) if row else None


async def sum_sent(tx: Transaction, person_id: str, since: str) -> tuple[int, int]:
    """How many photos somebody has sent since then, and how many bytes they have as they are stored."""
    rows = await tx.tuples(
        """
        select count(*), coalesce(sum(photo.stored_bytes), 0) from photo_sender
        join photo on photo.sha256 = photo_sender.sha256
        where photo_sender.person_id = :person_id and photo_sender.received_at >= :since
        """,
        {"person_id": person_id, "since": since},
    )
    return int(rows[0][0]), int(rows[0][1])


async def sum_stored(tx: Transaction) -> int:
    """How many bytes all photos have."""
    rows = await tx.tuples("select coalesce(sum(stored_bytes), 0) from photo")
    return int(rows[0][0])


async def set_photo(tx: Transaction, photo: Params) -> int:
    """A photo was received, perhaps not for the first time: it lies where it was stored last."""
    return await tx.execute(
        """
        insert into photo (sha256, type, bytes, pixels, stored_as, stored_sha256, stored_bytes, received_at)
        values (:sha256, :type, :bytes, :pixels, :stored_as, :stored_sha256, :stored_bytes, :received_at)
        on conflict (sha256) do update set type = excluded.type, bytes = excluded.bytes,
          pixels = excluded.pixels, stored_as = excluded.stored_as, stored_sha256 = excluded.stored_sha256,
          stored_bytes = excluded.stored_bytes, received_at = excluded.received_at
        """,
        photo,
    )


async def add_sender(tx: Transaction, sha256: str, person_id: str, at: str) -> int:
    """Somebody has sent all of a photo."""
    return await tx.execute(
        """
        insert into photo_sender (sha256, person_id, received_at) values (:sha256, :person_id, :at)
        on conflict (sha256, person_id) do nothing
        """,
        {"sha256": sha256, "person_id": person_id, "at": at},
    )


async def list_unreferenced(tx: Transaction, before: str) -> list[str]:
    """The names of photos received before then that nothing shows, the oldest first."""
    rows = await tx.rows(
        f"select sha256 from photo where {NOWHERE} order by received_at, sha256", {"before": before}
    )
    return [row["sha256"] for row in rows]


async def remove_unreferenced(tx: Transaction, sha256: str, before: str) -> str | None:
    """Forget a photo unless something shows it by now, or it came again; what it was stored as, or None."""
    row = await tx.row(
        f"delete from photo where sha256 = :sha256 and {NOWHERE} returning stored_as",
        {"sha256": sha256, "before": before},
    )
    return row["stored_as"] if row else None


async def list_stored(tx: Transaction, names: Collection[str]) -> set[str]:
    """Those of these names that a photo is stored as."""
    inside, params = each_of("name", names)
    rows = await tx.rows(f"select stored_as from photo where stored_as in ({inside})", params)
    return {row["stored_as"] for row in rows}


async def list_photos_after(tx: Transaction, after: str, at_most: int) -> list[StoredPhoto]:
    """The photos whose names come after this one, in their order."""
    rows = await tx.rows(
        """
        select sha256, stored_as, stored_sha256 from photo where sha256 > :after
        order by sha256 limit :at_most
        """,
        {"after": after, "at_most": at_most},
    )
    return [StoredPhoto(**row) for row in rows]


async def list_visits_of_photo(tx: Transaction, sha256: str) -> list[str]:
    """The visits that show a photo."""
    rows = await tx.tuples(
        "select distinct visit_id from photo_reference where sha256 = :sha256 order by visit_id",
        {"sha256": sha256},
    )
    return [visit_id for (visit_id,) in rows]
