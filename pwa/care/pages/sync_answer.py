"""Knows how the answer to a phone's sync is written; knows nothing of who is answered."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from pwa.care.documents.short_form import DOCUMENTS, SHORT, made_whole
from pwa.care.problems import OF_A_CHANGE
from pwa.care.sync.arrival import Received
from pwa.care.sync.pull import Pull
from pwa.templating.translation import translate
from pwa.words import Fate


def write_answer(
    received: Received,
    pulled: Pull,
    sent: str | None,
    now: str,
    language: str,
    looked: bool,
    **more: object,
) -> str:
    """The answer as JSON; the documents in it are ready as they are stored. `sent` is the cursor that came.

    `more` is what few answers have: order, delivery, ended, phone.
    """
    head = {
        "now": now,
        **({} if pulled.cursor == sent else {"cursor": pulled.cursor}),
        "more": pulled.more,
        "fates": [_fate(fate, language) for fate in received.fates],
        "missing": received.missing,
        "heard_n": received.heard_n,
        "drafts": received.draft_n,
        **({} if pulled.ids is None else {"ids": pulled.ids}),
        **({"looked": True} if looked else {}),
        **more,
    }
    written = msgspec.json.encode(head).decode()
    return f'{written[:-1]},"documents":[{",".join(pulled.documents)}]}}'


def in_its_form(pulled: Pull, headers: Mapping[str, str]) -> Pull:
    """What is given, with documents that are whole for a phone that does not say that it makes them so."""
    if headers.get(DOCUMENTS) == SHORT or not pulled.documents:
        return pulled
    return replace(pulled, documents=made_whole(pulled.documents))


def _fate(fate: Fate, language: str) -> dict[str, str]:
    if fate.problem is None:
        return {"id": fate.id, "fate": fate.fate}
    problem = OF_A_CHANGE[fate.problem]
    return {
        "id": fate.id,
        "fate": fate.fate,
        "problem": fate.problem,
        "message": translate(problem.message, language),
        "next_step": problem.next_step,
    }
