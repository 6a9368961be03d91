"""Knows every answer that was ever given to a step; knows nothing of which of them is shown."""

from pwa.database import Transaction
from pwa.words import Answer


async def add_answer(tx: Transaction, team_id: str, visit_id: str, answer: Answer) -> int:
    """Keep an answer; it gets its version when its document does."""
    return await tx.execute(
        """
        insert into answer
          (team_id, visit_id, change_id, step_id, answer, reason, at, received_at, by_id, seen)
        values (:team_id, :visit_id, :change_id, :step_id, :answer, :reason, :at, :received_at, :by_id, :seen)
        """,
        {"team_id": team_id, "visit_id": visit_id, "change_id": answer.change_id, "step_id": answer.step_id,
         "answer": answer.answer, "reason": answer.reason, "at": answer.at, "received_at": answer.received_at,
         "by_id": answer.by_id, "seen": answer.seen},
    )  # fmt: skip


async def list_answers(tx: Transaction, team_id: str, visit_id: str) -> list[Answer]:
    """Every answer of a visit, as they happened."""
    rows = await tx.rows(
        """
        select change_id, step_id, answer, reason, at, received_at, by_id, person.name as by_name,
          seen, version
        from answer join person on person.id = by_id
        where team_id = :team_id and visit_id = :visit_id order by at, change_id
        """,
        {"team_id": team_id, "visit_id": visit_id},
    )
    return [Answer(**row) for row in rows]


async def set_versions(tx: Transaction, team_id: str, visit_id: str, version: int) -> int:
    """Tell the answers that are new which version of the document brought them."""
    return await tx.execute(
        """
        update answer set version = :version
        where team_id = :team_id and visit_id = :visit_id and version is null
        """,
        {"team_id": team_id, "visit_id": visit_id, "version": version},
    )
