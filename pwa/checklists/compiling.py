"""Knows how a compiler says no, and the small pieces that trees are put together from; knows no language but ours."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pwa.checklists.days import DatedKind, read_dated
from pwa.checklists.decimals import to_number
from pwa.checklists.language import READS
from pwa.checklists.mistakes import Mistake
from pwa.checklists.outline import Outline, Placed
from pwa.words import N_

Tree = Any
"""A tree of the language."""

NOTHING: Tree = {"nothing": []}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
MOST_WRITTEN = 20_000
"""So many characters an expression may have."""


class Refused(ValueError):
    """What an expression has and the language does not; the message names it."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params

    def mistake(self, place: str) -> Mistake:
        """How it is said."""
        return Mistake(self.message, self.params, place)


class OfARecord(Refused):
    """What only a record of the person knows, or a server that has one."""

    def __init__(self, variable: str) -> None:
        message = N_("A checklist is filled in without a record: “%(variable)s” is not known.")
        super().__init__(message, variable=variable[:60])


def unknown(what: str) -> Refused:
    """What nobody here knows."""
    return Refused(N_("“%(what)s” is not known here."), what=what[:60])


def not_of_several(what: str) -> Refused:
    """What has no sense for several answers."""
    return Refused(N_("“%(what)s” has no sense for several answers."), what=what[:60])


def unlike(left: str, right: str) -> Refused:
    """Two kinds that cannot be compared or counted together."""
    return Refused(N_("“%(left)s” and “%(right)s” do not go together."), left=left, right=right)


def not_an_expression(written: str) -> Refused:
    """What no parser reads."""
    return Refused(N_("“%(written)s” cannot be read as an expression."), written=written[:60])


def no_step(link: str) -> Refused:
    """A step that there is not."""
    return Refused(N_("There is no step “%(step)s” in the checklist."), step=link[:60])


def by_link(outline: Outline) -> Mapping[str, Placed]:
    """The steps by their name in the source."""
    return {placed.step.link: placed for placed in outline.values() if placed.step.link}


def number(value: int | str) -> Tree:
    """A number of the language."""
    return {"number": str(value)}


def number_tree(written: str) -> Tree:
    """A number as it is written in an expression or in JSON."""
    if to_number(written) is None:
        raise unknown(written)
    return {"number": written}


def dated_tree(kind: DatedKind, written: str) -> Tree:
    """A date, time or moment; one that leaves out the day or the time zone is refused."""
    stored = written
    if kind == "date_time":
        if not MOMENT.fullmatch(written):
            raise unknown(written)
        moment = datetime.fromisoformat(written).astimezone(UTC)
        stored = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if read_dated(kind, stored) is None:
        raise unknown(written)
    return {kind: stored}


def from_one(tree: Tree) -> Tree:
    """A place that was counted from 0, counted from 1."""
    if isinstance(tree, dict) and str(tree.get("number", "")).isdigit():
        return number(int(tree["number"]) + 1)
    return {"+": [tree, number(1)]}


def all_of(trees: Sequence[Tree]) -> Tree:
    """And, without what is always true."""
    parts = [part for tree in trees for part in _flat("and", tree) if part is not True]
    if any(part is False for part in parts):
        return False
    return {"and": parts} if len(parts) > 1 else parts[0] if parts else True


def any_of(trees: Sequence[Tree]) -> Tree:
    """Or, without what is never true."""
    parts = [part for tree in trees for part in _flat("or", tree) if part is not False]
    if any(part is True for part in parts):
        return True
    return {"or": parts} if len(parts) > 1 else parts[0] if parts else False


def none_of(tree: Tree) -> Tree:
    """Not."""
    if isinstance(tree, bool):
        return not tree
    if isinstance(tree, dict) and "!=" in tree:
        return {"=": tree["!="]}
    if isinstance(tree, dict) and "=" in tree:
        return {"!=": tree["="]}
    return {"not": [tree]}


def exists(tree: Tree) -> Tree:
    """Whether there is any value; known of what is written out."""
    if isinstance(tree, str | bool) or (
        isinstance(tree, dict) and not {"number", "date", "count"}.isdisjoint(tree)
    ):
        return True
    return {"exists": [tree]}


def is_reading(tree: Tree) -> bool:
    """Whether this is a step's answers as they are."""
    return isinstance(tree, dict) and next(iter(tree)) in READS


def _flat(name: str, tree: Tree) -> Sequence[Tree]:
    return tree[name] if isinstance(tree, dict) and name in tree else [tree]
