"""Knows every change that ever came, and its fate; knows nothing of how it was judged."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import FateName

SENT_OF_CHOICES = """
  case when change.name in ('answer_step', 'report_deviation', 'choose_language', 'report_observation', 'report_event', 'class_event',
    'tell_event') then change.sent end as sent
"""
"""What was chosen from a list stands only in what was sent."""

# What a list of refused and held changes says about each; the visit is named if there is one.
WITH_ITS_VISIT = f"""
  select change.team_id, change.id, change.name, change.at, change.received_at, change.visit_id, change.words,
    change.fate, change.problem, visit.citizen_name, visit.starts_at, attention_read.read_at,
    coalesce(change.retry_of, change.id) as first_try, {SENT_OF_CHOICES}
  from change
  left join visit on visit.team_id = change.team_id and visit.id = change.visit_id
  left join attention_read on attention_read.person_id = change.person_id
    and attention_read.change_id = change.id
"""


class KnownFate(Struct, frozen=True, gc=False):
    """What became of a change that came before, or just now."""

    id: str
    digest: str
    fate: FateName
    problem: str | None


async def list_fates(
    tx: Transaction, change_ids: Collection[str], digests_without_id: Collection[str]
) -> list[KnownFate]:
    """Of the changes of these ids, and of these digests that have no usable id ('')."""
    inside, params = each_of("id", change_ids)
    without, more = each_of("digest", digests_without_id)
    rows = await tx.tuples(
        f"""
        select id, digest, fate, problem from change
        where (id in ({inside}) and id <> '') or (id = '' and digest in ({without}))
        """,
        {**params, **more},
    )
    return [KnownFate(*row) for row in rows]


class Logged(NamedTuple):
    """A change and its fate as a row of the log; every column in order."""

    team_id: str
    id: str
    digest: str
    person_id: str
    phone_id: str | None
    n: int
    name: str
    at: str | None
    received_at: str
    visit_id: str | None
    sent: str
    words: str
    fate: str
    problem: str | None
    retry_of: str | None


class RefusedChange(Struct, frozen=True, gc=False):
    """One that was refused or held. The visit's columns are None when there is no such visit in its team."""

    team_id: str
    id: str
    name: str
    at: str | None
    received_at: str
    visit_id: str | None
    words: str
    fate: FateName
    problem: str
    citizen_name: str | None
    starts_at: str | None
    read_at: str | None
    first_try: str
    sent: str | None


class SentChange(Struct, frozen=True, gc=False):
    """A change as it was sent, and what was made of that when it came."""

    team_id: str
    id: str
    digest: str
    person_id: str
    sent: str


async def add_changes(tx: Transaction, changes: Iterable[Logged]) -> None:
    """Write changes and their fates into the log, in their order."""
    rows = list(changes)
    if all(row.problem is None and row.retry_of is None for row in rows):
        # As nearly always; to leave out what is null costs a tenth less than to say it.
        await tx.execute_many(
            """
            insert into change
              (team_id, id, digest, person_id, phone_id, n, name, at, received_at, visit_id, sent, words, fate)
            values (:team_id, :id, :digest, :person_id, :phone_id, :n, :name, :at, :received_at, :visit_id, :sent,
              :words, :fate)
            """,
            [row[:-2] for row in rows],
        )
        return
    await tx.execute_many(
        """
        insert into change
          (team_id, id, digest, person_id, phone_id, n, name, at, received_at, visit_id, sent, words, fate,
           problem, retry_of)
        values (:team_id, :id, :digest, :person_id, :phone_id, :n, :name, :at, :received_at, :visit_id, :sent,
          :words, :fate, :problem, :retry_of)
        """,
        rows,
    )


class Unapplied(Struct, frozen=True, gc=False):
    """A refused or held change as it was sent, and when it was taken to have happened."""

    id: str
    n: int
    sent: str
    at: str | None
    received_at: str
    problem: str
    phone_id: str | None


async def get_unapplied(tx: Transaction, person_id: str, change_id: str) -> Unapplied | None:
    """A refused or held change of this person, the first with this id, or None."""
    row = await tx.row(
        """
        select id, n, sent, at, received_at, problem, phone_id from change
        where person_id = :person_id and id = :change_id and problem is not null order by received_at limit 1
        """,
        {"person_id": person_id, "change_id": change_id},
    )
    return Unapplied(**row) if row else None


async def list_unread_of_problem(
    tx: Transaction, person_id: str, phone_id: str | None, problem: str
) -> list[Unapplied]:
    """What somebody's phone sent that has this problem and was not read, in the phone's order."""
    rows = await tx.rows(
        """
        select id, n, sent, at, received_at, problem, phone_id from change
        where person_id = :person_id and coalesce(phone_id, '') = :phone_id and problem = :problem
          and not exists (
            select 1 from attention_read
            where attention_read.person_id = change.person_id and attention_read.change_id = change.id
          )
        order by n, received_at, id
        """,
        {"person_id": person_id, "phone_id": phone_id or "", "problem": problem},
    )
    return [Unapplied(**row) for row in rows]


async def list_first_tries(tx: Transaction, change_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """The id of the first try by (person_id, id), of those of these changes that were refused or held."""
    inside, params = each_of("id", change_ids)
    rows = await tx.tuples(
        f"""
        select person_id, id, coalesce(retry_of, id) from change
        where id in ({inside}) and id <> '' and problem is not null
        """,
        params,
    )
    return {(person_id, id): first for person_id, id, first in rows}


async def list_attention_of_person(tx: Transaction, person_id: str, most: int) -> list[RefusedChange]:
    """Somebody's refused and held changes, the newest first."""
    rows = await tx.rows(
        f"""{WITH_ITS_VISIT}
        where change.person_id = :person_id and change.problem is not null
        order by change.received_at desc, change.id desc limit :most
        """,
        {"person_id": person_id, "most": most},
    )
    return [RefusedChange(**row) for row in rows]


async def set_attention_read(tx: Transaction, person_id: str, change_id: str, at: str) -> int:
    """Somebody has read why a change of theirs was refused or held. 0 if there is none, or already."""
    return await tx.execute(
        """
        insert into attention_read (person_id, change_id, read_at)
        select distinct person_id, id, :at from change
        where person_id = :person_id and id = :change_id and problem is not null
        on conflict (person_id, change_id) do nothing
        """,
        {"person_id": person_id, "change_id": change_id, "at": at},
    )


async def list_sent_after(tx: Transaction, after: tuple[str, str, str], most: int) -> list[SentChange]:
    """The changes after this one (team_id, id, digest), in order."""
    rows = await tx.rows(
        """
        select team_id, id, digest, person_id, sent from change
        where (team_id, id, digest) > (:team_id, :id, :digest) order by team_id, id, digest limit :most
        """,
        {"team_id": after[0], "id": after[1], "digest": after[2], "most": most},
    )
    return [SentChange(**row) for row in rows]


async def list_visits_of_change(tx: Transaction, change_id: str) -> list[str]:
    """The visits that changes with this id have named."""
    rows = await tx.tuples(
        "select distinct visit_id from change where id = :id and visit_id is not null order by visit_id",
        {"id": change_id},
    )
    return [visit_id for (visit_id,) in rows]
