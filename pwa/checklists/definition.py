"""Knows which checklists there may be: reads a definition, and says all that is wrong with one in plain words, with its place.

Knows nothing of visits, nor of how a definition is stored.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from pwa.checklists import steps as kinds
from pwa.checklists.days import DATED_KINDS, read_dated
from pwa.checklists.decimals import to_number
from pwa.checklists.dependencies import find_cycle
from pwa.checklists.language import patterns_in, tree_mistakes
from pwa.checklists.mistakes import Mistake, WrongChecklist
from pwa.checklists.outline import Outline, Placed, outline_of
from pwa.checklists.pattern import PatternTooLarge, compile_pattern
from pwa.checklists.pattern_syntax import BadPattern
from pwa.checklists.steps import MOST_STEPS, Definition, Limits, Step
from pwa.words import N_

MOST_BYTES = 4_000_000
MOST_VALUES = 500_000
DEEPEST_JSON = 150
DEEPEST_GROUPS = 12

WORDS = {
    "missing": N_("This is missing."),
    "extra_forbidden": N_("The key is not known."),
    "string_type": N_("This must be a text."),
    "string_too_short": N_("The text is missing."),
    "string_too_long": N_("The text is longer than %(most)d characters."),
    "string_pattern_mismatch": N_(
        "An id has 1 to 64 letters from a to z, digits, hyphens, dots and underscores."
    ),
    "bool_type": N_("This must be true or false."),
    "list_type": N_("This must be a list."),
    "too_short": N_("The list is missing or empty."),
    "too_long": N_("The list is longer than %(most)d."),
    "int_type": N_("This must be a whole number."),
    "greater_than_equal": N_("The number is too small."),
    "less_than_equal": N_("The number is too large."),
    "literal_error": N_("This is none of the values that it may have."),
    "model_type": N_("This must be an object."),
}
"""What a person reads for each of pydantic's types of errors."""

Found = Iterator[Mistake]


def read_definition(content: bytes | str | object) -> Definition:
    """A definition from JSON, or from what JSON holds. Raises WrongChecklist with all that is wrong with it."""
    said = _from_json(content) if isinstance(content, bytes | str) else content
    if not is_measured(said):
        raise too_large()
    try:
        definition = Definition.model_validate(said)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        raise WrongChecklist([_from_pydantic(each, said) for each in errors]) from None
    if mistakes := list(definition_mistakes(definition)):
        raise WrongChecklist(mistakes)
    return definition


def _from_json(content: bytes | str) -> object:
    if len(content) <= MOST_BYTES:
        try:
            return from_json(content)
        except ValueError as error:
            if "recursion" not in str(error):
                raise WrongChecklist([Mistake(N_("This is not JSON."))]) from None
    raise too_large()


def too_large() -> WrongChecklist:
    """What is not even looked at."""
    return WrongChecklist([Mistake(N_("The checklist is too large, or its groups are too deep."))])


def is_measured(said: object) -> bool:
    """Whether what JSON holds is neither too deep nor too large to be looked at."""
    waiting = [(said, 0)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST_JSON or seen > MOST_VALUES:
            return False
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(each, depth + 1) for each in inner]
    return True


def _from_pydantic(error: ErrorDetails, said: object) -> Mistake:
    """The mistake, with the innermost step that has a name as its place."""
    name, within = "", list(error["loc"])
    value: Any = said
    for depth, key in enumerate(error["loc"]):
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and isinstance(key, int) and isinstance(value.get("id"), str):
            name, within = f"{value['id']} “{value.get('label', '')}”", list(error["loc"][depth + 1 :])
    # The first of a list is number 1.
    field = " ".join(str(part + 1 if isinstance(part, int) else part) for part in within)
    limit = error.get("ctx", {}).get("max_length", 0)
    return Mistake(WORDS[error["type"]], {"most": limit}, ", ".join(filter(None, (name, field))))


def definition_mistakes(definition: Definition) -> Found:
    """What is wrong with a definition whose parts are each as they should be."""
    too_deep = _too_deep(definition.steps)
    if too_deep:
        yield too_deep
        return
    outline = outline_of(definition.steps)
    yield from _doubled(definition.steps)
    found = False
    for placed in outline.values():
        for mistake in _step_mistakes(placed, outline):
            found = True
            yield mistake
    if found:
        return
    if cycle := find_cycle(outline):
        names = " → ".join(outline[step_id].step.name for step_id in cycle)
        yield Mistake(N_("These steps wait for each other: %(steps)s."), {"steps": names})


def _too_deep(steps: Sequence[Step]) -> Mistake | None:
    waiting = [(step, 1) for step in steps]
    for seen, (step, depth) in enumerate(waiting, 1):
        if depth > DEEPEST_GROUPS:
            message = N_("Groups may stand %(most)d deep in each other.")
            return Mistake(message, {"most": DEEPEST_GROUPS}, step.name)
        if seen > MOST_STEPS:
            return Mistake(N_("The checklist has more than %(most)d steps."), {"most": MOST_STEPS})
        waiting += [(inner, depth + 1) for inner in step.steps]
    return None


