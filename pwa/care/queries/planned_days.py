"""Knows up to which day anything is planned; knows no visit."""

from pwa.database import Transaction


async def find_last_day(tx: Transaction) -> str | None:
    """The newest day with a visit that is not cancelled; None where there is none."""
    [(day,)] = await tx.tuples(
        """
        select max((select max(day) from visit where visit.team_id = team.id and cancelled_at is null)) from team
        """
    )
    return str(day) if day else None


async def has_visits(tx: Transaction) -> bool:
    """Whether anything was ever planned, also what is cancelled."""
    return bool(await tx.tuples("select 1 from visit limit 1"))
