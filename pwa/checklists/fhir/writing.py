"""Knows how a definition becomes a FHIR Questionnaire (R4), from which the same definition is read again.

What FHIR says is said in FHIR, as far as our own reader takes it for the same; the rest stands in our own extension (ours.py), which
other systems pass over. Sources: hl7.org/fhir/R4/questionnaire.html, and its extensions.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pwa.checklists.fhir.conditions import enable_when, plain_value
from pwa.checklists.fhir.items import Item
from pwa.checklists.fhir.ours import URL, extension_of
from pwa.checklists.fhir.questionnaire import compile_items
from pwa.checklists.outline import Outline, outline_of
from pwa.checklists.steps import WHO, Definition, Option, Step

EXTENSIONS = "http://hl7.org/fhir/StructureDefinition/"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
WHO_SYSTEM = "urn:haand:who"
TYPES = {
    "who": "choice", "yes_no": "boolean", "short_text": "string", "long_text": "text", "date": "date", "time": "time",
    "date_time": "dateTime", "photo": "attachment", "signature": "attachment", "scanned_code": "string",
    "information": "display", "group": "group", "repeating_group": "group",
}  # fmt: skip
WHO_WORDS = {
    "alone": "Borgeren selv", "together": "Sammen", "carer": "Medarbejderen", "technology": "Teknologi", "not_done": "Ikke gjort",
    "not_relevant": "Ikke relevant",
}  # fmt: skip
MOST_LENGTH = 2**31 - 1

Json = dict[str, Any]


def write_questionnaire(definition: Definition, url: str, version: int) -> Json:
    """The Questionnaire; `url` is its own for ever, whatever its version."""
    outline = outline_of(definition.steps)
    links = links_of(outline)
    said: Json = {
        "resourceType": "Questionnaire",
        "url": url,
        "version": str(version),
        "title": definition.title,
        "status": "active",
        "subjectType": ["Patient"],
        "item": [_item(step, outline, links) for step in definition.steps],
    }
    for _ in range(2):  # what is read otherwise is taken out first, and then said our way
        for item, step in _pairs(compile_items(said), definition.steps):
            _amend(item, step)
    return said


def links_of(outline: Outline) -> Mapping[str, str]:
    """Each step's linkId: its name in the source, else its id; another one where that is taken."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for placed in outline.values():
        step = placed.step
        link, number = step.link.strip() or step.id, 1
        while link in taken:
            number += 1
            link = f"{step.id}-{number}"
        taken.add(link)
        found[step.id] = link
    return found


def _item(step: Step, outline: Outline, links: Mapping[str, str]) -> Json:
    """The item as far as FHIR has words for it."""
    kind = TYPES.get(step.kind) or _type_of(step)
    extensions = [{"url": EXTENSIONS + name, **value} for name, value in _extensions(step, kind)]
    if links[step.id] != step.id:
        extensions.append(extension_of({"id": step.id}))
    said: Json = {"linkId": links[step.id], "type": kind}
    if extensions:
        said["extension"] = extensions
    if step.label.strip():
        said["text"] = step.label
    if conditions := enable_when(step.shown_when, outline, links, WHO_SYSTEM):
        said |= conditions
    for name, is_so in (
        ("required", step.required),
        ("readOnly", step.read_only),
        ("repeats", step.most != 1),
    ):
        if is_so and kind != "display" and not (name == "repeats" and step.kind == "group"):
            said[name] = True
    if (
        step.limits
        and step.limits.longest
        and kind in ("string", "text")
        and step.limits.longest <= MOST_LENGTH
    ):
        said["maxLength"] = step.limits.longest
    if step.kind in ("choice", "who"):
        said["answerOption"] = [{"valueCoding": coding} for coding in _offered(step)]
        if not said["answerOption"]:
            del said["answerOption"]
    if step.first is not None and (initial := plain_value(step, step.first, WHO_SYSTEM)):
        said["initial"] = [{name.replace("answer", "value", 1): value for name, value in initial.items()}]
    inside = [_item(each, outline, links) for each in step.steps]
    if step.help.strip() and kind != "display":
        inside.insert(0, _help(step, links))
    if inside:
        said["item"] = inside
    return said


def _type_of(step: Step) -> str:
    if step.kind == "choice":
        return "open-choice" if step.other else "choice"
    return "integer" if step.limits and step.limits.decimals == 0 else "decimal"


