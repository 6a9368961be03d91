"""Knows the items of a Questionnaire as steps without conditions: kinds, limits, options, occurrences, texts.

Nothing that it does not know is passed over in silence: it comes back as left out, with the linkId.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from pwa.checklists.compiling import Refused, unknown
from pwa.checklists.decimals import to_number
from pwa.checklists.fhir.enable_when import plain_number
from pwa.checklists.fhir.ours import URL, ours_of
from pwa.checklists.fhir.value_sets import concepts
from pwa.checklists.pattern import PatternTooLarge, compile_pattern
from pwa.checklists.pattern_syntax import BadPattern
from pwa.checklists.photo_answers import PICTURED
from pwa.checklists.steps import Step
from pwa.words import N_

Json = Mapping[str, Any]
KINDS = {
    "group": "group", "display": "information", "boolean": "yes_no", "decimal": "number", "integer": "number",
    "quantity": "number", "date": "date", "dateTime": "date_time", "time": "time", "string": "short_text", "text": "long_text",
    "url": "short_text", "choice": "choice", "open-choice": "choice", "coding": "choice",
}  # fmt: skip
OPEN = ("optionsOrString", "optionsOrType")
EXTENSION_KEYS = {
    "minValue": "least", "maxValue": "most", "minLength": "shortest", "maxDecimalPlaces": "decimals",
    "regex": "pattern", "questionnaire-minOccurs": "occurrences", "questionnaire-maxOccurs": "occurrences",
    "questionnaire-hidden": "hidden", "questionnaire-unit": "unit",
}  # fmt: skip
"""The extensions that become a key of a step, by the end of their url."""
EXPRESSIONS = (
    "sdc-questionnaire-enableWhenExpression", "sdc-questionnaire-calculatedExpression",
    "sdc-questionnaire-initialExpression", "sdf-calculatedExpression", "questionnaire-constraint", "targetConstraint", "variable",
)  # fmt: skip
"""The extensions that questionnaire.py compiles."""
KEYS = {
    "id", "linkId", "type", "text", "prefix", "required", "readOnly", "repeats", "maxLength", "item", "answerOption",
    "answerValueSet", "answerConstraint", "initial", "enableWhen", "enableBehavior", "extension",
}  # fmt: skip
"""What is looked at; any other key of an item is told."""
SIGNATURE = "questionnaire-signatureRequired"
HELP_TEXTS = ("questionnaire-instruction", "sdf-sublabel")
"""The extensions that are a text about the item."""
HELP = ("help", "flyover", "lower", "upper", "prompt")
STEP_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class LeftOut(NamedTuple):
    """What did not come over: the linkId, what it is, as it is written, and why."""

    link: str
    what: str
    written: str
    why: Refused


@dataclass(slots=True)
class Item:
    """An item and the step that it becomes; `said` is the item as JSON has it, `ours` what our own extension says of the step."""

    said: Json
    step: dict[str, Any]
    inside: list["Item"] = field(default_factory=list)
    ours: Mapping[str, Any] = field(default_factory=dict)

    @property
    def link(self) -> str:
        return str(self.step["link"])


def items_of(questionnaire: Json) -> tuple[list[Item], list[LeftOut]]:
    """The items that become steps, and what was left out."""
    reader = _Reader(questionnaire)
    return reader.items(questionnaire.get("item", [])), reader.left_out


def extensions(said: Json) -> Iterator[tuple[str, Any, Json]]:
    """The end of each extension's url, its value and the extension."""
    for each in said.get("extension", []):
        value = next((value for key, value in each.items() if key.startswith("value")), None)
        yield str(each.get("url", "")).rpartition("/")[2], value, each


