"""Knows the SQL by which the access log is searched and sampled; knows nothing of how an entry comes there."""

import json
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from pwa.database import Row, Transaction
from pwa.database.lists import each_of


class Line(Struct, frozen=True, kw_only=True):
    """A line that a search finds. `about` is JSON: [[team_id, citizen_id, visit_id], ...]."""

    id: str
    at: str
    kind: str
    what: str
    by_name: str
    about: str
    purpose: str
    day: str = ""
    device: str | None = None
    phone_id: str = ""
    words: str = ""


class SampledLine(Line, frozen=True, kw_only=True):
    """The same, drawn with others by somebody."""

    sample_id: str
    drawn_at: str
    drawn_by: str


class Verdict(Struct, frozen=True):
    """What came of looking into an entry."""

    entry_id: str
    n: int
    verdict: str
    words: str
    at: str
    by_name: str


LOOKED_AT = """access_log.id, access_log.at, access_log.kind, access_log.what, access_log.day, access_log.purpose,
  access_log.words, access_log.about, access_log.phone_id, person.name as by_name, sign_in.device"""


def _at_visit(row: Row, kind: str, purpose: str) -> Line:
    about = json.dumps([[row["team_id"], row["citizen_id"], row["visit_id"]]])
    return Line(
        id=row["id"],
        at=row["at"],
        kind=kind,
        what=row["what"],
        by_name=row["by_name"],
        about=about,
        purpose=purpose,
    )


def _of_people(person_ids: Collection[str] | None, column: str) -> tuple[str, dict[str, str]]:
    if person_ids is None:
        return "", {}
    inside, params = each_of("person", person_ids)
    return f"and {column} in ({inside})", params


async def list_entries(
    tx: Transaction, team_ids: Collection[str], since: str, until: str, most: int,
    person_ids: Collection[str] | None = None, citizen_ids: Collection[str] | None = None,
) -> list[Line]:  # fmt: skip
    """What was looked at of these teams' in [since, until), the newest first, by whom and from which sign-in and phone.

    Of citizens: with the boards on which they stood that day.
    """
    teams, params = each_of("team", team_ids)
    people, person_params = _of_people(person_ids, "access_log.person_id")
    about = f"""exists (
      select 1 from access_log_about where entry_id = access_log.id and team_id in ({teams})
    )"""
    if citizen_ids is not None:
        citizens, citizen_params = each_of("citizen", citizen_ids)
        params |= citizen_params
        about = f"""access_log.id in (
          select entry_id from access_log_about where citizen_id <> '' and citizen_id in ({citizens})
            and team_id in ({teams})
          union
          select board.id from visit join access_log as board on board.day = visit.day and board.what = 'board'
          join access_log_about on access_log_about.entry_id = board.id
            and access_log_about.team_id = visit.team_id
          where visit.citizen_id in ({citizens}) and visit.team_id in ({teams})
        )"""
    rows = await tx.rows(
        f"""
        select {LOOKED_AT}
        from access_log join person on person.id = access_log.person_id
        left join sign_in on sign_in.id = access_log.sign_in_id
        where access_log.at >= :since and access_log.at < :until and {about} {people}
        order by access_log.at desc, access_log.id desc limit :most
        """,
        {"since": since, "until": until, "most": most, **params, **person_params},
    )
    return [Line(**row) for row in rows]


WRITTEN = """
  select team_id, visit_id, change_id as id, by_id, at, kind as what from attendance
  union all select team_id, visit_id, change_id, by_id, at, 'answer' from answer
  union all select team_id, visit_id, change_id, by_id, at, 'answer' from filled_in
  union all select team_id, visit_id, id, written_by_id, written_at,
    case when corrects_id is null then 'note' else 'correction' end from note
  union all select team_id, visit_id, change_id, reported_by_id, reported_at, 'deviation' from deviation
  union all select team_id, visit_id, change_id, by_id, at, kind from matter
  union all select team_id, visit_id, id, by_id, at, 'matter_said' from matter_said
  union all select team_id, visit_id, change_id, by_id, at, 'taken_back' from taken_back
"""


async def list_written(
    tx: Transaction, team_ids: Collection[str], first_day: str, last_day: str, most: int,
    person_ids: Collection[str] | None = None, citizen_ids: Collection[str] | None = None,
) -> list[Line]:  # fmt: skip
    """What was written at these teams' visits of these days, the newest first, without a word of it."""
    teams, params = each_of("team", team_ids)
    people, person_params = _of_people(person_ids, "written.by_id")
    where = f"visit.team_id in ({teams}) and visit.day between :first_day and :last_day"
    if citizen_ids is not None:
        citizens, citizen_params = each_of("citizen", citizen_ids)
        params |= citizen_params
        where += f" and visit.citizen_id in ({citizens})"
    rows = await tx.rows(
        f"""
        select written.id, written.at, written.what, written.by_id as person_id, person.name as by_name,
          visit.team_id, visit.id as visit_id, visit.citizen_id
        from visit join ({WRITTEN}) as written
          on written.team_id = visit.team_id and written.visit_id = visit.id
        join person on person.id = written.by_id
        where {where} {people}
        order by written.at desc, written.id desc limit :most
        """,
        {"first_day": first_day, "last_day": last_day, "most": most, **params, **person_params},
    )
    return [_at_visit(row, "wrote", "at_visit") for row in rows]


