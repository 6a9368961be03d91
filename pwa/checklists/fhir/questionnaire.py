"""Knows how a FHIR Questionnaire (R4 or R5) becomes a definition, and tells what came over and what did not, by linkId.

An item of a kind that no step has is left out and told; so is each expression, extension and value set that is not known. What
came over is never changed to something that only looks like it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pwa.checklists.compiling import OfARecord, Refused, Tree, all_of, dated_tree, number, unknown
from pwa.checklists.definition import is_measured, read_definition, too_large
from pwa.checklists.fhir.enable_when import coded, compile_enable_when, plain_number
from pwa.checklists.fhir.fhirpath import Variables, compile_condition, compile_rule, compile_value
from pwa.checklists.fhir.items import Item, LeftOut, extensions, items_of
from pwa.checklists.fhir.meanings import Variable
from pwa.checklists.fhir.ours import laid_over
from pwa.checklists.fhir.shapes import wrong_shapes
from pwa.checklists.mistakes import Mistake, WrongChecklist
from pwa.checklists.outline import Outline, Placed, outline_of
from pwa.checklists.steps import DATED, Step
from pwa.checklists.told import Read, Told
from pwa.words import N_

FHIRPATH = "text/fhirpath"
SMALL = frozenset((
    "code", "definition", "_text", "_title", "_display", "_prefix", "questionnaire-itemControl", "questionnaire-displayCategory",
    "questionnaire-choiceOrientation", "questionnaire-optionPrefix", "entryFormat", "rendering-style", "rendering-xhtml",
    "rendering-markdown", "designNote", "sdc-questionnaire-shortText", "sdc-questionnaire-width", "sdc-questionnaire-collapsible",
    "questionnaire-sliderStepValue", "sdc-questionnaire-preferredTerminologyServer", "sdc-questionnaire-launchContext",
    "sdc-questionnaire-targetStructureMap", "sdc-questionnaire-observationExtract",
    "sdc-questionnaire-observation-extract-category", "sdc-questionnaire-itemExtractionContext",
    "sdc-questionnaire-definitionExtract", "versionAlgorithm", "artifact-versionAlgorithm", "item under a question",
    "repeatstext", "validationtext", "sdf-sidebar", "sdf-information-message", "sdf-itemControl-visibility",
    "sdf-answer-option-visual", "sdf-open-choice-visual", "sdf-visual-variant", "sdf-endpoint", "Questionnaire-hcx-horizontal",
    "Questionnaire-hcx-autocomplete", "ordinalValue", "itemWeight",
))  # fmt: skip
"""What asks nothing of whoever fills in a checklist: how it looked, and what other systems make of it before and after."""


def read_questionnaire(said: Mapping[str, Any]) -> Read:
    """Read a Questionnaire as JSON has it; raises WrongChecklist for what is none."""
    if said.get("resourceType") != "Questionnaire":
        raise WrongChecklist([Mistake(N_("This is no Questionnaire."))])
    if not is_measured(said):
        raise too_large()
    if mistakes := wrong_shapes(said):
        raise WrongChecklist(mistakes)
    read = Read()
    items = _compiled(said, read)
    for name, value, extension in extensions(said):
        if name != "variable":
            why = unknown(name).mistake("")
            read.told.append(Told("", name, str(value or extension)[:200], why, is_small=name in SMALL))
    for key in sorted(said.keys() & {"modifierExtension", "implicitRules"}):
        read.told.append(Told("", key, str(said[key])[:200], unknown(key).mistake("")))
    title = str(said.get("title") or said.get("name") or said.get("id") or "Questionnaire")
    try:
        read.definition = read_definition({"title": title, "steps": [_whole(item) for item in items]})
    except WrongChecklist as wrong:
        read.told += [Told("", "checklist", why=mistake) for mistake in wrong.mistakes]
    return read


def compile_items(said: Mapping[str, Any]) -> list[Item]:
    """The items of a Questionnaire with all that they say compiled, and without what our own extension says beside."""
    return _compiled(said, Read())


def _compiled(said: Mapping[str, Any], read: Read) -> list[Item]:
    items, left_out = items_of(said)
    read.told += [_left(each) for each in left_out]
    outline = outline_of([Step.model_validate(_plain(item)) for item in items])
    variables = _variables(said, "", None, outline, {}, read)
    for item in items:
        _compile(item, outline, variables, read)
    return items


def _left(each: LeftOut) -> Told:
    is_small = each.what.removeprefix("answerOption ") in SMALL
    return Told(each.link, each.what, each.written, each.why.mistake(each.link), is_small=is_small)


def _plain(item: Item) -> dict[str, Any]:
    inside = [_plain(each) for each in item.inside]
    return {**item.step, "steps": inside} if inside else dict(item.step)


def _whole(item: Item) -> dict[str, Any]:
    """The step as the item says it, and our own extension in it."""
    inside = [_whole(each) for each in item.inside]
    return laid_over({**item.step, **({"steps": inside} if inside else {})}, item.ours)


def _variables(
    said: Mapping[str, Any], link: str, at: str | None, outline: Outline, around: Variables, read: Read
) -> Variables:
    """The variables that are known there; one that cannot be compiled is told, and refused where it is used."""
    found = dict(around)
    for value in [value for name, value, _ in extensions(said) if name == "variable"]:
        written, language = _written(value)
        try:
            if language != FHIRPATH:
                raise unknown(language)
            found[str(value.get("name"))] = Variable(written, at)
            compile_value(written, outline, at, found)
        except Refused as refused:
            # What it is used for is refused by itself.
            read.told.append(Told(link, "variable", written, refused.mistake(link), is_small=True))
        else:
            read.told.append(Told(link, "variable", written))
    return found


def _compile(item: Item, outline: Outline, around: Variables, read: Read) -> None:
    """Give the item's step all conditions and calculations that our language knows."""
    read.told.append(Told(item.link, "item", item.step["label"]))
    variables = _variables(item.said, item.link, item.step["id"], outline, around, read)
    for what, written, key, compiled in _expressions(item, outline[item.step["id"]], outline, variables):
        try:
            _add(item.step, key, compiled())
        except Refused as refused:
            is_small = key == "first" and isinstance(refused, OfARecord) and _is_asked(item.step)
            read.told.append(Told(item.link, what, written, refused.mistake(item.link), is_small=is_small))
        else:
            read.told.append(Told(item.link, what, written))
    for each in item.inside:
        _compile(each, outline, variables, read)


