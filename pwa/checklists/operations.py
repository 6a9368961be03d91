"""Knows the operations of the language that are the same wherever they stand: each is given lists of values, and gives one.

What makes no sense gives no value. Twin: service_worker/checklists/operations.js.
"""

from collections.abc import Callable, Mapping

from pwa.checklists import decimals
from pwa.checklists.days import Dated, parts_of, shifted
from pwa.checklists.decimals import ONE, within
from pwa.checklists.values import (
    SPACE,
    Value,
    Values,
    date_of,
    is_number,
    is_same,
    is_true,
    kind_of,
    number_of,
    order_of,
    text_of,
)

MOST_TEXT = 10_000
LOWER = {code: code + 32 for code in (*range(65, 91), *range(0xC0, 0xDF)) if code != 0xD7}
UPPER = {lower: upper for upper, lower in LOWER.items()}


def _any(fits: Callable[[Value, Value], bool]) -> Callable[..., Values]:
    return lambda left, right: [any(fits(a, b) for a in left for b in right)]


def _ordered(fits: Callable[[int], bool]) -> Callable[..., Values]:
    return _any(lambda a, b: (order := order_of(a, b)) is not None and fits(order))


def of_one(function: Callable[..., Value | None], *kinds: str) -> Callable[..., Values]:
    """An operation on one value of each of these kinds; any other value, and none or several, gives nothing."""

    def applied(*given: Values) -> Values:
        if any(len(values) != 1 for values in given):
            return []
        ones = [values[0] for values in given]
        if any(kind not in ("", kind_of(one)) for kind, one in zip(kinds, ones, strict=False)):
            return []
        return some(function(*ones))

    return applied


def some(value: Value | None) -> Values:
    if value is None or (isinstance(value, str) and len(value) > MOST_TEXT):
        return []
    return [value]


def whole(number: int) -> int | None:
    """A number that counts something."""
    return number // ONE if number % ONE == 0 else None


def _plus(a: Value, b: Value) -> Value | None:
    """Numbers, or a day and how many days later; the decimals of a day do not count."""
    if not is_number(b):
        return None
    if isinstance(a, Dated):
        return shifted(a, decimals.cut(b) // ONE, "days") if a.kind == "date" else None
    return within(a + b) if is_number(a) else None


def _minus(a: Value, b: Value) -> Value | None:
    """Numbers, a day and how many days earlier, or the days between two."""
    if isinstance(a, Dated) and isinstance(b, Dated):
        return (a.at - b.at) * ONE if a.kind == b.kind == "date" else None
    return _plus(a, -b) if is_number(b) else None


def _sum(values: Values) -> Values:
    numbers = [value for value in values if is_number(value)]
    return some(within(sum(numbers))) if numbers and len(numbers) == len(values) else []


def _average(values: Values) -> Values:
    totals = [total for total in _sum(values) if is_number(total)]
    return [average for total in totals for average in some(decimals.over(total, len(values) * ONE))]


def _furthest(sign: int) -> Callable[[Values], Values]:
    def furthest(values: Values) -> Values:
        found = values[:1]
        for value in values:
            order = order_of(value, found[0])
            if order is None:
                return []
            if order * sign > 0:
                found = [value]
        return found

    return furthest


def _distinct(values: Values) -> Values:
    found: Values = []
    for value in values:
        if not any(is_same(value, other) for other in found):
            found.append(value)
    return found


def _at(values: Values, number: Values) -> Values:
    place = whole(number[0]) if len(number) == 1 and is_number(number[0]) else None
    return [values[place - 1]] if place is not None and 1 <= place <= len(values) else []


def _text(*given: Values) -> Values:
    return some("".join(text_of(value) for values in given for value in values))


def _join(values: Values, between_them: Values) -> Values:
    if not values or len(between_them) != 1:
        return []
    return some(text_of(between_them[0]).join(map(text_of, values)))


def _part(text: str, start: int, length: int = decimals.LARGEST - ONE) -> str | None:
    first, count = whole(start), whole(length)
    if first is None or count is None or not 1 <= first <= len(text) or count < 0:
        return None
    return text[first - 1 : first - 1 + count]


def _replace(text: str, old: str, new: str) -> str | None:
    if not old:
        return text
    length = len(text) + text.count(old) * (len(new) - len(old))
    return text.replace(old, new) if length <= MOST_TEXT else None


def _round(number: int, places: int = 0) -> int | None:
    count = whole(places)
    return (
        within(decimals.rounded(number, count))
        if count is not None and 0 <= count <= decimals.PLACES
        else None
    )


def _parts(place: int) -> Callable[[Value], int | None]:
    def part(value: Value) -> int | None:
        parts = parts_of(value) if isinstance(value, Dated) else None
        return parts[place] * ONE if parts else None

    return part


OPERATIONS: Mapping[str, Callable[..., Values]] = {
    "nothing": list,
    "not": lambda values: [not is_true(values)],
    "exists": lambda values: [bool(values)],
    "=": _any(is_same),
    "!=": lambda left, right: [not _any(is_same)(left, right)[0]],
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
    "count": lambda values: [len(values) * ONE],
    "sum": _sum,
    "average": _average,
    "least": _furthest(-1),
    "most": _furthest(1),
    "first": lambda values: values[:1],
    "last": lambda values: values[-1:],
    "one": lambda values: values if len(values) == 1 else [],
    "at": _at,
    "list": lambda *given: [value for values in given for value in values],
    "distinct": _distinct,
    "or_else": lambda values, other: values or other,
    "+": of_one(_plus),
    "-": of_one(_minus),
    "*": of_one(decimals.times, "number", "number"),
    "/": of_one(decimals.over, "number", "number"),
    "div": of_one(decimals.whole_over, "number", "number"),
    "mod": of_one(decimals.rest, "number", "number"),
    "power": of_one(decimals.power, "number", "number"),
    "negate": of_one(lambda number: -number, "number"),
    "abs": of_one(abs, "number"),
    "floor": of_one(lambda number: within(decimals.floor(number)), "number"),
    "ceiling": of_one(lambda number: within(-decimals.floor(-number)), "number"),
    "truncate": of_one(decimals.cut, "number"),
    "round": of_one(_round, "number", "number"),
    "text": _text,
    "join": _join,
    "length": of_one(lambda text: len(text) * ONE, "text"),
    "lower": of_one(lambda text: text.translate(LOWER), "text"),
    "upper": of_one(lambda text: text.translate(UPPER), "text"),
    "trim": of_one(lambda text: text.strip(SPACE), "text"),
    "starts": of_one(lambda text, part: text.startswith(part), "text", "text"),
    "ends": of_one(lambda text, part: text.endswith(part), "text", "text"),
    "contains": of_one(lambda text, part: part in text, "text", "text"),
    "part": of_one(_part, "text", "number", "number"),
    "replace": of_one(_replace, "text", "text", "text"),
    "to_text": of_one(text_of),
    "to_number": of_one(number_of),
    "to_day": of_one(date_of),
    "year": of_one(_parts(0)),
    "month": of_one(_parts(1)),
    "day": of_one(_parts(2)),
}
