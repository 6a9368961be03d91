"""Knows what was said of a visit and taken back as a slip, for whoever reads the visit; knows nothing of what stands."""

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import Key


class Withdrawn(Struct, frozen=True, gc=False):
    """`what` is deviation, observation, start or finish; `chosen` a deviation's kind or an observation's area, else ""."""

    change_id: str
    what: str
    chosen: str
    text: str
    at: str
    received_at: str
    by_name: str
    withdrawn_at: str
    withdrawn_by: str


async def list_withdrawn(tx: Transaction, key: Key) -> list[Withdrawn]:
    """What was taken back at a visit, in the order in which it was; of what was taken back twice the first time."""
    rows = await tx.tuples(
        """
        select said.change_id, said.what, said.chosen, said.text, said.at, said.received_at, author.name,
          taken_back.at, who.name
        from taken_back join (
          select change_id, 'deviation' as what, kind as chosen, text, reported_at as at, received_at, reported_by_id as by_id
          from deviation where team_id = :team_id and visit_id = :visit_id
          union all
          select change_id, 'observation', about, text, at, received_at, by_id
          from matter where team_id = :team_id and visit_id = :visit_id and kind = 'observation'
          union all
          select change_id, kind, '', '', at, received_at, by_id
          from attendance where team_id = :team_id and visit_id = :visit_id
        ) as said on said.change_id = taken_back.taken_back_id
        join person as author on author.id = said.by_id join person as who on who.id = taken_back.by_id
        where taken_back.team_id = :team_id and taken_back.visit_id = :visit_id
        order by taken_back.at, taken_back.change_id
        """,
        {"team_id": key[0], "visit_id": key[1]},
    )
    found: dict[str, Withdrawn] = {}
    for row in rows:
        found.setdefault(row[0], Withdrawn(*row))
    return list(found.values())
