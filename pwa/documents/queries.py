"""Knows stored documents, their versions and the counters of these; knows nothing of what is in them."""

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from pwa.database import Transaction
from pwa.database.lists import Key, each_of, numbered_of, of_visits

EVERYBODY = ""
"""The team_id of what belongs to no team."""


class Listed(NamedTuple):
    """A document as a list has it, without its body; `day` is a visit's, None for what has none."""

    team_id: str
    id: str
    version: int
    day: str | None

    @property
    def key(self) -> Key:
        """The team's id and its own."""
        return self.team_id, self.id


Token = tuple[int, int]
"""Of a document: what it is built of is as it was while this is as it was. Its version, and how often it was touched."""


class Stored(NamedTuple):
    """A document as a row; every column in order. `body` is JSON; "" where it is built when it is read."""

    team_id: str
    id: str
    version: int
    day: str | None
    keep_until: str | None
    body: str
    touched: int = 0

    @property
    def key(self) -> Key:
        """The team's id and its own."""
        return self.team_id, self.id

    @property
    def has_body(self) -> bool:
        """Whether its body is stored."""
        return self.body != ""

    @property
    def token(self) -> Token:
        """As it was when this was read."""
        return self.version, self.touched


async def get_document(tx: Transaction, team_id: str, document_id: str) -> Stored | None:
    """A document, or None."""
    return next(iter(await list_documents(tx, [(team_id, document_id)])), None)


async def list_documents(tx: Transaction, keys: Collection[Key]) -> list[Stored]:
    """These documents (team_id, document's id), those that exist."""
    condition, params = of_visits(keys, "team_id, id")
    rows = await tx.tuples(
        f"select team_id, id, version, day, keep_until, body, touched from document where {condition}", params
    )
    return [Stored(*row) for row in rows]


async def list_tokens(tx: Transaction, keys: Collection[Key]) -> dict[Key, Token]:
    """The tokens of these documents (team_id, document's id), of those that exist."""
    condition, params = of_visits(keys, "team_id, id")
    rows = await tx.tuples(f"select team_id, id, version, touched from document where {condition}", params)
    return {(team_id, id): (version, touched) for team_id, id, version, touched in rows}


async def touch(tx: Transaction, keys: Iterable[Key]) -> None:
    """What these documents are built of is otherwise, and shows nowhere."""
    await tx.execute_many(
        "update document set touched = touched + 1 where team_id = :team_id and id = :id", keys
    )


async def set_documents(tx: Transaction, documents: Iterable[Stored]) -> None:
    """Store documents."""
    await tx.execute_many(
        """
        insert into document (team_id, id, version, day, keep_until, body, touched)
        values (:team_id, :id, :version, :day, :keep_until, :body, :touched)
        on conflict (team_id, id) do update
        set version = :version, day = :day, keep_until = :keep_until, body = :body
        """,
        documents,
    )


async def remove_document(tx: Transaction, team_id: str, document_id: str) -> int:
    """Forget a document; phones forget it because no list names it any more."""
    return await tx.execute(
        "delete from document where team_id = :team_id and id = :document_id",
        {"team_id": team_id, "document_id": document_id},
    )


async def bump(tx: Transaction, by: Mapping[str, int], epoch: str) -> dict[str, int]:
    """Take the next so many numbers of each team, give the last of each; `epoch` is for a team's first time.

    In sorted order, so that two writers never wait for each other.
    """
    params: dict[str, str | int] = {"epoch": epoch}
    for number, (team_id, count) in enumerate(sorted(by.items())):
        params |= {f"team_{number}": team_id, f"by_{number}": count}
    each = ", ".join(f"(:team_{number}, :epoch, :by_{number})" for number in range(len(by)))
    rows = await tx.tuples(
        f"""
        insert into counter (team_id, epoch, seq) values {each}
        on conflict (team_id) do update set seq = counter.seq + excluded.seq
        returning team_id, seq
        """,
        params,
    )
    return dict(rows)


async def check_readable(tx: Transaction) -> None:
    """Read a little, whatever it is. Raises Unavailable when the database does not answer."""
    await tx.tuples("select team_id from counter order by team_id limit 1")


async def list_heads(tx: Transaction, team_ids: Collection[str]) -> dict[str, tuple[str, int]]:
    """Epoch and newest number of each of these teams that has documents."""
    inside, params = each_of("team", team_ids)
    rows = await tx.tuples(f"select team_id, epoch, seq from counter where team_id in ({inside})", params)
    return {team_id: (epoch, seq) for team_id, epoch, seq in rows}


