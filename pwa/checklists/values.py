"""Knows the values of the language: texts, true and false, numbers (whole multiples of 10⁻²⁰), dates, times and moments; how
each is read, written and compared. Twin: service_worker/checklists/values.js.
"""

from typing import Any, TypeGuard

from pwa.checklists import days
from pwa.checklists.days import DATED_KINDS, Dated, day_of, read_dated
from pwa.checklists.decimals import ONE, number_text, to_number
from pwa.checklists.photo_answers import PICTURED, is_pictured
from pwa.checklists.steps import Step

Value = str | bool | int | Dated
Values = list[Value]

SPACE = " \t\n\r\x0b\x0c\u00a0"


def is_true(values: Values) -> bool:
    """Whether this is the one value true."""
    return len(values) == 1 and values[0] is True


def kind_of(value: Value) -> str:
    """text, bool, number, date, time or date_time."""
    if isinstance(value, Dated):
        return value.kind
    return "bool" if isinstance(value, bool) else "number" if isinstance(value, int) else "text"


def is_number(value: object) -> TypeGuard[int]:
    """True and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def text_of(value: Value) -> str:
    """A value as it is written."""
    if isinstance(value, Dated):
        return days.dated_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int) else value


def number_of(value: Value) -> int | None:
    """A value as a number, as far as it is one; true is 1."""
    if isinstance(value, bool):
        return ONE if value else 0
    if isinstance(value, str):
        return to_number(value.strip(SPACE))
    return value if isinstance(value, int) else None


def date_of(value: Value) -> Dated | None:
    """A value's day."""
    if isinstance(value, str):
        return read_dated("date", value)
    return day_of(value) if isinstance(value, Dated) else None


def is_same(a: Value, b: Value) -> bool:
    return kind_of(a) == kind_of(b) and a == b


def order_of(a: Value, b: Value) -> int | None:
    """Below zero when a comes first; None of two kinds, and of true and false, which have no order."""
    if kind_of(a) != kind_of(b) or isinstance(a, bool):
        return None
    return (a > b) - (a < b)  # type: ignore[operator]  # they are of one kind


def read_answer(step: Step, said: Any) -> Values:
    """An answer as it is stored; nothing of what the step cannot have. A choice's own words are {"other": words}."""
    if isinstance(said, dict):
        said = said.get("other")
    if step.kind == "yes_no":
        return [said] if isinstance(said, bool) else []
    if not isinstance(said, str) or said == "":
        return []
    if step.kind in PICTURED and not is_pictured(step.kind, said):
        return []
    value: Value | None = said
    if step.kind == "number":
        value = to_number(said)
    elif step.kind in DATED_KINDS:
        value = read_dated(step.kind, said)
    return [] if value is None else [value]


def as_answer(step: Step, values: Values) -> Values:
    """What was calculated, as answers that the step can have; nothing of what it cannot."""
    found = [_as_kind(step, value) for value in values]
    kept = [value for value in found if value is not None and value != ""]
    return kept if step.most is None else kept[: step.most]


def _as_kind(step: Step, value: Value) -> Value | None:
    if step.kind == "number":
        return number_of(value)
    if step.kind == "yes_no":
        return value if isinstance(value, bool) else None
    if step.kind == "date":
        return date_of(value)
    if step.kind in DATED_KINDS:
        return value if kind_of(value) == step.kind else None
    return text_of(value)
