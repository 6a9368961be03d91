"""Knows the SQL that counts attempts; knows no limits."""

from pwa.database import Params, Transaction


async def count_attempt(tx: Transaction, attempt: Params) -> int:
    """One more (since, what, who); how many there are with it."""
    row = await tx.row(
        """
        insert into attempt (since, what, who, count) values (:since, :what, :who, 1)
        on conflict (since, what, who) do update set count = attempt.count + 1
        returning count
        """,
        attempt,
    )
    return int(row["count"]) if row else 0


async def get_count(tx: Transaction, attempt: Params) -> int:
    """How many there are."""
    row = await tx.row(
        "select count from attempt where since = :since and what = :what and who = :who", attempt
    )
    return int(row["count"]) if row else 0


async def give_back(tx: Transaction, attempt: Params) -> int:
    """One of them does not count."""
    return await tx.execute(
        """
        update attempt set count = count - 1
        where since = :since and what = :what and who = :who and count > 0
        """,
        attempt,
    )


async def remove_before(tx: Transaction, since: str) -> int:
    """Forget what was tried before then."""
    return await tx.execute("delete from attempt where since < :since", {"since": since})
