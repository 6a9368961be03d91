"""Knows what was said at a visit and does not stand any more, for who reads it afterwards; carers' documents do not have it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from pwa.care.queries.answers import list_answers
from pwa.care.queries.withdrawn import Withdrawn, list_withdrawn
from pwa.database import Transaction
from pwa.written import Answer


class History(TypedDict):
    """What was taken back, and by step's id the answers that others have followed, the oldest first."""

    withdrawn: list[Withdrawn]
    followed: dict[str, list[Answer]]


async def history_document(tx: Transaction, visit: Mapping[str, Any]) -> History:
    """What is known of a visit beside its document."""
    key = (visit["team"]["id"], visit["visit_id"])
    rows = [row for _, row in await list_answers(tx, [key])]
    withdrawn = await list_withdrawn(tx, key)
    # An observation that somebody had taken up before it was taken back still stands in the document.
    shown = {each["id"] for each in visit.get("observations", ())}
    return {
        "withdrawn": [each for each in withdrawn if each.change_id not in shown],
        "followed": {step["id"]: followed(step, rows) for step in visit["steps"]},
    }


def followed(step: Mapping[str, Any], rows: Sequence[Answer]) -> list[Answer]:
    """The answers to a step that are said nowhere else on its line, each but once where the same was said again."""
    said = {step["answer"], *(each["answer"] for each in step.get("differing") or ())}
    # Those with a reason stand there with it.
    earlier = {(each["answer"], each["reason"]) for each in step.get("earlier") or ()}
    found: dict[str, Answer] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.change_id)):
        is_new = row.answer not in said and (row.answer, row.reason) not in earlier
        if row.step_id == step["id"] and row.answer and is_new:
            found[row.answer] = row
    return list(found.values())