class _Reader:
    def __init__(self, questionnaire: Json) -> None:
        self.left_out: list[LeftOut] = []
        self.ids: set[str] = set()
        self.contained = {f"#{each.get('id')}": each for each in questionnaire.get("contained", [])}

    def leave(self, link: str, what: str, written: object, why: Refused | None = None) -> None:
        self.left_out.append(LeftOut(link, what, str(written)[:200], why or unknown(what)))

    def items(self, said: Sequence[Json]) -> list[Item]:
        return [item for each in said for item in self.item(each)]

    def item(self, said: Json) -> list[Item]:
        """The item, and after it those that stand under a question, which our steps cannot have inside."""
        link, kind = str(said.get("linkId")), self.kind(said)
        if kind is None:
            named = str(said.get("type"))
            why = Refused(N_("No step has the type “%(type)s”."), type=named[:60])
            self.leave(link, f"type {named}", said.get("text", ""), why)
            return []
        ours = self.ours(said, link)
        step_id = self.id_of(str(ours.get("id") or link))
        item = Item(said, {"id": step_id, "link": link, "kind": kind, "label": self.label(said)}, ours=ours)
        try:
            self.fill(item, link, kind)
            Step.model_validate(item.step)
        except (ValidationError, AttributeError, TypeError, ValueError):
            self.leave(link, "item", said.get("text", ""), not_as_it_should_be(link))
            return []
        inside = self.items([each for each in said.get("item", []) if not self.is_help(each, item.step)])
        if kind in ("group", "repeating_group"):
            item.inside = inside
            return [item]
        if inside:
            self.leave(
                link, "item under a question", "", Refused(N_("Steps under a question come after it."))
            )
        return [item, *inside]

    def ours(self, said: Json, link: str) -> Mapping[str, Any]:
        try:
            return ours_of(said)
        except Refused as refused:
            self.leave(link, URL, said, refused)
            return {}

    def kind(self, said: Json) -> str | None:
        kind = KINDS.get(str(said.get("type")))
        if said.get("type") == "group" and said.get("repeats"):
            return "repeating_group"
        return _kind_of_attachment(said) if said.get("type") == "attachment" else kind

    def id_of(self, link: str) -> str:
        found, number = link if STEP_ID.fullmatch(link) else "", len(self.ids)
        while not found or found in self.ids:
            number += 1
            found = f"s{number}"
        self.ids.add(found)
        return found

    def label(self, said: Json) -> str:
        prefix, text = str(said.get("prefix") or ""), str(said.get("text") or "")
        return f"{prefix} {text}".strip()

    def is_help(self, said: Json, step: dict[str, Any]) -> bool:
        """Whether this is a text about the step, which becomes its help."""
        controls = [str(coding.get("code")) for name, value, _ in extensions(said) if name == "questionnaire-itemControl"
                    for coding in (value or {}).get("coding", [])]  # fmt: skip
        if said.get("type") != "display" or not set(controls) & set(HELP):
            return False
        step["help"] = "\n".join(filter(None, [step.get("help", ""), str(said.get("text") or "")]))
        return True

    def fill(self, item: Item, link: str, kind: str) -> None:
        said, step = item.said, item.step
        if kind not in ("group", "information"):
            step |= {
                key: True
                for key, named in (("required", "required"), ("read_only", "readOnly"))
                if said.get(named)
            }
        if said.get("repeats") and kind not in ("repeating_group", "yes_no", "information", "group"):
            step["occurrences"] = {"least": 0}
        if kind == "number" and said["type"] == "integer":
            step["limits"] = {"decimals": 0}
        if kind == "choice":
            self.options(item, link)
        if said.get("maxLength") and kind in ("short_text", "long_text"):
            step.setdefault("limits", {})["longest"] = said["maxLength"]
        for key in sorted(said.keys() - KEYS):
            self.leave(link, key, said[key])
        for name, value, extension in extensions(said):
            if name in (*EXPRESSIONS, URL):
                continue
            try:
                self.extend(step, kind, name, value)
            except (Refused, TypeError, AttributeError) as refused:
                why = refused if isinstance(refused, Refused) else None
                self.leave(link, name, value if value is not None else extension, why)
        least = step.get("occurrences", {}).get("least", 0)
        if least and least > (step["occurrences"].get("most") or least):
            self.leave(link, "questionnaire-minOccurs", least)
            step["occurrences"]["least"] = 0

    def extend(self, step: dict[str, Any], kind: str, name: str, value: Any) -> None:
        """What an extension says of the step. Raises Refused."""
        key = EXTENSION_KEYS.get(name)
        is_text = kind in ("short_text", "long_text")
        if key in ("least", "most") and kind in ("number", "date", "time"):
            limit = plain_number(value) if kind == "number" else str(value)
            if kind == "number" and to_number(limit) is None:
                raise unknown(limit)
            step.setdefault("limits", {})[key] = limit
        elif key == "shortest" and is_text:
            step.setdefault("limits", {})["shortest"] = int(value)
        elif key == "decimals" and kind == "number" and step.get("limits", {}).get("decimals") != 0:
            step.setdefault("limits", {})["decimals"] = int(value)
        elif key == "pattern" and is_text:
            step["pattern"] = _pattern(str(value))
        elif key == "occurrences" and (kind == "repeating_group" or "occurrences" in step):
            if int(value) < name.endswith("maxOccurs"):
                raise unknown(f"{name} {value}")
            occurrences = step.setdefault("occurrences", {})
            occurrences["least" if name.endswith("minOccurs") else "most"] = int(value)
        elif (
            key == "occurrences" and int(value) == 1 and (name.endswith("maxOccurs") or step.get("required"))
        ):
            return  # as it is without
        elif key == "hidden":
            step["hidden"] = value is True
        elif key == "unit" and kind == "number":
            step["unit"] = str(value.get("display") or value.get("code") or "")
        elif (
            name == "questionnaire-itemControl" and kind in ("group", "repeating_group") and _is_table(value)
        ):
            step["as_table"] = True
        elif name in HELP_TEXTS and isinstance(value, str):
            step["help"] = "\n".join(filter(None, [step.get("help", ""), value]))
        elif name == "mimeType" and kind in PICTURED:
            return  # every photo of ours is a picture
        elif name == SIGNATURE and kind == "signature":
            return
        else:
            raise unknown(name)

    def options(self, item: Item, link: str) -> None:
        said, step = item.said, item.step
        is_open = said["type"] == "open-choice" or said.get("answerConstraint") in OPEN
        codings = [self.option(each, link) for each in said.get("answerOption", [])]
        if name := said.get("answerValueSet"):
            listed = concepts(self.contained.get(str(name), {}))
            codings += listed
            if not listed:
                elsewhere = N_("The options are in a value set elsewhere, which is not fetched: %(list)s.")
                self.leave(link, "answerValueSet", name, Refused(elsewhere, list=str(name)[:100]))
        found = [coding for coding in codings if coding]
        codes = [coding["code"] for coding in found]
        step["options"] = [
            {
                "value": each["code"]
                if codes.count(each["code"]) == 1
                else f"{each['system']}|{each['code']}",
                "label": each["label"],
                "system": each["system"],
            }
            for place, each in enumerate(found)
            if each not in found[:place]
        ]
        step["other"] = is_open or not found
        first = [each for each in said.get("answerOption", []) if each.get("initialSelected")]
        if first:
            self.leave(link, "initialSelected", first)

    def option(self, said: Json, link: str) -> dict[str, str] | None:
        for name, _, extension in extensions(said):
            self.leave(link, f"answerOption {name}", extension)
        coding = said.get("valueCoding", {})
        if code := coding.get("code") or coding.get("display"):
            label, system = str(coding.get("display") or code), str(coding.get("system") or "")
            return {"code": str(code), "label": label, "system": system}
        for name in ("valueString", "valueInteger", "valueDate", "valueTime"):
            if name in said:
                return {"code": str(said[name]), "label": str(said[name]), "system": ""}
        self.leave(link, "answerOption", said)
        return None


def not_as_it_should_be(link: str) -> Refused:
    """An item that no Questionnaire may have."""
    return Refused(N_("The item “%(link)s” is not as FHIR says."), link=link[:60])


def _pattern(pattern: str) -> str:
    try:
        compile_pattern(pattern)
    except BadPattern as bad:
        raise Refused(N_("A pattern cannot have “%(what)s” there."), what=bad.what) from None
    except PatternTooLarge:
        raise Refused(N_("The pattern is too large.")) from None
    return pattern


def _kind_of_attachment(said: Json) -> str | None:
    """A signature, or a photo where a picture may be attached; None where none may."""
    found = [(name, str(value)) for name, value, _ in extensions(said)]
    types = [value for name, value in found if name == "mimeType"]
    if not all(value.startswith("image/") for value in types):
        return None
    return "signature" if any(name == SIGNATURE for name, _ in found) else "photo"


def _is_table(control: Any) -> bool:
    return any(
        coding.get("code") in ("table", "gtable", "grid", "htable") for coding in control.get("coding", [])
    )
