"""Knows how what was answered becomes a table for a spreadsheet: a row for each question of each visit, answered or not."""

from collections.abc import Iterator, Sequence
from typing import Any

from pwa.care.documents.filling import SILENT, Field
from pwa.care.responses.answered import Answered
from pwa.checklists.filled import place_of, split_place
from pwa.checklists.outline import outline_of
from pwa.templating.translation import translate
from pwa.words import DENMARK, N_, to_moment

COLUMNS = (
    N_("Day"), N_("Time"), N_("Team"), N_("Citizen"), N_("Carers"), N_("Visit"), N_("Checklist"), N_("Version"), N_("Section"),
    N_("Step"), N_("Answer"), N_("Unit"), N_("Reason"), N_("Answered by"), N_("Answered at"), N_("Others answered"),
    N_("Place"),
)  # fmt: skip
PHOTO, SIGNATURE = N_("A photo"), N_("A signature")
"""What is written of a picture; of a signature rather who signed."""
WHO = {
    "alone": N_("The citizen alone"),
    "together": N_("Together"),
    "carer": N_("The carer"),
    "technology": N_("Technology"),
    "not_done": N_("Not done"),
    "not_relevant": N_("Not relevant"),
}
TRUTH = {"true": N_("Yes"), "false": N_("No")}
ASKED_NO_MORE = N_("No longer asked")

Row = Sequence[str]


def head(language: str) -> Row:
    """The names of the columns."""
    return [translate(column, language) for column in COLUMNS]


def rows_of(answered: Answered, language: str) -> Iterator[Row]:
    """The rows of a visit, in the checklist's order; then what was answered and is asked no more."""
    visit = answered.visit
    begins: list[str] = [
        visit["day"],
        _time(visit["starts_at"]),
        visit["team"]["name"],
        visit["citizen"]["name"],
        ", ".join(carer["name"] for carer in visit["carers"]),
        visit["visit_id"],
        answered.definition.title,
        str(answered.version),
    ]
    sections = _sections(answered)
    for field in answered.fields:
        if field["is_shown"] and field["kind"] not in SILENT:
            section = " / ".join(sections(field["place"]))
            yield [*begins, section, field["label"], *_answer(field, language), field["place"]]
    for one in answered.beside:
        number = str(one["number"]) if one["number"] else ""
        section = " / ".join(filter(None, [translate(ASKED_NO_MORE, language), one["group"], number]))
        texts = _texts(one["kind"], one["texts"], language)
        yield [*begins, section, one["label"], *_told(texts, one["unit"], one, []), ""]


def _answer(field: Field, language: str) -> Row:
    """Answer, unit, reason, by whom, when, and what others answered."""
    step = field["step"]
    if step is None:
        entry = field["entry"]
        others = [_said(field["kind"], one, language) for one in entry["differing"]] if entry else []
        return _told(_texts(field["kind"], field["texts"], language), field["unit"], entry or {}, others)
    told = {"reason": step["reason"], "by": step["answered_by"], "at": step["answered_at"]}
    others = [_who(one["answer"], one["by"], language) for one in step["differing"]]
    answer = step["answer"]
    said = [translate(WHO[answer], language)] if answer else []
    return _told(said, "", told, others)


def _told(texts: Sequence[str], unit: Any, entry: Any, others: Sequence[str]) -> Row:
    by, at = entry.get("by"), entry.get("at")
    return [
        "; ".join(texts),
        unit if texts else "",
        entry.get("reason", ""),
        by["name"] if by else "",
        _moment(at) if at else "",
        "; ".join(others),
    ]


def _said(kind: str, one: Any, language: str) -> str:
    texts = _texts(kind, one["texts"], language) or [one["reason"]]
    return f"{', '.join(texts)} ({one['by']['name']})"


def _who(answer: str, by: Any, language: str) -> str:
    return f"{translate(WHO[answer], language)} ({by['name']})"


def _texts(kind: Any, texts: Any, language: str) -> list[str]:
    if kind == "photo":
        return [translate(PHOTO, language) for _ in texts]
    if kind == "signature":
        return [text or translate(SIGNATURE, language) for text in texts]
    words = {"who": WHO, "yes_no": TRUTH}.get(kind)
    if words:
        return [translate(words[text], language) if text in words else text for text in texts]
    return [_moment(text) for text in texts] if kind == "date_time" else list(texts)


def _sections(answered: Answered) -> Any:
    """The groups around a place by their labels, those that repeat with the row's number."""
    outline = outline_of(answered.definition.steps)
    rows = {field["place"]: field["rows"] for field in answered.fields if field["kind"] == "repeating_group"}

    def of(place: str) -> list[str]:
        step_id, inside = split_place(place)
        named = []
        for group in reversed(outline[step_id].groups):
            placed = outline[group]
            label = placed.step.label or group
            if placed.kind == "repeating_group":
                level = len(placed.repeats)
                there = rows.get(place_of(group, inside[:level]), [])
                label += f" {there.index(inside[level]) + 1}" if inside[level] in there else ""
            named.append(label)
        return named

    return of


def _time(at: str) -> str:
    return f"{to_moment(at).astimezone(DENMARK):%H.%M}"


def _moment(at: str) -> str:
    """A moment as it is read in Denmark; what is none stays as it is."""
    try:
        return f"{to_moment(at).astimezone(DENMARK):%d-%m-%Y %H.%M}"
    except ValueError:
        return at
