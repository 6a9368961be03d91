"""Knows what a part of an XLSForm's expression is in our language, and XPath's ways from one type to another.

In a form a question without an answer is the empty text, and no number at all (NaN). Here it is nothing; each conversion says what
becomes of it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from pwa.checklists.compiling import NOTHING, Tree, all_of, none_of, not_of_several, number, unlike
from pwa.checklists.decimals import number_text, to_number
from pwa.checklists.outline import Outline, Placed
from pwa.checklists.steps import DATED

KINDS = {"number": "number", "yes_no": "bool", **{kind: kind for kind in DATED}}
EPOCH: Tree = {"date": "1970-01-01"}


class Part(NamedTuple):
    """A tree, and what it gives: text, number, bool, date, time or date_time.

    `is_many`: in rows, or by calculation, there may be several; `is_list`: they are the answers to one question that takes
    several, which a form writes with spaces between. `is_blank`: there may be nothing.
    """

    tree: Tree
    kind: str
    is_many: bool = False
    is_list: bool = False
    is_blank: bool = True
    placed: Placed | None = None


class Place(NamedTuple):
    """Where an expression stands: at which step; `columns` are those of a choice's row in a choice_filter."""

    outline: Outline
    links: Mapping[str, Placed]
    at: Placed
    is_rule: bool
    columns: Mapping[str, str] | None


def text(written: str) -> Part:
    """A text as it is written."""
    return Part(written, "text", is_blank=written == "")


def so(tree: Tree) -> Part:
    """Something that is true or false."""
    return Part(tree, "bool", is_blank=False)


def one(part: Part, what: str) -> Part:
    """A part that is one value at most."""
    if part.is_many or part.is_list:
        raise not_of_several(what)
    return part


def as_number(part: Part, what: str) -> Tree:
    """XPath's number(): a day is counted from 1970, true is 1, and a text is what it is written as."""
    one(part, what)
    if isinstance(part.tree, str) and part.kind == "text":
        found = to_number(part.tree.strip())
        return NOTHING if found is None else number(number_text(found))
    if part.kind == "bool":
        return {"if": [part.tree, number(1), number(0)]}
    if part.kind == "date":
        return {"-": [part.tree, EPOCH]}
    if part.kind not in ("number", "text"):
        raise unlike(what, part.kind)
    return part.tree if part.kind == "number" else {"to_number": [part.tree]}


def as_text(part: Part, what: str) -> Tree:
    """XPath's string(): nothing is the empty text, the answers to one question have spaces between."""
    if part.is_list and not part.is_many:
        return {"or_else": [{"join": [part.tree, " "]}, ""]}
    one(part, what)
    if part.kind == "date_time":
        raise unlike(what, part.kind)
    written = part.tree if part.kind == "text" else {"to_text": [part.tree]}
    return {"or_else": [written, ""]} if part.is_blank and written != "" else written


def as_truth(part: Part, what: str) -> Tree:
    """XPath's boolean(): a text with signs, a number that is not nought, any question with an answer."""
    if part.kind == "bool":
        return part.tree
    if part.kind == "number":
        tree = as_number(part, what)
        return (
            all_of([{"exists": [tree]}, {"!=": [tree, number(0)]}])
            if part.is_blank
            else {"!=": [tree, number(0)]}
        )
    if part.placed:
        return {"exists": [part.tree]}
    return none_of({"=": [as_text(part, what), ""]})


def as_date(part: Part, what: str) -> Tree:
    """A day, also one that is written as a text."""
    one(part, what)
    if part.kind in ("date", "date_time"):
        return part.tree if part.kind == "date" else {"to_day": [part.tree]}
    if part.kind != "text":
        raise unlike(what, part.kind)
    return {"to_day": [part.tree]}