TAKEN_UNSEEN = """
        select plan_change.carer_id, document.team_id, document.id, document.version, document.day
        from plan_change
        join document on document.team_id = plan_change.team_id and document.id = 'visit-' || plan_change.visit_id
        where carer_id in ({carers}) and plan_change.day >= :first_day
          and document.day between :first_day and :last_day
          and not exists (
            select 1 from plan_change_seen as seen
            where seen.team_id = plan_change.team_id and seen.visit_id = plan_change.visit_id
              and seen.plan_change_id = plan_change.id
          )
"""
"""The visits with which the plan did something that their carers have not seen."""


async def list_visits_of_carers(
    tx: Transaction, carer_ids: Collection[str], first_day: str, last_day: str
) -> list[tuple[str, Listed]]:
    """The documents of carers' visits within these days, each with the carer's id.

    Also of those that the plan took from a carer who has not seen it yet: what she did there stays in sight till then.
    """
    inside, params = each_of("carer", carer_ids)
    rows = await tx.tuples(
        f"""
        select visit_carer.carer_id, document.team_id, document.id, document.version, document.day
        from visit_carer
        join document on document.team_id = visit_carer.team_id
          and document.id = 'visit-' || visit_carer.visit_id
        where carer_id in ({inside}) and visit_carer.day between :first_day and :last_day
        union all
        {TAKEN_UNSEEN.format(carers=inside)}
        """,
        {"first_day": first_day, "last_day": last_day, **params},
    )
    # A visit that was planned otherwise and is still the carer's comes twice.
    return [(row[0], Listed._make(row[1:])) for row in dict.fromkeys(rows)]


async def list_newer_visits_of_carers(
    tx: Transaction, since: Mapping[str, int], carer_ids: Collection[str], first_day: str, last_day: str
) -> list[tuple[str, Listed]]:
    """Of the same those whose version is above their team's number in `since`, and none of other teams.

    From what is newer in a team to who comes there: no document that is not newer is touched.
    """
    inside, params = each_of("carer", carer_ids)
    heads, more = numbered_of(since)
    rows = await tx.tuples(
        f"""
        with since (team_id, version) as ({heads})
        select visit_carer.carer_id, document.team_id, document.id, document.version, document.day
        from since
        join document on document.team_id = since.team_id and document.version > since.version
        join visit_carer on visit_carer.team_id = document.team_id
          and visit_carer.visit_id = substr(document.id, {len("visit-") + 1})
        where document.day between :first_day and :last_day
        union all
        {TAKEN_UNSEEN.format(carers=inside)}
        """,
        {"first_day": first_day, "last_day": last_day, **params, **more},
    )
    return [
        (row[0], Listed._make(row[1:]))
        for row in dict.fromkeys(rows)
        if row[0] in carer_ids and row[3] > since.get(row[1], row[3])
    ]


class ListedCitizen(NamedTuple):
    """The document of a citizen's own page, whose carer's phone may hold it, and one of her visits there."""

    carer_id: str
    listed: Listed
    visit_id: str


async def list_citizens_of_carers(
    tx: Transaction, carer_ids: Collection[str], days: tuple[str, str], since: str
) -> list[ListedCitizen]:
    """Those of the citizens whom carers visit within these days, if anything was told of them since a day."""
    inside, params = each_of("carer", carer_ids)
    rows = await tx.tuples(
        f"""
        select visit_carer.carer_id, document.team_id, document.id, document.version, min(visit.id)
        from visit_carer
        join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
        join document on document.team_id = visit.team_id
          and document.id = 'citizen-' || visit.team_id || '.' || visit.citizen_id
        where carer_id in ({inside}) and visit_carer.day between :first_day and :last_day and document.day >= :since
        group by visit_carer.carer_id, document.team_id, document.id, document.version
        """,
        {"first_day": days[0], "last_day": days[1], "since": since, **params},
    )
    return [
        ListedCitizen(carer, Listed(team, id, version, None), visit)
        for carer, team, id, version, visit in rows
    ]


async def list_newer_citizens_of_carers(
    tx: Transaction, since: Mapping[str, int], days: tuple[str, str], told_since: str
) -> list[ListedCitizen]:
    """Of the same those whose version is above their team's number in `since`, for whichever carer, and none of other teams."""
    heads, more = numbered_of(since)
    rows = await tx.tuples(
        f"""
        with since (team_id, version) as ({heads})
        select visit_carer.carer_id, document.team_id, document.id, document.version, min(visit.id)
        from since
        join document on document.team_id = since.team_id and document.version > since.version
        join visit on visit.team_id = document.team_id
          and visit.citizen_id = substr(document.id, length(document.team_id) + {len("citizen-.") + 1})
        join visit_carer on visit_carer.team_id = visit.team_id and visit_carer.visit_id = visit.id
        where document.id like 'citizen-%' and document.day >= :told_since
          and visit.day between :first_day and :last_day
        group by visit_carer.carer_id, document.team_id, document.id, document.version
        """,
        {"first_day": days[0], "last_day": days[1], "told_since": told_since, **more},
    )
    return [
        ListedCitizen(carer, Listed(team, id, version, None), visit)
        for carer, team, id, version, visit in rows
    ]


