"""Knows the functions that the Community Health Toolkit adds to XLSForm: how long between two dates, and a date so much later."""

from collections.abc import Callable, Mapping, Sequence

from pwa.checklists.compiling import Tree
from pwa.checklists.xlsform.parts import Part, Place, as_date, as_number

Function = Callable[[str, Sequence[Part], Place], Part]


def _between(unit: str) -> Function:
    def function(name: str, given: Sequence[Part], _: Place) -> Part:
        first, last = (as_date(each, name) for each in given)
        return Part({"between": [first, last, unit]}, "number")

    return function


def _add_date(name: str, given: Sequence[Part], _: Place) -> Part:
    """add-date(date, years, months, days): each that is there."""
    tree: Tree = as_date(given[0], name)
    for part, unit in zip(given[1:], ("years", "months", "days"), strict=False):
        tree = {"shift": [tree, as_number(part, name), unit]}
    return Part(tree, "date")


CHT_FUNCTIONS: Mapping[str, tuple[int, int, Function]] = {
    **{f"difference-in-{unit}": (2, 2, _between(unit)) for unit in ("years", "months", "weeks", "days")},
    "add-date": (2, 4, _add_date),
}
"""By a function's name: how much it is given, at least and at most, and what it becomes."""
