"""Knows the SQL of the access log and its chain; knows nothing of why somebody looked."""

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import asdict

from pwa.database import Row, Transaction
from pwa.database.lists import each_of


class Entry(Struct, frozen=True, gc=False):
    """An entry before it has a place; every column in order. `about` is JSON: [[team_id, citizen_id, visit_id], ...]."""

    id: str
    at: str
    received_at: str
    kind: str
    what: str
    day: str
    person_id: str
    sign_in_id: str
    phone_id: str
    purpose: str
    words: str
    about: str


class Link(Struct, frozen=True, gc=False):
    """An entry with its place in the chain."""

    n: int
    hash: str
    entry: Entry


class Anchor(Struct, frozen=True, gc=False):
    """What was removed: up to which entry, how many since the anchor before, when and by which rule."""

    n: int
    hash: str
    count: int
    removed_at: str
    rule: str


class SealedAnchor(Struct, frozen=True, gc=False):
    """An anchor with the hash over it and the anchor before."""

    anchor: Anchor
    seal: str


ENTRY = ", ".join(Entry.__struct_fields__)


async def add_entries(tx: Transaction, entries: Iterable[Entry]) -> None:
    """Write entries down; one that is there already stays as it is."""
    await tx.execute_many(
        f"""
        insert into access_log ({ENTRY})
        values ({", ".join(f":{name}" for name in Entry.__struct_fields__)})
        on conflict (id) do nothing
        """,
        [
            (
                each.id, each.at, each.received_at, each.kind, each.what, each.day, each.person_id,
                each.sign_in_id, each.phone_id, each.purpose, each.words, each.about,
            )
            for each in entries
        ],
    )  # fmt: skip


async def add_about(tx: Transaction, rows: Iterable[tuple[str, str, str]]) -> None:
    """(entry's id, team_id, citizen_id) of entries, to find them by."""
    await tx.execute_many(
        """
        insert into access_log_about (entry_id, team_id, citizen_id)
        values (:entry_id, :team_id, :citizen_id)
        on conflict (entry_id, team_id, citizen_id) do nothing
        """,
        rows,
    )


async def add_set_aside(tx: Transaction, entry_id: str, at: str, why: str, entry: str) -> None:
    """Keep an entry that the log could not take; one that is there already stays as it is."""
    await tx.execute(
        """
        insert into access_set_aside (id, set_aside_at, why, entry) values (:id, :at, :why, :entry)
        on conflict (id) do nothing
        """,
        {"id": entry_id, "at": at, "why": why, "entry": entry},
    )


async def list_set_aside(tx: Transaction) -> list[str]:
    """The ids of entries that the log could not take, the oldest first."""
    rows = await tx.tuples("select id from access_set_aside order by set_aside_at, id limit 1000")
    return [str(id) for (id,) in rows]


async def remove_set_aside(tx: Transaction, before: str) -> int:
    """Those whose time is over."""
    return await tx.execute("delete from access_set_aside where set_aside_at < :before", {"before": before})


async def list_ids(tx: Transaction, entry_ids: Collection[str]) -> set[str]:
    """Which of these entries are there."""
    if not entry_ids:
        return set()
    inside, params = each_of("entry", entry_ids)
    return {str(id) for (id,) in await tx.tuples(f"select id from access_log where id in ({inside})", params)}


async def count_of_person(tx: Transaction, person_id: str, what: str, since: str) -> int:
    """How many entries of a kind say that somebody has looked since then."""
    row = await tx.row(
        "select count(*) as number from access_log where person_id = :person_id and at >= :since and what = :what",
        {"person_id": person_id, "since": since, "what": what},
    )
    return int(row["number"]) if row else 0


# The chain -------------------------------------------------------------------------------------------------


async def lock_chain(tx: Transaction) -> None:
    """Nobody else makes the chain longer or shorter until the commit; entries come in meanwhile."""
    await tx.lock_table("access_anchor")


async def count_unsequenced(tx: Transaction, most: int) -> tuple[int, str | None]:
    """How many entries have no place yet, no further than this, and when the first of them was received."""
    [(count, oldest_at)] = await tx.tuples(
        """
        select count(*), min(received_at) from (
          select received_at from access_log where n is null order by received_at, id limit :most
        ) as those
        """,
        {"most": most},
    )
    return int(count), oldest_at


async def list_unsequenced(tx: Transaction, most: int) -> list[Entry]:
    """The entries that have no place yet, in the order in which they get one."""
    rows = await tx.tuples(
        f"select {ENTRY} from access_log where n is null order by received_at, id limit :most", {"most": most}
    )
    return [Entry(*row) for row in rows]


async def find_last(tx: Transaction) -> tuple[int, str] | None:
    """The number and hash of the last entry with a place, if there is one."""
    rows = await tx.tuples("select n, hash from access_log where n is not null order by n desc limit 1")
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


async def find_received_at(tx: Transaction, n: int) -> str | None:
    """When the entry with this number was received; None if it is not there."""
    rows = await tx.tuples("select received_at from access_log where n = :n", {"n": n})
    return str(rows[0][0]) if rows else None


async def set_sequence(tx: Transaction, places: Iterable[tuple[int, str, str]]) -> None:
    """(n, hash, entry's id): give entries their places."""
    await tx.execute_many("update access_log set n = :n, hash = :hash where id = :id and n is null", places)


async def list_links(tx: Transaction, after: int, most: int) -> list[Link]:
    """The entries with a place after this one, in order."""
    rows = await tx.tuples(
        f"select n, hash, {ENTRY} from access_log where n > :after order by n limit :most",
        {"after": after, "most": most},
    )
    return [Link(n, hash, Entry(*entry)) for n, hash, *entry in rows]


async def list_about(tx: Transaction, entry_ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """(team_id, citizen_id) by which each of these entries is found."""
    inside, params = each_of("entry", entry_ids)
    found: dict[str, set[tuple[str, str]]] = {}
    for entry_id, team_id, citizen_id in await tx.tuples(
        f"select entry_id, team_id, citizen_id from access_log_about where entry_id in ({inside})", params
    ):
        found.setdefault(entry_id, set()).add((team_id, citizen_id))
    return found


async def list_anchors(tx: Transaction) -> list[SealedAnchor]:
    """All that was removed, the oldest first."""
    rows = await tx.tuples("select n, hash, count, removed_at, rule, seal from access_anchor order by n")
    return [SealedAnchor(Anchor(*anchor), seal) for *anchor, seal in rows]


async def add_anchor(tx: Transaction, sealed: SealedAnchor) -> None:
    """The chain goes on from here."""
    await tx.execute(
        """
        insert into access_anchor (n, hash, count, removed_at, rule, seal)
        values (:n, :hash, :count, :removed_at, :rule, :seal)
        """,
        {**asdict(sealed.anchor), "seal": sealed.seal},
    )


async def remove_until(tx: Transaction, n: int) -> int:
    """Remove the entries up to this place, of which an anchor must say that they go."""
    return await tx.execute("delete from access_log where n <= :n", {"n": n})


async def find_said(tx: Transaction, person_id: str, citizen_id: str, since: str) -> Row | None:
    """The purpose (purpose, words) that somebody has said last for looking at a citizen, if since then."""
    return await tx.row(
        """
        select purpose, words from access_log
        where person_id = :person_id and at >= :since and kind = 'purpose' and exists (
          select 1 from access_log_about where entry_id = access_log.id and citizen_id = :citizen_id
        )
        order by at desc, id desc limit 1
        """,
        {"person_id": person_id, "citizen_id": citizen_id, "since": since},
    )