async def lock_documents(tx: Transaction, keys: Collection[Key]) -> None:
    """Nobody else builds these until the transaction ends, whether they are there already or not.

    One that is not has a number that nothing else has, until it is stored.
    """
    for team_id, id in sorted(keys):
        await tx.execute(
            """
            insert into document (team_id, id, version, day, keep_until, body, touched)
            values (:team_id, :id, :version, null, null, '{}', 0) on conflict (team_id, id) do nothing
            """,
            {"team_id": team_id, "id": id, "version": -1 - int(sha256(id.encode()).hexdigest()[:12], 16)},
        )
    condition, params = of_visits(keys, "team_id, id")
    await tx.tuples(
        f"select id from document where {condition} order by team_id, id {tx.for_update('document')}", params
    )


async def list_guides_of_teams(tx: Transaction, team_ids: Collection[str]) -> list[Listed]:
    """The documents of the guides of these teams."""
    inside, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select document.team_id, document.id, document.version, document.day
        from guide join document on document.team_id = guide.team_id and document.id = 'guide-' || guide.id
        where guide.team_id in ({inside})
        """,
        params,
    )
    return [Listed(*row) for row in rows]


async def list_team_ids_of_visits(tx: Transaction, carer_id: str, first_day: str, last_day: str) -> list[str]:
    """The teams of a carer's visits within these days."""
    rows = await tx.rows(
        """
        select distinct team_id from visit_carer
        where carer_id = :carer_id and day between :first_day and :last_day order by team_id
        """,
        {"carer_id": carer_id, "first_day": first_day, "last_day": last_day},
    )
    return [row["team_id"] for row in rows]


async def list_of_keys(tx: Transaction, keys: Collection[Key]) -> list[Listed]:
    """These documents (team_id, document's id), those that exist."""
    condition, params = of_visits(keys, "team_id, id")
    rows = await tx.tuples(f"select team_id, id, version, day from document where {condition}", params)
    return [Listed(*row) for row in rows]


async def renew_counters(tx: Transaction, epoch: str, ahead: int) -> int:
    """Every team's numbers go on in another epoch, and so much further on."""
    return await tx.execute(
        "update counter set epoch = :epoch, seq = seq + :ahead", {"epoch": epoch, "ahead": ahead}
    )


async def list_counters_behind(tx: Transaction) -> list[str]:
    """The teams with a document whose number their counter has not reached."""
    rows = await tx.rows(
        """
        select document.team_id from document left join counter on counter.team_id = document.team_id
        group by document.team_id having max(version) > coalesce(max(seq), 0) order by document.team_id
        """
    )
    return [row["team_id"] for row in rows]


async def list_keys_after(tx: Transaction, after: Key, most: int) -> list[Key]:
    """(team_id, document's id) of the documents after this one, in order."""
    return [key for key, _ in await list_bodies_after(tx, after, most)]


async def list_bodies_after(tx: Transaction, after: Key, most: int) -> list[tuple[Key, bool]]:
    """The same, each with whether its body is stored."""
    rows = await tx.tuples(
        """
        select team_id, id, body <> '' from document
        where (team_id, id) > (:team_id, :id) order by team_id, id limit :most
        """,
        {"team_id": after[0], "id": after[1], "most": most},
    )
    return [((team_id, id), bool(is_stored)) for team_id, id, is_stored in rows]


async def list_keys_since(tx: Transaction, day: str) -> list[Key]:
    """(team_id, document's id) of the documents of this day, of later ones and of no day, in order."""
    rows = await tx.rows(
        "select team_id, id from document where day >= :day or day is null order by day, team_id, id",
        {"day": day},
    )
    return [(row["team_id"], row["id"]) for row in rows]


async def list_lost(tx: Transaction) -> list[str]:
    """The ids that documents should have and none has, in order."""
    rows = await tx.rows(
        """
        select things.id from (
          select team_id, 'visit-' || id as id from visit
          union all select team_id, 'guide-' || id from guide
          union all select id, 'person-' || id from person
        ) as things
        where not exists (
          select 1 from document where document.team_id = things.team_id and document.id = things.id
        )
        order by things.id
        """
    )
    return [row["id"] for row in rows]


async def get_builder(tx: Transaction) -> str | None:
    """Which code has built all stored documents; "" if that is not known, None where there have never been any."""
    row = await tx.row("select digest from document_builder", {})
    return row["digest"] if row else None


async def set_builder(tx: Transaction, digest: str) -> None:
    """All stored documents are as this code builds them."""
    await tx.execute("delete from document_builder where digest <> :digest", {"digest": digest})
    await tx.execute(
        "insert into document_builder (digest) values (:digest) on conflict do nothing", {"digest": digest}
    )
