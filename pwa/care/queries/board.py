"""Knows the SQL behind the board: days, carers and phones; knows nothing about states."""

from collections.abc import Collection
from datetime import date, timedelta

from msgspec import Struct

from pwa.database import Row, Transaction
from pwa.database.lists import Key, each_of, of_visits
from pwa.documents.queries import Stored

REACH = timedelta(days=4)
"""So far from its day a visit may be worked on: a phone without coverage keeps a carer's days for a while."""
DOCUMENT = """
  document.team_id, document.id, document.version, document.day, document.keep_until, document.body
"""
"""As Stored has it."""
OF_CARER = """
  and (visit.team_id, visit.id) in (
    select team_id, visit_id from visit_carer
    where carer_id = :carer_id and visit_carer.day between :first and :last
  )
"""


class Contacts(Struct, frozen=True, gc=False):
    """When somebody's phones were last heard: any of them, and each that may still bring something, the longest silent first.
    Nothing is awaited of one that was shut out, wiped or replaced, or signed out by its carer.
    """

    newest: str
    of_phones: tuple[str, ...]


class HeardCarer(Struct, frozen=True, gc=False):
    """Somebody on the board; `heard_at` is the newest contact of any phone of theirs, None if there was none.

    `team_id` and `team` are the first by name of those where this person is a carer, None if there is none. `phone` is a number
    at work as it was written, "" if none is known. `is_shut_out`: a phone is, and no other is signed in. `has_access`: a role
    as carer has not ended by the moment that was asked about, and `is_carer` that there is or was one at all.
    """

    id: str
    name: str
    team_id: str | None
    team: str | None
    heard_at: str | None
    phone: str
    is_shut_out: bool
    has_access: bool
    is_carer: bool

    @property
    def may_come(self) -> bool:
        """Whether there is access, and no phone alone that is shut out."""
        return self.has_access and not self.is_shut_out


class Gap(Struct, frozen=True, gc=False):
    """Numbers of somebody's phone that never came, first and last included."""

    person_id: str
    first_n: int
    last_n: int