def _offered(step: Step) -> Iterator[Json]:
    if step.kind == "who":
        return ({"system": WHO_SYSTEM, "code": each, "display": WHO_WORDS[each]} for each in WHO)
    return (coding for _, coding in codings_of(step))


def codings_of(step: Step) -> Iterator[tuple[Option, Json]]:
    """A choice's options, each with its coding."""
    for option in step.options:
        code = option.value.removeprefix(f"{option.system}|") if option.system else option.value
        system = (
            {"system": option.system} if option.system and not any(map(str.isspace, option.system)) else {}
        )
        display = {"display": option.label} if option.label.strip() else {}
        yield option, {**system, "code": " ".join(code.split()), **display}


def _extensions(step: Step, kind: str) -> Iterator[tuple[str, Json]]:
    limits = step.limits
    named = {
        "integer": "valueInteger",
        "decimal": "valueDecimal",
        "date": "valueDate",
        "time": "valueTime",
    }
    if limits:
        for name, bound in (("minValue", limits.least), ("maxValue", limits.most)):
            value = _bound(bound, kind) if bound is not None else None
            if value is not None:
                yield name, {named[kind]: value}
        if limits.decimals and kind == "decimal":
            yield "maxDecimalPlaces", {"valueInteger": limits.decimals}
        if limits.shortest and kind in ("string", "text") and limits.shortest <= MOST_LENGTH:
            yield "minLength", {"valueInteger": limits.shortest}
    if step.pattern:
        yield "regex", {"valueString": step.pattern}
    if step.unit:
        yield "questionnaire-unit", {"valueCoding": {"display": step.unit}}
    if step.occurrences and step.occurrences.least and step.most != 1:
        yield "questionnaire-minOccurs", {"valueInteger": step.occurrences.least}
    if step.occurrences and step.occurrences.most and step.most != 1:
        yield "questionnaire-maxOccurs", {"valueInteger": step.occurrences.most}
    if step.hidden:
        yield "questionnaire-hidden", {"valueBoolean": True}
    if step.as_table:
        yield "questionnaire-itemControl", _control("gtable")
    if kind == "attachment":
        yield "mimeType", {"valueCode": "image/jpeg"}


def _bound(written: str, kind: str) -> Any:
    if kind in ("integer", "decimal"):
        number = float(written)
        if kind == "integer":
            return int(number) if number.is_integer() and abs(number) <= MOST_LENGTH else None
        return int(number) if number.is_integer() else number
    if kind == "time":
        return written if written.count(":") == 2 else f"{written}:00"
    return written if kind == "date" else None


def _help(step: Step, links: Mapping[str, str]) -> Json:
    link, number = f"{links[step.id]}-help", 1
    while link in links.values():
        number += 1
        link = f"{links[step.id]}-help-{number}"
    control = {"url": EXTENSIONS + "questionnaire-itemControl", **_control("help")}
    return {"linkId": link, "type": "display", "extension": [control], "text": step.help}


def _control(code: str) -> Json:
    return {"valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": code}]}}


def _pairs(items: Sequence[Item], steps: Sequence[Step]) -> Iterator[tuple[Item, Step]]:
    """Each item as it is read, and the step that it is of."""
    for item, step in zip(items, steps, strict=True):
        yield item, step
        yield from _pairs(item.inside, step.steps)


def _amend(item: Item, step: Step) -> None:
    """Take out of the item the conditions and first values that are read otherwise; say the rest of what differs our way."""
    document = {key: value for key, value in _as_json(step).items() if key != "steps"}
    read = {key: value for key, value in _as_json(Step.model_validate(item.step)).items() if key != "steps"}
    said: Any = item.said
    for key, names in (("shown_when", ("enableWhen", "enableBehavior")), ("first", ("initial",))):
        if any(name in said for name in names) and read.get(key) != document.get(key):
            for name in names:
                said.pop(name, None)
            read.pop(key, None)
    differs = {key: document.get(key) for key in {*document, *read} if document.get(key) != read.get(key)}
    if step.id != said["linkId"]:
        differs["id"] = step.id
    rest = [each for each in said.get("extension", []) if each["url"] != URL]
    said["extension"] = [*rest, *([extension_of(differs)] if differs else [])]
    if not said["extension"]:
        del said["extension"]


def _as_json(step: Step) -> Json:
    document: Json = step.model_dump(mode="json", exclude_defaults=True)
    return document
