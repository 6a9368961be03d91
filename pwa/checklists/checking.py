"""Knows what is wrong with the answers to one step: too few, too large, against its pattern. Knows nothing of other steps.

Twin: service_worker/checklists/checking.js; both run tests/cases/checklist_checking.json.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pwa.checklists.pattern import Table, matches
from pwa.checklists.steps import TEXTS, WHO, Limits, Step
from pwa.checklists.values import order_of, read_answer

Wrong = Literal[
    "missing", "too_few", "too_many", "not_read", "too_small", "too_large", "too_many_decimals", "too_short", "too_long",
    "against_pattern", "no_option",
]  # fmt: skip

NO_LIMITS = Limits()


def find_wrong(step: Step, said: Sequence[Any], patterns: Mapping[str, Table]) -> list[Wrong]:
    """All that is wrong with the answers of a step that is shown, each once, in the order of Wrong."""
    found = {
        *_wrong_count(step, len(said)),
        *(wrong for one in said for wrong in _wrong_answer(step, one, patterns)),
    }
    return [wrong for wrong in Wrong.__args__ if wrong in found]  # type: ignore[attr-defined]  # a Literal has them


def _wrong_count(step: Step, count: int) -> Iterator[Wrong]:
    least = step.occurrences.least if step.occurrences else 0
    if not count:
        if step.required or least:
            yield "missing"
    elif count < least:
        yield "too_few"
    if step.most is not None and count > step.most:
        yield "too_many"


def _wrong_answer(step: Step, said: Any, patterns: Mapping[str, Table]) -> Iterator[Wrong]:
    values = read_answer(step, said)
    if not values:
        yield "not_read"
        return
    limits = step.limits or NO_LIMITS
    for limit, sign, wrong in ((limits.least, -1, "too_small"), (limits.most, 1, "too_large")):
        if limit is not None and (order_of(values[0], read_answer(step, limit)[0]) or 0) * sign > 0:
            yield wrong  # type: ignore[misc]  # one of Wrong
    if limits.decimals is not None and len(said.partition(".")[2]) > limits.decimals:
        yield "too_many_decimals"
    if step.kind in TEXTS:
        yield from _wrong_text(step, limits, said, patterns)
    if step.kind == "who" and said not in WHO:
        yield "no_option"
    if step.kind == "choice" and not _is_offered(step, said):
        yield "no_option"


def _wrong_text(step: Step, limits: Limits, said: str, patterns: Mapping[str, Table]) -> Iterator[Wrong]:
    if limits.shortest is not None and len(said) < limits.shortest:
        yield "too_short"
    if limits.longest is not None and len(said) > limits.longest:
        yield "too_long"
    if step.pattern and not matches(patterns[step.pattern], said):
        yield "against_pattern"


def _is_offered(step: Step, said: Any) -> bool:
    return step.other if isinstance(said, dict) else any(option.value == said for option in step.options)