async def list_refused_changes(
    tx: Transaction, team_ids: Collection[str], since: str, until: str, most: int,
    person_ids: Collection[str] | None = None, citizen_ids: Collection[str] | None = None,
) -> list[Line]:  # fmt: skip
    """Changes to these teams' visits that were refused because the sender has no business there, as list_written."""
    teams, params = each_of("team", team_ids)
    people, person_params = _of_people(person_ids, "change.person_id")
    where = ""
    if citizen_ids is not None:
        citizens, citizen_params = each_of("citizen", citizen_ids)
        params |= citizen_params
        where = f"and visit.citizen_id in ({citizens})"
    rows = await tx.rows(
        f"""
        select change.id, change.received_at as at, 'refused_change' as what, change.person_id,
          person.name as by_name, visit.team_id, visit.id as visit_id, visit.citizen_id
        from change join visit on visit.id = change.visit_id and visit.team_id in ({teams})
        join person on person.id = change.person_id
        where change.problem = 'NotYourTeam' and change.received_at >= :since and change.received_at < :until
          {where} {people}
        order by change.received_at desc, change.id desc limit :most
        """,
        {"since": since, "until": until, "most": most, **params, **person_params},
    )
    return [_at_visit(row, "refused", "not_said") for row in rows]


# Samples -------------------------------------------------------------------------------------------------


async def find_places_between(tx: Transaction, since: str, until: str) -> tuple[int, int] | None:
    """About the first and the last place of what was looked at in [since, until)."""
    places = []
    for order in ("asc", "desc"):
        row = await tx.row(
            f"""
            select n from access_log where at >= :since and at < :until and n is not null
            order by at {order} limit 1
            """,
            {"since": since, "until": until},
        )
        if row is None:
            return None
        places.append(int(row["n"]))
    return min(places), max(places)


async def list_reads_at(
    tx: Transaction, places: Sequence[int], team_ids: Collection[str], since: str, until: str
) -> list[str]:
    """The ids of the entries at these places that are reads of these teams' citizens, in [since, until)."""
    teams, params = each_of("team", team_ids)
    numbers = ", ".join(str(int(place)) for place in places) or "null"
    rows = await tx.tuples(
        f"""
        select id from access_log where n in ({numbers}) and kind = 'read' and what <> 'access_log'
          and at >= :since and at < :until
          and exists (
            select 1 from access_log_about where entry_id = access_log.id and team_id in ({teams})
              and (citizen_id <> '' or what = 'board')
          )
        """,
        {"since": since, "until": until, **params},
    )
    return [entry_id for (entry_id,) in rows]


async def add_sample(tx: Transaction, sample_id: str, entry_ids: Iterable[str], at: str, by_id: str) -> None:
    """Somebody has drawn these entries, to look into them."""
    await tx.execute_many(
        """
        insert into access_sample (id, entry_id, position, drawn_at, drawn_by_id)
        values (:id, :entry_id, :position, :drawn_at, :drawn_by_id)
        """,
        [(sample_id, entry_id, position, at, by_id) for position, entry_id in enumerate(entry_ids)],
    )


async def list_samples(tx: Transaction, team_ids: Collection[str], since: str) -> list[SampledLine]:
    """What was drawn since then and is about these teams, the newest sample first, each with its entry."""
    teams, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select access_sample.id as sample_id, drawn_at, drawer.name as drawn_by, {LOOKED_AT}
        from access_sample join access_log on access_log.id = access_sample.entry_id
        join person on person.id = access_log.person_id
        join person as drawer on drawer.id = access_sample.drawn_by_id
        left join sign_in on sign_in.id = access_log.sign_in_id
        where drawn_at >= :since and exists (
          select 1 from access_log_about where entry_id = access_log.id and team_id in ({teams})
        )
        order by drawn_at desc, sample_id desc, position
        """,
        {"since": since, **params},
    )
    return [SampledLine(**row) for row in rows]


async def list_verdicts(tx: Transaction, entry_ids: Collection[str]) -> list[Verdict]:
    """What came of looking into these entries, the oldest first."""
    inside, params = each_of("entry", entry_ids)
    rows = await tx.rows(
        f"""
        select entry_id, n, verdict, words, at, person.name as by_name
        from access_verdict join person on person.id = by_id
        where entry_id in ({inside}) order by entry_id, n
        """,
        params,
    )
    return [Verdict(**row) for row in rows]


async def is_sampled(tx: Transaction, entry_id: str, team_ids: Collection[str]) -> bool:
    """Whether an entry about these teams was ever drawn."""
    teams, params = each_of("team", team_ids)
    row = await tx.row(
        f"""
        select 1 as it from access_log_about where entry_id = :entry_id and team_id in ({teams})
          and exists (select 1 from access_sample where access_sample.entry_id = :entry_id)
        """,
        {"entry_id": entry_id, **params},
    )
    return row is not None


async def add_verdict(tx: Transaction, entry_id: str, verdict: str, words: str, at: str, by_id: str) -> int:
    """One more verdict on an entry."""
    return await tx.execute(
        """
        insert into access_verdict (entry_id, n, verdict, words, at, by_id)
        select :entry_id, coalesce(max(n), 0) + 1, :verdict, :words, :at, :by_id
        from access_verdict where entry_id = :entry_id
        """,
        {"entry_id": entry_id, "verdict": verdict, "words": words, "at": at, "by_id": by_id},
    )
