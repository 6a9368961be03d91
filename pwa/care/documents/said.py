"""Knows what a change that was turned down said, in parts that a page has words for; knows no reasons for it."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from pwa.care.queries.change_log import RefusedChange
from pwa.care.queries.held import HeldChange
from pwa.care.queries.visits import list_steps
from pwa.database import Transaction
from pwa.database.lists import Key

CHOSEN = {
    "answer_step": "answer", "report_deviation": "kind", "choose_language": "language", "report_observation": "area",
    "report_event": "hurt", "class_event": "class", "tell_event": "part",
}  # fmt: skip
"""Which argument a change has chosen from a list: its value is for no eyes."""

Steps = Mapping[tuple[Key, str], str]
"""The labels of steps, each by its visit and its own id."""


class Said(TypedDict):
    """What was chosen, at which step if that is known, and what was written. Each is "" when there is none."""

    chosen: str
    step: str
    words: str


async def steps_of(
    tx: Transaction, changes: Sequence[RefusedChange | HeldChange], team_ids: Collection[str]
) -> Steps:
    """The steps that these changes are about, as far as they are these teams'."""
    keys = {
        (change.team_id, change.visit_id)
        for change in changes
        if change.name == "answer_step" and change.visit_id and change.team_id in team_ids
    }
    found = await list_steps(tx, sorted(keys)) if keys else []
    return {(key, step.id): step.label for key, step in found}


def said(change: RefusedChange | HeldChange, steps: Steps) -> Said:
    """What a change said, in parts."""
    args = _args(change.sent)
    chosen = _text(args.get(CHOSEN.get(change.name, "")))
    step = steps.get(((change.team_id, change.visit_id or ""), _text(args.get("step_id"))), "")
    is_written = change.words.strip() and change.words != chosen
    return {"chosen": chosen, "step": step, "words": change.words if is_written else ""}


def _args(sent: str | None) -> Mapping[str, object]:
    try:
        args = json.loads(sent or "{}").get("args")
    except (ValueError, AttributeError):
        return {}
    return args if isinstance(args, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
