"""Knows how many visits name each version of a checklist, and whose phones they are on; knows nothing of what is in them."""

from typing import NamedTuple

from pwa.database import Transaction


class Used(NamedTuple):
    """How many visits from a day on have this version."""

    name: str
    version: int
    visits: int


async def list_used(tx: Transaction, first_day: str) -> list[Used]:
    """Each version that visits from this day on have, and how many they are."""
    rows = await tx.tuples(
        """
        select checklist_name, checklist_version, count(*) from visit
        where day >= :first_day and cancelled_at is null
        group by checklist_name, checklist_version
        """,
        {"first_day": first_day},
    )
    return [Used(*row) for row in rows]


class OnPhones(NamedTuple):
    """Of the phones whose carers have visits with a version on these days: how many there are, and how many have it for sure."""

    phones: int
    have_it: int


async def count_phones(tx: Transaction, name: str, version: int, first_day: str, last_day: str) -> OnPhones:
    """A phone has it for sure if it was heard since the last plan came in; another may have it, and nobody knows."""
    row = await tx.row(
        """
        select count(*) as phones, count(case when phone.heard_at > coalesce(came.at, '') then 1 end) as have_it
        from phone
        left join (select max(ended_at) as at from file_import where kind = 'plan' and state = 'done') as came on 1 = 1
        where phone.replaced_at is null and phone.revoked_at is null and phone.person_id in (
          select carer_id from visit_carer
          join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
          where visit_carer.day between :first_day and :last_day and visit.cancelled_at is null
            and checklist_name = :name and checklist_version = :version
        )
        """,
        {"name": name, "version": version, "first_day": first_day, "last_day": last_day},
    )
    assert row is not None
    return OnPhones(row["phones"], row["have_it"])