def _is_asked(step: Mapping[str, Any]) -> bool:
    """Whether whoever fills in sees it and may answer: then what a record would have put there first is answered instead."""
    return not (step.get("hidden") or step.get("read_only"))


def _add(step: dict[str, Any], key: str, compiled: Any) -> None:
    if key == "shown_when" and key in step:
        compiled = all_of([step[key], compiled])
    step[key] = [*step.get(key, []), compiled] if key == "valid_when" else compiled


Found = Iterator[tuple[str, str, str, Callable[[], Any]]]
"""What an expression is, as it is written, the key of the step that it becomes, and what compiles it."""

COMPILED = {
    "sdc-questionnaire-enableWhenExpression": ("shown_when", compile_condition),
    "sdc-questionnaire-calculatedExpression": ("calculated", compile_value),
    "sdf-calculatedExpression": ("calculated", compile_value),
    "sdc-questionnaire-initialExpression": ("first", compile_value),
}


def _expressions(item: Item, placed: Placed, outline: Outline, variables: Variables) -> Found:
    at = placed.step.id
    if conditions := item.said.get("enableWhen"):
        behavior = item.said.get("enableBehavior")
        enabled = partial(compile_enable_when, conditions, behavior, outline, at)
        yield "enableWhen", str(conditions), "shown_when", enabled
    for name, value, extension in extensions(item.said):
        written, language = _written(value)
        if name == "questionnaire-constraint":
            yield name, str(extension), "valid_when", partial(_rule, extension, outline, at, variables)
        elif name == "targetConstraint" or (name in COMPILED and language != FHIRPATH):
            yield name, written, "", partial(_refuse, name if name == "targetConstraint" else language)
        elif name in COMPILED:
            key, compiled = COMPILED[name]
            yield name, written, key, partial(compiled, written, outline, at, variables)
    if initial := item.said.get("initial"):
        yield "initial", str(initial), "first", partial(_initial, initial, placed)


def _written(value: Any) -> tuple[str, str]:
    """An expression and its language; what is only a text is FHIRPath."""
    if isinstance(value, Mapping):
        return str(value.get("expression")), str(value.get("language"))
    return str(value), FHIRPATH


def _refuse(what: str) -> None:
    raise unknown(what)


def _rule(extension: Mapping[str, Any], outline: Outline, at: str, variables: Variables) -> dict[str, Tree]:
    """What an answer must be, or should be."""
    said = {str(each.get("url")): value for _, value, each in extensions(extension)}
    condition = compile_rule(str(said.get("expression")), outline, at, variables)
    is_warning = {"is_warning": True} if said.get("severity") == "warning" else {}
    return {"condition": condition, "message": str(said.get("human") or ""), **is_warning}


def _initial(initial: Sequence[Mapping[str, Any]], placed: Placed) -> Tree:
    """What stands there first."""
    trees = [_first(name, value, placed) for each in initial for name, value in each.items()]
    return trees[0] if len(trees) == 1 else {"list": trees}


def _first(name: str, value: Any, placed: Placed) -> Tree:
    kind = placed.kind
    if kind == "number":
        return number(plain_number(value.get("value") if isinstance(value, Mapping) else value))
    if kind in DATED:
        return dated_tree(kind, str(value))  # type: ignore[arg-type]  # one of DATED
    if kind == "choice" and name == "valueCoding":
        return _offered(coded(value, placed), placed)
    if isinstance(value, bool if kind == "yes_no" else str):
        return value
    raise unknown(name)


def _offered(value: str, placed: Placed) -> str:
    if value not in [option.value for option in placed.step.options]:
        raise unknown(value)
    return value
