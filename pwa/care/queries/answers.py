"""Knows every answer that was ever given to a step; knows nothing of which of them is shown."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import Answer


async def add_answers(tx: Transaction, answers: Iterable[tuple[Key, Answer]]) -> None:
    """Keep answers; each gets its version when its document does."""
    await tx.execute_many(
        """
        insert into answer
          (team_id, visit_id, change_id, step_id, answer, reason, at, received_at, by_id, seen, phone_id)
        values (:team_id, :visit_id, :change_id, :step_id, :answer, :reason, :at, :received_at, :by_id, :seen,
          :phone_id)
        """,
        [
            (
                *key,
                row.change_id,
                row.step_id,
                row.answer,
                row.reason,
                row.at,
                row.received_at,
                row.by_id,
                row.seen,
                row.phone_id,
            )
            for key, row in answers
        ],
    )


async def list_answers(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Answer]]:
    """Every answer of these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, change_id, step_id, answer, reason, at, received_at, by_id,
          person.name as by_name, seen, version, phone_id
        from answer join person on person.id = by_id where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), Answer(*row)) for team_id, visit_id, *row in rows]
