"""Knows the language of conditions and calculations: which parts a tree may have, and which steps it reads.

A tree is JSON: a text, true or false, or an object of one key, the operation, and what it is given. docs/checklists.md says
what each does; pwa/checklists/evaluate.py does it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pwa.checklists.days import DATED_KINDS, LENGTHS, MONTHS, read_dated
from pwa.checklists.decimals import to_number
from pwa.checklists.mistakes import Mistake
from pwa.checklists.outline import Outline
from pwa.words import N_

Tree = object
"""What JSON may hold; a tree of the language once `tree_mistakes` has nothing to say."""


UNITS = (*MONTHS, *LENGTHS)
MOST_PARTS = 2000
DEEPEST = 60
DEEPEST_ROWS = 3
"""So many times "each" and "filter" may stand in each other: each time multiplies the work."""

READS = ("answer", "answers", "row")
BARE = ("nothing", "own", "it", "today", "now")
GIVEN: Mapping[str, tuple[int, int | None]] = {
    **dict.fromkeys(BARE, (0, 0)),
    **dict.fromkeys(("and", "or"), (1, None)),
    **dict.fromkeys(("list", "text"), (0, None)),
    **dict.fromkeys(("not", "exists", "count", "sum", "least", "most", "average", "first", "last"), (1, 1)),
    **dict.fromkeys(("one", "distinct", "negate", "abs", "floor", "ceiling", "truncate"), (1, 1)),
    **dict.fromkeys(("length", "lower", "upper", "trim", "year", "month", "day"), (1, 1)),
    **dict.fromkeys(("to_text", "to_number", "to_day"), (1, 1)),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "div", "mod", "power"), (2, 2)),
    **dict.fromkeys(("at", "join", "or_else", "filter", "starts", "ends", "contains", "matches"), (2, 2)),
    **dict.fromkeys(("if", "replace", "each", "shift", "between"), (3, 3)),
    "round": (1, 2),
    "part": (2, 3),
}
"""How much each operation is given, at least and at most."""


class Reading(NamedTuple):
    """A step that a tree reads; the rows of its `shared` outermost repeating groups are those that the reader stands in.

    The step "" is the clock.
    """

    step_id: str
    shared: int


def operation(tree: Tree) -> tuple[str, object]:
    """The operation and what it is given; raises ValueError for what is no tree."""
    if isinstance(tree, dict) and len(tree) == 1:
        [(name, given)] = tree.items()
        return str(name), given
    raise ValueError


def parts_of(name: str, given: object) -> Sequence[Tree]:
    """The trees inside an operation."""
    if not isinstance(given, list):
        return ()
    return given[1:] if name == "each" else given[:2] if name in ("shift", "between") else given


def walk(tree: Tree) -> Iterator[tuple[str, object]]:
    """Every operation of a tree that is right."""
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            name, given = operation(each)
            yield name, given
            waiting += parts_of(name, given)


def patterns_in(tree: Tree) -> Iterator[str]:
    """The patterns that a tree holds texts against."""
    for name, given in walk(tree):
        if name == "matches" and isinstance(given, list):
            yield given[1]


def tree_mistakes(tree: Tree, outline: Outline, place: str) -> list[Mistake]:
    """What is wrong with a tree: each part that no tree may have, and each step that there is not."""
    found: list[Mistake] = []
    waiting: list[tuple[Tree, int, int]] = [(tree, 1, 0)]
    parts = 0
    while waiting:
        each, depth, rows = waiting.pop()
        parts += 1
        if depth > DEEPEST or parts > MOST_PARTS or rows > DEEPEST_ROWS:
            return [*found, Mistake(N_("The condition or calculation is too large."), place=place)]
        if isinstance(each, str | bool):
            continue
        if mistake := _mistake(each, outline, place):
            found.append(mistake)
            continue
        name, given = operation(each)
        rows += name in ("each", "filter")
        waiting += [(part, depth + 1, rows) for part in parts_of(name, given)]
    return found


def _mistake(tree: Tree, outline: Outline, place: str) -> Mistake | None:
    """What is wrong with the outermost operation."""
    try:
        name, given = operation(tree)
    except ValueError:
        written = {"written": repr(tree)[:60]}
        return Mistake(N_("“%(written)s” is no part of a condition or calculation."), written, place)
    if name in ("number", *DATED_KINDS):
        return None if _is_literal(name, given) else _bad_value(name, given, place)
    if name in READS:
        return _unknown_step(given, name == "row", outline, place)
    if name not in GIVEN:
        return Mistake(N_("The language has no operation called “%(name)s”."), {"name": name}, place)
    least, most = GIVEN[name]
    if not isinstance(given, list) or not least <= len(given) <= (len(given) if most is None else most):
        return Mistake(N_("“%(name)s” is given too much or too little."), {"name": name}, place)
    if name == "each":
        return _unknown_step(given[0], True, outline, place)
    if name in ("shift", "between") and given[2] not in UNITS:
        return _bad_value(name, given[2], place)
    if name == "matches" and not isinstance(given[1], str):
        return _bad_value(name, given[1], place)
    return None


def _is_literal(name: str, given: object) -> bool:
    if not isinstance(given, str):
        return False
    return any(name == kind and read_dated(kind, given) for kind in DATED_KINDS) or (
        name == "number" and to_number(given) is not None
    )


def _bad_value(name: str, given: object, place: str) -> Mistake:
    params = {"written": str(given)[:60], "name": name}
    return Mistake(N_("“%(written)s” cannot be used with “%(name)s”."), params, place)


def _unknown_step(step_id: object, is_repeating: bool, outline: Outline, place: str) -> Mistake | None:
    params = {"step": str(step_id)[:60]}
    if not isinstance(step_id, str) or step_id not in outline:
        return Mistake(N_("There is no step “%(step)s” in the checklist."), params, place)
    if is_repeating and outline[step_id].kind != "repeating_group":
        return Mistake(N_("The step “%(step)s” is not a repeating group."), params, place)
    return None


def readings(tree: Tree, reader_id: str, outline: Outline) -> set[Reading]:
    """The steps that a tree reads, where it stands at the step `reader_id`."""
    found: set[Reading] = set()
    here = outline[reader_id].repeats
    waiting: list[tuple[Tree, int]] = [(tree, len(here))]
    while waiting:
        each, fixed = waiting.pop()
        if not isinstance(each, dict):
            continue
        name, given = operation(each)
        if name == "answer":
            found.add(_reading(str(given), here, fixed, outline))
        elif name == "answers":
            found.add(Reading(str(given), 0))
        elif name == "row":
            found.add(_reading(str(given), here, fixed, outline))
        elif name in ("today", "now"):
            found.add(Reading("", 0))
        elif name == "each" and isinstance(given, list):
            group = str(given[0])
            found.add(_reading(group, here, fixed, outline))
            if group in here:
                fixed = min(fixed, here.index(group))
        waiting += [(part, fixed) for part in parts_of(name, given)]
    return found


def _reading(step_id: str, here: Sequence[str], fixed: int, outline: Outline) -> Reading:
    shared = 0
    for mine, its in zip(here[:fixed], outline[step_id].repeats, strict=False):
        if mine != its:
            break
        shared += 1
    return Reading(step_id, shared)