async def list_visits_of_day(tx: Transaction, team_ids: Collection[str], day: date) -> list[Stored]:
    """Every visit's document of these teams on a day, by start."""
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select {DOCUMENT} from visit
        join document on document.team_id = visit.team_id and document.id = 'visit-' || visit.id
        where visit.team_id in ({names}) and visit.day = :day order by visit.starts_at, visit.id
        """,
        {"day": day.isoformat(), **params},
    )
    return [Stored(*row) for row in rows]


async def list_worked_on(
    tx: Transaction,
    team_ids: Collection[str],
    day: date,
    bounds: tuple[str, str],
    carer_id: str | None = None,
) -> list[Stored]:
    """The documents of these teams' visits of other days that carers have in reach on this one, where somebody came, went
    or answered a step between these moments; only one carer's, if one is named.
    """
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(
        worked_on(names, "" if carer_id is None else OF_CARER),
        {
            "first": (day - REACH).isoformat(),
            "last": (day + REACH).isoformat(),
            "day": day.isoformat(),
            "begins_at": bounds[0],
            "ends_at": bounds[1],
            **({} if carer_id is None else {"carer_id": carer_id}),
            **params,
        },
    )
    return [Stored(*row) for row in rows]


def worked_on(teams: str, of_carer: str = "") -> str:
    """The statement of `list_worked_on`, from what was done on the day; the indexes attendance_by_time and
    answer_by_time answer it.
    """
    return f"""
        select {DOCUMENT} from (
          select team_id, visit_id from attendance
          where team_id in ({teams}) and at >= :begins_at and at < :ends_at
          union
          select team_id, visit_id from answer
          where team_id in ({teams}) and at >= :begins_at and at < :ends_at
        ) as worked
        join visit on visit.team_id = worked.team_id and visit.id = worked.visit_id
        join document on document.team_id = visit.team_id and document.id = 'visit-' || visit.id
        where visit.day between :first and :last and visit.day <> :day {of_carer}
        order by visit.starts_at, visit.id
        """


async def list_heard(tx: Transaction, person_ids: Collection[str]) -> dict[str, Contacts]:
    """When the phones of each of these people were last heard; who has none is not in it."""
    names, params = each_of("person", person_ids)
    rows = await tx.tuples(
        f"""
        select phone.person_id, phone.heard_at,
          phone.replaced_at is null and phone.revoked_at is null and phone.wiped_at is null
            and (sign_in.revoked_at is null or sign_in.revoked_by_id is not null)
        from phone join sign_in on sign_in.id = phone.sign_in_id
        where phone.person_id in ({names}) order by phone.heard_at
        """,
        params,
    )
    found: dict[str, list[tuple[str, bool]]] = {}
    for person_id, heard_at, may_bring in rows:
        found.setdefault(person_id, []).append((heard_at, may_bring))
    return {
        person_id: Contacts(phones[-1][0], tuple(heard_at for heard_at, may_bring in phones if may_bring))
        for person_id, phones in found.items()
    }


async def list_late(tx: Transaction, team_ids: Collection[str], since: str, today: date) -> list[Stored]:
    """The documents of these teams' visits before today to which something came since then that had been done in an
    earlier hour, or about which somebody wrote since then.
    """
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(came_late(names), {"since": since, "today": today.isoformat(), **params})
    return [Stored(*row) for row in rows]


def came_late(teams: str) -> str:
    """The statement of `list_late`; the indexes change_late, note_by_time and deviation_by_time answer it.

    :since and :today are its parameters, beside those of the teams.
    """
    return f"""
        select {DOCUMENT} from document
        where (document.team_id, document.id) in (
          select visit.team_id, 'visit-' || visit.id from change
          join visit on visit.team_id = change.team_id and visit.id = change.visit_id
          where change.received_at >= :since and change.fate = 'applied'
            and substr(change.received_at, 1, 13) > substr(change.at, 1, 13)
            and change.team_id in ({teams}) and visit.day < :today
          union
          select visit.team_id, 'visit-' || visit.id from note
          join visit on visit.team_id = note.team_id and visit.id = note.visit_id
          where note.received_at >= :since and note.team_id in ({teams}) and visit.day < :today
          union
          select visit.team_id, 'visit-' || visit.id from deviation
          join visit on visit.team_id = deviation.team_id and visit.id = deviation.visit_id
          where deviation.received_at >= :since and deviation.team_id in ({teams}) and visit.day < :today
        )
        order by document.id
        """


async def list_visits_of_carer(
    tx: Transaction, team_ids: Collection[str], carer_id: str, day: date
) -> list[Stored]:
    """The documents of one carer's visits in these teams on a day, by start."""
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select {DOCUMENT} from visit_carer
        join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
        join document on document.team_id = visit.team_id and document.id = 'visit-' || visit.id
        where visit_carer.carer_id = :carer_id and visit_carer.day = :day and visit.team_id in ({names})
        order by visit.starts_at, visit.id
        """,
        {"carer_id": carer_id, "day": day.isoformat(), **params},
    )
    return [Stored(*row) for row in rows]


async def find_visit(tx: Transaction, team_ids: Collection[str], visit_id: str) -> list[Stored]:
    """A visit's document, if it belongs to one of these teams."""
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select {DOCUMENT} from visit
        join document on document.team_id = visit.team_id and document.id = 'visit-' || visit.id
        where visit.id = :visit_id and visit.team_id in ({names})
        """,
        {"visit_id": visit_id, **params},
    )
    return [Stored(*row) for row in rows]


async def list_carers(tx: Transaction, carer_ids: Collection[str], at: str) -> list[HeardCarer]:
    """These people at a moment, by name."""
    names, params = each_of("carer", carer_ids)
    rows = await tx.tuples(
        f"""
        select person.id, person.name, team.id, team.name,
          (select max(heard_at) from phone where phone.person_id = person.id) as heard_at, person.phone,
          exists (
            select 1 from phone where phone.person_id = person.id and phone.revoked_at is not null
              and not exists (
                select 1 from phone as other join sign_in on sign_in.id = other.sign_in_id
                where other.person_id = person.id and other.revoked_at is null
                  and sign_in.revoked_at is null and sign_in.ends_at > :at
              )
          ),
          exists (
            select 1 from role where role.person_id = person.id and role.name = 'carer' and role.ended_at is null
              and (role.ends_at is null or role.ends_at > :at)
          ),
          exists (select 1 from role where role.person_id = person.id and role.name = 'carer')
        from person left join team on team.id = (
          select team.id from role join team on team.id = role.team_id
          where role.person_id = person.id and role.name = 'carer' and role.ended_at is null
          order by team.name, team.id limit 1
        )
        where person.id in ({names}) order by person.name, person.id
        """,
        {"at": at, **params},
    )
    return [HeardCarer(*row) for row in rows]


async def list_gaps(tx: Transaction, carer_ids: Collection[str]) -> list[Gap]:
    """The numbers that never came, of wiped and replaced phones too."""
    names, params = each_of("carer", carer_ids)
    rows = await tx.tuples(
        f"""
        select phone.person_id, first_n, last_n from phone_gap join phone on phone.id = phone_gap.phone_id
        where phone.person_id in ({names}) order by phone.bound_at, first_n
        """,
        params,
    )
    return [Gap(*row) for row in rows]


async def list_carers_of(tx: Transaction, keys: Collection[Key]) -> list[Row]:
    """Who comes to these visits (carer_id, team_id): whose rows on a board a change of the visit concerns."""
    condition, params = of_visits(keys)
    return await tx.rows(f"select distinct carer_id, team_id from visit_carer where {condition}", params)


async def list_namesakes(tx: Transaction, team_ids: Collection[str], day: date) -> frozenset[str]:
    """The names that more than one citizen of these teams has who is visited that day."""
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select citizen_name from visit where team_id in ({names}) and day = :day
        group by citizen_name having count(distinct citizen_id) > 1
        """,
        {"day": day.isoformat(), **params},
    )
    return frozenset(name for (name,) in rows)
