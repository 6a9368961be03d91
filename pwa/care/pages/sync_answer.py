"""Knows how the answer to a phone's sync is written; knows nothing of who is answered."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import msgspec

from pwa.care.documents.older_phones import (
    CHECKLISTS,
    NOTES,
    TECHNOLOGY,
    without_places,
    without_technology,
    without_wrong,
)
from pwa.care.documents.short_form import DOCUMENTS, SHORT, whole
from pwa.care.problems import OF_A_CHANGE
from pwa.care.sync.arrival import Received
from pwa.care.sync.cursors import CITIZEN
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


NEWS = {TECHNOLOGY, CHECKLISTS, NOTES}
SIGNS = {TECHNOLOGY: f'"{TECHNOLOGY}"', CHECKLISTS: '"checklist":{"id":', NOTES: '"wrong_citizen"'}
"""Without these nothing of it is in a document."""
WITHOUT = {TECHNOLOGY: without_technology, CHECKLISTS: without_places, NOTES: without_wrong}
TOLD_OTHERWISE = "~"
"""Ends the cursor of a phone that was told something otherwise than it is: once it knows more, it is given all anew."""


def cursor_of(cursor: str | None, headers: Mapping[str, str]) -> str | None:
    """The cursor that came, as the pull knows it."""
    if cursor is None or not cursor.endswith(TOLD_OTHERWISE):
        return cursor
    return None if _known(headers) >= NEWS else cursor.removesuffix(TOLD_OTHERWISE)


def in_its_form(pulled: Pull, headers: Mapping[str, str], sent: str | None, language: str) -> Pull:
    """What is given, with documents that this phone understands; `sent` is the cursor that came.

    They are whole where it does not say that it makes them so, and hold no answer that it would show as another.
    """
    known = _known(headers)
    pulled, is_less = (pulled, False) if NOTES in known else _without_citizens(pulled)
    told = [_told(text, known, language) for text in pulled.documents]
    is_otherwise = is_less or any(otherwise for _, otherwise in told)
    was_otherwise = (sent or "").endswith(TOLD_OTHERWISE) and not known >= NEWS
    cursor = f"{pulled.cursor}{TOLD_OTHERWISE}" if is_otherwise or was_otherwise else pulled.cursor
    return replace(pulled, documents=[text for text, _ in told], cursor=cursor)


def _without_citizens(pulled: Pull) -> tuple[Pull, bool]:
    """An older app shows no citizen's own page: it carries none. And whether there was any."""
    documents = [text for text in pulled.documents if not text.startswith(f'{{"id":"{CITIZEN}')]
    ids = pulled.ids and [id for id in pulled.ids if not id.startswith(CITIZEN)]
    is_less = documents != pulled.documents or ids != pulled.ids
    return (replace(pulled, documents=documents, ids=ids), True) if is_less else (pulled, False)


def _known(headers: Mapping[str, str]) -> set[str]:
    return {word.strip() for word in headers.get(DOCUMENTS, "").split(",")}


def _told(text: str, known: Collection[str], language: str) -> tuple[str, bool]:
    """A document as phones get it (see stored.wrap), and whether it says something otherwise than it is."""
    is_news = [word for word, sign in SIGNS.items() if word not in known and sign in text]
    if SHORT in known and not is_news:
        return text, False
    document = msgspec.json.decode(text)
    if not document["id"].startswith("visit-"):
        return text, False
    body = whole(document["body"])
    told = body
    for word in is_news:
        told = WITHOUT[word](told, language)
    return msgspec.json.encode({**document, "body": told}).decode(), told != body


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
