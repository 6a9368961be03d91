"""Knows which parts of a Questionnaire's JSON are lists, objects and texts, so that whoever reads one need not ask; knows no meanings."""

from collections.abc import Iterator, Mapping
from typing import Any

from pwa.checklists.mistakes import Mistake
from pwa.words import N_

LISTS = frozenset((
    "answerOption", "coding", "concept", "contained", "contains", "enableWhen", "extension", "include", "initial", "item",
    "modifierExtension",
))  # fmt: skip
OBJECTS = frozenset((
    "answerCoding", "answerQuantity", "compose", "expansion", "valueCodeableConcept", "valueCoding", "valueExpression",
    "valueQuantity",
))  # fmt: skip
TEXTS = frozenset((
    "answerConstraint", "answerDate", "answerDateTime", "answerString", "answerTime", "answerValueSet", "behavior", "code",
    "display", "enableBehavior", "expression", "language", "linkId", "operator", "prefix", "question", "system", "text", "title",
    "type", "unit", "url", "valueCode", "valueDate", "valueDateTime", "valueMarkdown", "valueString", "valueTime", "valueUri",
))  # fmt: skip
ELSEWHERE = frozenset(("code", "text"))
"""What is a text in an item or a coding, and something else in other parts."""
MOST_SAID = 20


def wrong_shapes(questionnaire: Mapping[str, Any]) -> list[Mistake]:
    """Every part that is not what FHIR says it is, with the linkId around it; not more than anybody reads."""
    found: list[Mistake] = []
    for mistake in _wrong(questionnaire):
        found.append(mistake)
        if len(found) == MOST_SAID:
            break
    return found


def _wrong(questionnaire: Mapping[str, Any]) -> Iterator[Mistake]:
    waiting: list[tuple[Any, str]] = [(questionnaire, "")]
    while waiting:
        part, link = waiting.pop()
        if isinstance(part.get("linkId"), str):
            link = part["linkId"]
        for key, value in part.items():
            if not _fits(key, value):
                yield Mistake(N_("“%(key)s” is not as FHIR says."), {"key": key[:60]}, link)
                continue
            inner = value if isinstance(value, list) else [value]
            waiting += [(each, link) for each in inner if isinstance(each, dict)]


def _fits(key: str, value: Any) -> bool:
    if key in LISTS:
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    if key in OBJECTS:
        return isinstance(value, dict)
    return key not in TEXTS or isinstance(value, str) or (key in ELSEWHERE and isinstance(value, dict | list))