def _doubled(steps: Sequence[Step]) -> Found:
    every = list(_every(steps))
    ids = Counter(step.id for step in every)
    links = Counter(step.link for step in every if step.link)
    for step_id in (each for each in ids if ids[each] > 1):
        yield Mistake(N_("The id “%(id)s” stands %(times)d times."), {"id": step_id, "times": ids[step_id]})
    for link in (each for each in links if links[each] > 1):
        yield Mistake(N_("The link “%(link)s” stands %(times)d times."), {"link": link, "times": links[link]})


def _every(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _every(step.steps)


def _step_mistakes(placed: Placed, outline: Outline) -> Found:
    step = placed.step
    yield from _misplaced(step)
    yield from _wrong_limits(step)
    yield from _wrong_options(step)
    yield from _wrong_pattern(step.pattern, f"{step.name}, pattern")
    for field, tree in trees_of(step):
        place = f"{step.name}, {field}"
        mistakes = tree_mistakes(tree, outline, place)
        yield from mistakes
        if not mistakes:
            for pattern in patterns_in(tree):
                yield from _wrong_pattern(pattern, place)


def trees_of(step: Step) -> Iterator[tuple[str, object]]:
    """Every condition and calculation of a step, with the name of its field."""
    for field in ("shown_when", "calculated", "first"):
        if (tree := getattr(step, field)) is not None:
            yield field, tree
    for rule in step.valid_when:
        yield "valid_when", rule.condition
    for option in step.options:
        if option.shown_when is not None:
            yield f"option {option.value}", option.shown_when


def _misplaced(step: Step) -> Found:
    """What a step of this kind cannot have."""
    has = {
        "steps": (step.steps, kinds.GROUPS),
        "as_table": (step.as_table, kinds.GROUPS),
        "options": (step.options, ("choice",)),
        "other": (step.other, ("choice",)),
        "unit": (step.unit, ("number",)),
        "pattern": (step.pattern, kinds.TEXTS),
        "planned": (step.planned, ("who",)),
        "by_itself": (step.by_itself, ("who",)),
    }
    without = {
        "required": (step.required, kinds.SILENT),
        "read_only": (step.read_only, kinds.SILENT),
        "occurrences": (step.occurrences, (*kinds.SILENT, "who", "yes_no")),
        "valid_when": (step.valid_when, kinds.SILENT),
        "calculated": (step.calculated is not None, (*kinds.UNCOUNTED, "repeating_group")),
        "first": (step.first is not None, (*kinds.UNCOUNTED, "repeating_group")),
    }
    for field in [key for key, (value, those) in has.items() if value and step.kind not in those]:
        yield _cannot_have(step, field)
    for field in [key for key, (value, those) in without.items() if value and step.kind in those]:
        yield _cannot_have(step, field)
    if (
        step.occurrences
        and step.occurrences.most is not None
        and step.occurrences.least > step.occurrences.most
    ):
        yield _upside_down(step, "occurrences")


def _cannot_have(step: Step, field: str) -> Mistake:
    params = {"kind": step.kind}
    return Mistake(N_("A step of the kind “%(kind)s” cannot have this."), params, f"{step.name}, {field}")


def _upside_down(step: Step, field: str) -> Mistake:
    return Mistake(N_("The least is more than the most."), {}, f"{step.name}, {field}")


def _wrong_limits(step: Step) -> Found:
    limits = step.limits
    if not limits:
        return
    place = f"{step.name}, limits"
    if step.kind in DATED_KINDS or step.kind == "number":
        bounds = [_bound(step.kind, said) for said in (limits.least, limits.most) if said is not None]
        if None in bounds:
            yield Mistake(N_("The limit is no value that the step could have."), {}, place)
        elif len(bounds) == 2 and bounds[0] > bounds[1]:  # type: ignore[operator]  # neither is None
            yield _upside_down(step, "limits")
    for field in _misplaced_limits(step, limits):
        yield _cannot_have(step, f"limits {field}")
    if limits.shortest is not None and limits.longest is not None and limits.shortest > limits.longest:
        yield _upside_down(step, "limits")


def _bound(kind: str, said: str) -> int | None:
    if kind == "number":
        return to_number(said)
    dated = read_dated(kind, said)  # type: ignore[arg-type]  # one of DATED_KINDS
    return dated.at if dated else None


def _misplaced_limits(step: Step, limits: Limits) -> Iterator[str]:
    for field, those in (
        ("least", ("number", *DATED_KINDS)),
        ("most", ("number", *DATED_KINDS)),
        ("decimals", ("number",)),
        ("shortest", kinds.TEXTS),
        ("longest", kinds.TEXTS),
    ):
        if getattr(limits, field) is not None and step.kind not in those:
            yield field


def _wrong_options(step: Step) -> Found:
    if step.kind != "choice":
        return
    if not step.options and not step.other:
        yield Mistake(N_("A choice needs options."), {}, f"{step.name}, options")
    values = Counter(option.value for option in step.options)
    for value in (each for each in values if values[each] > 1):
        params: dict[str, str | int] = {"value": value, "times": values[value]}
        yield Mistake(N_("The option “%(value)s” stands %(times)d times."), params, f"{step.name}, options")


def _wrong_pattern(pattern: str, place: str) -> Found:
    try:
        compile_pattern(pattern)
    except BadPattern as bad:
        yield Mistake(N_("A pattern cannot have “%(what)s” there."), {"what": bad.what}, place)
    except PatternTooLarge:
        yield Mistake(N_("The pattern is too large."), {}, place)
