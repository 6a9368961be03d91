"""Knows which expressions a row of an XLSForm's survey has, and what each becomes of its step; knows no groups, and tells nothing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from pwa.checklists.compiling import Tree, any_of, dated_tree, number, unknown
from pwa.checklists.outline import Outline
from pwa.checklists.steps import DATED, GROUPS, SILENT, TEXTS, UNCOUNTED
from pwa.checklists.xlsform import questions, xpath
from pwa.checklists.xlsform.sheets import Row

REFERENCE = re.compile(r"\$\{[^}]*\}|<output\b[^>]*/?>")
EXPRESSION = re.compile(r"\$\{|\w\s*\(|^\s*\.\.?/")


class Line(NamedTuple):
    """A row and the step that it became."""

    row: Row
    step: dict[str, Any]

    @property
    def name(self) -> str:
        return self.row["name"]


Found = Iterator[tuple[str, str, Callable[[], Any]]]
"""The column, the key of the step that it becomes, and what compiles it."""


def expressions_of(line: Line, outline: Outline, choices: Mapping[str, Sequence[Row]]) -> Found:
    row, at, kind = line.row, line.step["id"], line.step["kind"]
    if row["relevant"] and not is_given(row):
        yield "relevant", "shown_when", partial(xpath.compile_condition, _truth(row["relevant"]), outline, at)
    if row["constraint"]:
        yield "constraint", "valid_when", partial(_rule, row, outline, at)
    if row["calculation"]:
        yield "calculation", "calculated", partial(_calculated, row["calculation"], outline, at)
    if folded := {"start": "now", "today": "today"}.get(row["type"].casefold()):
        yield "type", "first", partial(dict, {folded: []})
    elif row["default"] and kind not in GROUPS:
        yield "default", "first", partial(_first, row["default"], outline, at)
    if row["choice_filter"] and "options" in line.step:
        yield "choice_filter", "options", partial(_filtered, row, line.step, outline, choices)


def _truth(written: str) -> str:
    """A cell of a spreadsheet that is true or false, as an expression."""
    return {"true": "true()", "false": "false()", "yes": "true()", "no": "false()"}.get(
        written.casefold(), written
    )


def is_given(row: Row) -> bool:
    """Whether this is the group of what the Community Health Toolkit knows of a person, which it hides by a condition on itself."""
    return row["name"] == "inputs" and "source" in row["relevant"]


def _rule(row: Row, outline: Outline, at: str) -> list[dict[str, Any]]:
    if outline[at].kind in SILENT:
        raise unknown("constraint")
    condition = xpath.compile_rule(row["constraint"], outline, at)
    return [{"condition": condition, "message": REFERENCE.sub("…", row["constraint_message"])}]


def _calculated(expression: str, outline: Outline, at: str) -> Tree:
    if outline[at].kind in (*UNCOUNTED, *GROUPS):
        raise unknown("calculation")
    return xpath.compile_calculated(expression, outline, at)


def _first(written: str, outline: Outline, at: str) -> Tree:
    """What stands there first: a value as it is written, or an expression."""
    placed = outline[at]
    if placed.kind in (*UNCOUNTED, *GROUPS):
        raise unknown("default")
    if EXPRESSION.search(written):
        return xpath.compile_calculated(written, outline, at)
    if placed.kind == "number":
        tree = xpath.compile_value(written, outline, at)
        if not (isinstance(tree, dict) and "number" in tree):
            raise unknown(written)
        return number(tree["number"])
    if placed.kind in DATED:
        return dated_tree(placed.kind, written)  # type: ignore[arg-type]  # one of DATED
    if placed.kind == "choice":
        chosen = written.split() if placed.step.most != 1 else [written]
        for each in chosen:
            if each not in [option.value for option in placed.step.options]:
                raise unknown(each)
        return chosen[0] if len(chosen) == 1 else {"list": chosen}
    if placed.kind not in TEXTS:
        raise unknown("default")
    return written


def _filtered(
    row: Row, step: Mapping[str, Any], outline: Outline, choices: Mapping[str, Sequence[Row]]
) -> list[dict[str, Any]]:
    """The options, each with when it is offered; one that stands in several rows by any of them."""
    rows = choices.get(questions.kind_of(row).chosen, [])

    def offered(value: str) -> Tree:
        return any_of(
            [
                xpath.compile_choice_filter(row["choice_filter"], outline, step["id"], each.cells)
                for each in rows
                if each["name"] == value
            ]
        )

    return [{**option, "shown_when": offered(option["value"])} for option in step["options"]]
