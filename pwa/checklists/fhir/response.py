"""Knows how what was answered becomes items of a FHIR QuestionnaireResponse (R4); knows no visits.

A number goes out as exact as it was written. What FHIR has no word for stands in extensions of our own: why there is no answer,
when it was answered, and what somebody else answered without having seen it. Source: hl7.org/fhir/R4/questionnaireresponse.html.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pwa.checklists.fhir.writing import MOST_LENGTH, WHO_SYSTEM, WHO_WORDS, codings_of, links_of
from pwa.checklists.filled import place_of
from pwa.checklists.outline import outline_of
from pwa.checklists.photo_answers import read_pictured
from pwa.checklists.steps import Definition, Step
from pwa.checklists.values import read_answer

AUTHOR = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-author"
AT, REASON, DIFFERING = "urn:haand:answered-at", "urn:haand:reason", "urn:haand:differing"
PERSON_SYSTEM = "urn:haand:person"
PICTURE = "urn:haand:picture:"

Json = dict[str, Any]


class Standing(NamedTuple):
    """What stands at a place, by whom and since when. `said` are answers as they are stored; without any, `reason` says why."""

    said: Sequence[Any]
    reason: str
    at: str
    by: Mapping[str, Any] | None
    differing: Sequence["Standing"] = ()


Find = Callable[[str], Standing | None]
"""What stands at a place, or None."""


def write_items(definition: Definition, find: Find) -> list[Json]:
    """The items of everything that is answered, in groups and rows as they are asked."""
    links = links_of(outline_of(definition.steps))
    return list(_items(definition.steps, (), find, links))


def reference_to(person: Mapping[str, Any]) -> Json:
    """Somebody, by the id that the person has with us, and by name."""
    return {"identifier": {"system": PERSON_SYSTEM, "value": person["id"]}, "display": person["name"]}


def _items(
    steps: Sequence[Step], rows: tuple[str, ...], find: Find, links: Mapping[str, str]
) -> Iterator[Json]:
    for step in steps:
        item: Json = {"linkId": links[step.id]}
        if step.label.strip():
            item["text"] = step.label
        standing = find(place_of(step.id, rows))
        if step.kind == "group":
            if inside := list(_items(step.steps, rows, find, links)):
                yield {**item, "item": inside}
        elif step.kind == "repeating_group":
            for row in standing.said if standing else ():
                inside = list(_items(step.steps, (*rows, str(row)), find, links))
                yield {**item, **({"item": inside} if inside else {})}
        elif standing and (standing.said or standing.reason or standing.differing):
            told = list(_told(step, standing))
            said = _values(step, standing.said)
            yield {**item, "extension": told, **({"answer": said} if said else {})}


def _told(step: Step, standing: Standing) -> Iterator[Json]:
    """By whom, when and why; and what stands against it."""
    if standing.by:
        yield {"url": AUTHOR, "valueReference": reference_to(standing.by)}
    if standing.at:
        yield {"url": AT, "valueDateTime": standing.at}
    if standing.reason:
        yield {"url": REASON, "valueString": standing.reason}
    for other in standing.differing:
        said = [{"url": "answer", **value} for value in _values(step, other.said)]
        yield {"url": DIFFERING, "extension": [*_told(step, other), *said]}


def _attachment(said: str) -> Json:
    """A picture by its SHA-256, which is not in the file; of a signature who signed."""
    found = read_pictured(said)
    if found is None:
        return {"title": said}
    about: Json = {"contentType": found.type, "url": f"{PICTURE}{found.sha256}", "size": found.bytes}
    return about | ({"title": found.signed_by} if found.signed_by else {})


def _values(step: Step, said: Sequence[Any]) -> list[Json]:
    """Answers as FHIR has them; a text without signs is none."""
    return [_value(step, one) for one in said if one not in ("", {"other": ""})]


def _value(step: Step, said: Any) -> Json:
    """An answer as FHIR has it; what the step cannot have is text."""
    if not read_answer(step, said) and not isinstance(said, dict):
        return {"valueString": str(said)}
    if step.kind == "who":
        return {"valueCoding": {"system": WHO_SYSTEM, "code": said, "display": WHO_WORDS[said]}}
    if isinstance(said, bool):
        return {"valueBoolean": said}
    if isinstance(said, dict):
        return {"valueString": said["other"]}
    match step.kind:
        case "choice":
            coding = next((coding for option, coding in codings_of(step) if option.value == said), None)
            return {"valueCoding": coding} if coding else {"valueString": said}
        case "number":
            number = Decimal(said)
            is_whole = (
                bool(step.limits and step.limits.decimals == 0)
                and number % 1 == 0
                and abs(number) <= MOST_LENGTH
            )
            return {"valueInteger": int(number)} if is_whole else {"valueDecimal": number}
        case "photo" | "signature":
            return {"valueAttachment": _attachment(said)}
        case "date":
            return {"valueDate": said}
        case "time":
            return {"valueTime": said if said.count(":") == 2 else f"{said}:00"}
        case "date_time":
            return {"valueDateTime": said}
    return {"valueString": said}
