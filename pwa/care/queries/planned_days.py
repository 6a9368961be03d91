"""Knows up to which day anything is planned; knows no visit."""

from pwa.database import Transaction


async def find_last_day(tx: Transaction) -> str | None:
    """The newest day with a visit, also one that is cancelled; None where there have never been any."""
    [(day,)] = await tx.tuples(
        """
        select max((select max(day) from visit where visit.team_id = team.id)) from team
        """
    )
    return str(day) if day else None
