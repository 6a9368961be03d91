"""Knows the SQL about what of one visit was refused or held; knows no team's list of it."""

from pwa.care.queries.held import BY_WHOM, CHANGES, IS_LAST_TRY, IS_OPEN, DealtWithChange, HeldChange
from pwa.database import Row, Transaction
from pwa.database.lists import each_of


async def list_held_of_visit(tx: Transaction, team_id: str, visit_id: str, most: int) -> list[HeldChange]:
    """What is not applied by now, as DealtWithChange where somebody has dealt with it, whenever it came, the newest first."""
    names, params = each_of("team", [team_id])
    rows = await tx.rows(
        f"""{CHANGES.format(names=names, more=BY_WHOM)}
        where change.team_id = :team_id and change.visit_id = :visit_id and change.problem is not null
          and {IS_LAST_TRY} and {IS_OPEN}
        order by change.received_at desc, change.id, change.digest limit :most
        """,
        {"team_id": team_id, "visit_id": visit_id, "most": most, **params},
    )
    return [_dealt_with_or_not(row) for row in rows]


def _dealt_with_or_not(row: Row) -> HeldChange:
    if row["dealt_with_at"] is not None:
        return DealtWithChange(**row)
    return HeldChange(**{name: row[name] for name in HeldChange.__struct_fields__})
