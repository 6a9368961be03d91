"""Knows the SQL of the access log and its chain; knows nothing of why somebody looked."""

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from pwa.database import Row, Transaction
from pwa.queries.lists import Key, each_of


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


ENTRY = ", ".join(Entry.__struct_fields__)
QUALIFIED = ", ".join(f"access_log.{name}" for name in Entry.__struct_fields__)


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


async def list_citizens(tx: Transaction, visit_ids: Collection[str]) -> list[tuple[str, str, str]]:
    """(team_id, citizen_id, visit_id) of the visits with these ids, of any team, in order."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, citizen_id, id from visit where id in ({inside}) order by team_id, id", params
    )
    return [(team_id, citizen_id, visit_id) for team_id, citizen_id, visit_id in rows]


# The chain -------------------------------------------------------------------------------------------------


async def go_alone(tx: Transaction) -> None:
    """Nobody else makes the chain longer or shorter until the commit; entries come in meanwhile."""
    await tx.alone("access_anchor")


async def list_without_place(tx: Transaction, most: int) -> list[Entry]:
    """The entries that have no place yet, in the order in which they get one."""
    rows = await tx.tuples(
        f"select {ENTRY} from access_log where n is null order by received_at, id limit :most", {"most": most}
    )
    return [Entry(*row) for row in rows]


async def find_last(tx: Transaction) -> tuple[int, str] | None:
    """The number and hash of the last entry with a place, if there is one."""
    rows = await tx.tuples("select n, hash from access_log where n is not null order by n desc limit 1")
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


async def set_places(tx: Transaction, places: Iterable[tuple[int, str, str]]) -> None:
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


async def list_anchors(tx: Transaction) -> list[Row]:
    """All that was removed (n, hash, count, removed_at, rule, seal), the oldest first."""
    return await tx.rows("select n, hash, count, removed_at, rule, seal from access_anchor order by n")


async def add_anchor(tx: Transaction, anchor: Row) -> None:
    """The chain goes on from here."""
    await tx.execute(
        """
        insert into access_anchor (n, hash, count, removed_at, rule, seal)
        values (:n, :hash, :count, :removed_at, :rule, :seal)
        """,
        anchor,
    )


async def remove_until(tx: Transaction, n: int) -> int:
    """Remove the entries up to this place, of which an anchor must say that they go."""
    return await tx.execute("delete from access_log where n <= :n", {"n": n})


# Why somebody may have looked ------------------------------------------------------------------------------


async def list_planned(tx: Transaction, person_id: str, visit_ids: Collection[str]) -> set[str]:
    """Those of these visits at which somebody is planned."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select visit_id from visit_carer where carer_id = :carer_id and visit_id in ({inside})",
        {"carer_id": person_id, **params},
    )
    return {visit_id for (visit_id,) in rows}


async def list_own_citizens(tx: Transaction, person_id: str, first_day: str, last_day: str) -> set[str]:
    """The citizens whom somebody visits within these days."""
    rows = await tx.tuples(
        """
        select distinct visit.citizen_id from visit_carer
        join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
        where visit_carer.carer_id = :carer_id and visit_carer.day between :first_day and :last_day
        """,
        {"carer_id": person_id, "first_day": first_day, "last_day": last_day},
    )
    return {citizen_id for (citizen_id,) in rows}


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


# Looking into it -------------------------------------------------------------------------------------------


def _of_people(person_ids: Collection[str] | None, column: str) -> tuple[str, dict[str, str]]:
    if person_ids is None:
        return "", {}
    inside, params = each_of("person", person_ids)
    return f"and {column} in ({inside})", params


async def list_entries(
    tx: Transaction, team_ids: Collection[str], since: str, until: str, most: int,
    person_ids: Collection[str] | None = None, citizen_ids: Collection[str] | None = None,
) -> list[Row]:  # fmt: skip
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
    return await tx.rows(
        f"""
        select {QUALIFIED}, access_log.n, person.name as by_name, sign_in.device
        from access_log join person on person.id = access_log.person_id
        left join sign_in on sign_in.id = access_log.sign_in_id
        where access_log.at >= :since and access_log.at < :until and {about} {people}
        order by access_log.at desc, access_log.id desc limit :most
        """,
        {"since": since, "until": until, "most": most, **params, **person_params},
    )


WRITTEN = """
  select team_id, visit_id, change_id as id, by_id, at, kind as what from attendance
  union all select team_id, visit_id, change_id, by_id, at, 'answer' from answer
  union all select team_id, visit_id, id, written_by_id, written_at,
    case when corrects_id is null then 'note' else 'correction' end from note
  union all select team_id, visit_id, change_id, reported_by_id, reported_at, 'deviation' from deviation
  union all select team_id, visit_id, change_id, by_id, at, 'taken_back' from taken_back
"""


