"""Knows how half-written words are shown to the one who wrote them; knows nothing of how they came.

Twin: service_worker/pages/unsaved.js.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from pwa.care.documents.filling import key_of
from pwa.care.queries.drafts import StoredDraft
from pwa.words import Json

DIGEST_LENGTH = 16
MOST_CHARACTERS = 2_000_000
"""Of half-written words in one answer. With each that is settled older ones come."""
UNDONE_WITHIN = timedelta(days=1)
"""For so long a discarded draft can be had back."""
DAY_FIRST = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T?", re.ASCII)
WORDS = {"answer_step": "reason", "fill_in": "reason"}
"""Which argument the words are, where it is not `text`."""


WITHOUT_A_BUTTON: dict[str, dict[str, str]] = {
    "report_deviation": {"kind": "other"},
    "report_observation": {"area": "other"},
}
"""What a button says that sends the words; none was tapped. Twin: changeOf in service_worker/pages/settle_draft.js."""
PLACES = {"report_deviation": "deviate", "report_observation": "observe"}
"""Where on the visit's page the field is, where it is one of the visit. Twin: placeOf in service_worker/pages/unsaved.js."""


def unsent(drafts: Iterable[StoredDraft]) -> list[Json]:
    """As a phone is given them. What was sealed and could not be opened is kept, and not among them."""
    return [
        {**content, "id": draft.id, "phone_id": draft.phone_id or "", "at": draft.at}
        for draft in drafts
        if "text" in (content := json.loads(draft.content))
    ]


def digest_of(unsent: list[Json], settled: list[tuple[str, str]]) -> str:
    """Tells one such list, and what of the phone's own was settled elsewhere, from another; of nothing ""."""
    said = json.dumps([[[each["id"], each["at"]] for each in unsent], settled])
    return sha256(said.encode()).hexdigest()[:DIGEST_LENGTH] if unsent or settled else ""


def half_written(drafts: list[Json]) -> dict[str, int]:
    """How many there are at each visit."""
    abouts = [about for draft in drafts if isinstance(about := draft["about"], dict)]
    return Counter(str(about["visit_id"]) for about in abouts)


def form_of(draft: Json) -> tuple[str, dict[str, str]]:
    """The change that the words would become, and its form."""
    name, args = str(draft["name"]), draft["args"]
    assert isinstance(args, dict)
    kind = WITHOUT_A_BUTTON.get(name, {})
    basis = draft.get("basis")
    seen = {"seen": str(basis["version"])} if isinstance(basis, dict) else {}
    return name, {**kind, **args, **seen, _words(draft): str(draft["text"])}


def _words(draft: Json) -> str:
    """Which field of the form the words are: what stands at a place of a checklist was typed there."""
    is_typed = draft["name"] == "fill_in" and str(draft.get("field", "")).startswith("fill-")
    return "typed" if is_typed else WORDS.get(str(draft["name"]), "text")


def about_visit(visit: Json, step_id: object = None) -> Json:
    """Whose visit a draft is about, so that it can be told when the document is gone. Twin: aboutOf in drafts.js."""
    citizen, steps = visit["citizen"], visit["steps"]
    assert isinstance(citizen, dict)
    assert isinstance(steps, list)
    label = next((step["label"] for step in steps if step["id"] == step_id), "")
    told = {"citizen": citizen["name"], "starts_at": visit["starts_at"], "label": label}
    return {"visit_id": visit["visit_id"], **told}


def shown(draft: Json) -> Json:
    """As a page shows it. On the server every phone is another one; the server's own page is none."""
    about = draft["about"]
    assert isinstance(about, dict)
    names = {name: draft[name] for name in ("id", "name", "since")}
    origin = "another" if draft["phone_id"] else "here"
    return {**names, **about, "place": _place(draft), "words": _shown_words(draft), "origin": origin}


def _shown_words(draft: Json) -> str:
    """Days as they are read, and not as a field has them."""
    text, args = str(draft["text"]), draft["args"]
    assert isinstance(args, dict)
    is_dated = _words(draft) == "typed" and args.get("kind") in ("date", "date_time")
    return DAY_FIRST.sub(r"\3-\2-\1 ", text).strip() if is_dated else text


def _place(draft: Json) -> str:
    """Where on the visit's page its field is."""
    args = draft["args"]
    assert isinstance(args, dict)
    if draft["name"] == "correct_note":
        return f"note-{args.get('corrects')}"
    if draft["name"] == "write_note" and args.get("adds_to"):
        return f"note-{args['adds_to']}"
    if draft["name"] == "answer_step":
        return f"step-{args.get('step_id')}"
    if draft["name"] == "fill_in":
        return f"field-{key_of(str(args.get('place', '')))}"
    if draft["name"] == "tell_event":
        return f"event-{args.get('event_id')}"
    return PLACES.get(str(draft["name"]), "write")