async def list_written(
    tx: Transaction, team_ids: Collection[str], first_day: str, last_day: str, most: int,
    person_ids: Collection[str] | None = None, citizen_ids: Collection[str] | None = None,
) -> list[Row]:  # fmt: skip
    """What was written at these teams' visits of these days, the newest first, without a word of it.

    A row: id, at, what, person_id, by_name, team_id, visit_id, citizen_id.
    """
    teams, params = each_of("team", team_ids)
    people, person_params = _of_people(person_ids, "written.by_id")
    where = f"visit.team_id in ({teams}) and visit.day between :first_day and :last_day"
    if citizen_ids is not None:
        citizens, citizen_params = each_of("citizen", citizen_ids)
        params |= citizen_params
        where += f" and visit.citizen_id in ({citizens})"
    return await tx.rows(
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


async def list_refused_changes(
    tx: Transaction, team_ids: Collection[str], since: str, until: str, most: int,
    person_ids: Collection[str] | None = None, citizen_ids: Collection[str] | None = None,
) -> list[Row]:  # fmt: skip
    """Changes to these teams' visits that were refused because the sender has no business there, as list_written."""
    teams, params = each_of("team", team_ids)
    people, person_params = _of_people(person_ids, "change.person_id")
    where = ""
    if citizen_ids is not None:
        citizens, citizen_params = each_of("citizen", citizen_ids)
        params |= citizen_params
        where = f"and visit.citizen_id in ({citizens})"
    return await tx.rows(
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


async def list_citizen_names(
    tx: Transaction, team_ids: Collection[str], first_day: str, last_day: str
) -> dict[str, str]:
    """id and name of each citizen whom these teams visit within these days."""
    teams, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select citizen_id, max(citizen_name) from visit
        where team_id in ({teams}) and day between :first_day and :last_day group by citizen_id
        """,
        {"first_day": first_day, "last_day": last_day, **params},
    )
    return dict(rows)


async def list_names_of_citizens(
    tx: Transaction, team_ids: Collection[str], citizen_ids: Collection[str]
) -> dict[str, str]:
    """The names of these citizens, as far as these teams visit or have visited them."""
    teams, params = each_of("team", team_ids)
    citizens, citizen_params = each_of("citizen", citizen_ids)
    rows = await tx.tuples(
        f"""
        select citizen_id, max(citizen_name) from visit
        where citizen_id in ({citizens}) and team_id in ({teams}) group by citizen_id
        """,
        {**params, **citizen_params},
    )
    return dict(rows)


async def list_teams_of_citizens(
    tx: Transaction, team_ids: Collection[str] | None, citizen_ids: Collection[str]
) -> list[Key]:
    """(team_id, citizen_id) of these citizens, for those of these teams (None: any) that visit or have visited them."""
    citizens, params = each_of("citizen", citizen_ids)
    where = f"citizen_id in ({citizens})"
    if team_ids is not None:
        teams, team_params = each_of("team", team_ids)
        where, params = f"{where} and team_id in ({teams})", params | team_params
    rows = await tx.tuples(f"select distinct team_id, citizen_id from visit where {where}", params)
    return [(team_id, citizen_id) for team_id, citizen_id in rows]


async def list_names_of_people(tx: Transaction) -> dict[str, str]:
    """Everybody's id and name."""
    return dict(await tx.tuples("select id, name from person"))


# Samples ---------------------------------------------------------------------------------------------------


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


async def list_samples(tx: Transaction, team_ids: Collection[str], since: str) -> list[Row]:
    """What was drawn since then and is about these teams, the newest sample first, each with its entry.

    Every column of the entry, by_name, device; sample_id, drawn_at, drawn_by.
    """
    teams, params = each_of("team", team_ids)
    return await tx.rows(
        f"""
        select access_sample.id as sample_id, drawn_at, drawer.name as drawn_by, {QUALIFIED}, access_log.n,
          person.name as by_name, sign_in.device
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


async def list_verdicts(tx: Transaction, entry_ids: Collection[str]) -> list[Row]:
    """What came of looking into these entries (entry_id, n, verdict, words, at, by_name), the oldest first."""
    inside, params = each_of("entry", entry_ids)
    return await tx.rows(
        f"""
        select entry_id, n, verdict, words, at, person.name as by_name
        from access_verdict join person on person.id = by_id
        where entry_id in ({inside}) order by entry_id, n
        """,
        params,
    )


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


async def list_visits_in(tx: Transaction, visit_ids: Collection[str], team_ids: Collection[str]) -> list[Key]:
    """Those of the visits with these ids that belong to one of these teams."""
    teams, params = each_of("team", team_ids)
    inside, visit_params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, id from visit where id in ({inside}) and team_id in ({teams})",
        params | visit_params,
    )
    return [(team_id, visit_id) for team_id, visit_id in rows]


# What else a page may have asked for -----------------------------------------------------------------------


async def list_visits_of_photo(tx: Transaction, sha256: str) -> list[str]:
    """The visits that show a photo."""
    rows = await tx.tuples(
        "select distinct visit_id from photo_reference where sha256 = :sha256 order by visit_id",
        {"sha256": sha256},
    )
    return [visit_id for (visit_id,) in rows]


async def list_visits_of_change(tx: Transaction, change_id: str) -> list[str]:
    """The visits that changes with this id have named."""
    rows = await tx.tuples(
        "select distinct visit_id from change where id = :id and visit_id is not null order by visit_id",
        {"id": change_id},
    )
    return [visit_id for (visit_id,) in rows]


async def list_teams_of_guide(tx: Transaction, guide_id: str) -> list[str]:
    """The teams that have a guide with this id."""
    rows = await tx.tuples("select team_id from guide where id = :id order by team_id", {"id": guide_id})
    return [team_id for (team_id,) in rows]
