"""Knows how a checklist of tests/cases/ is made ready and a tree of it evaluated, here and by node. Twin: cases.mjs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pwa.checklists.days import Dated, read_dated
from pwa.checklists.definition import read_definition
from pwa.checklists.evaluate import Here, evaluate
from pwa.checklists.filled import Filled, split_place
from pwa.checklists.language import patterns_in
from pwa.checklists.pattern import compile_pattern
from pwa.checklists.publishing import Published, publish
from pwa.checklists.values import Value, kind_of, text_of

CASES = Path(__file__).parents[1] / "cases"


def read(name: str) -> Any:
    """The cases in tests/cases/checklist_<name>.json."""
    return json.loads((CASES / f"checklist_{name}.json").read_text("utf-8"))


def step(link: str, kind: str, **more: Any) -> dict[str, Any]:
    """A step of a checklist whose id is its link too."""
    return {"id": link, "link": link, "kind": kind, "label": "", **more}


def moment(text: str) -> Dated:
    """A moment that there is."""
    found = read_dated("date_time", text)
    assert found
    return found


def published_with(checklist: object, trees: Sequence[object] = ()) -> Published:
    """A published checklist that also knows the patterns of some trees."""
    published = publish(read_definition(checklist))
    patterns = {pattern: compile_pattern(pattern) for tree in trees for pattern in patterns_in(tree)}
    return published.model_copy(update={"patterns": {**published.patterns, **patterns}})


def evaluated(filled: Filled, tree: object, at: str, repeats: Mapping[str, Sequence[str]]) -> list[object]:
    """What a tree gives at a place, each value as the tree that it is."""
    step_id, rows = split_place(at)
    own = filled.read(step_id, dict(zip(repeats[step_id], rows, strict=True))) if at else []
    standing = dict(zip(repeats[step_id], rows, strict=True)) if at else {}
    return [as_tree(value) for value in evaluate(tree, Here(filled, standing, own, []))]


def as_tree(value: Value) -> object:
    """A value as the language writes it."""
    return value if isinstance(value, str | bool) else {kind_of(value): text_of(value)}


def questions(count: int) -> dict[str, Any]:
    """Pairs of a question and what is asked when it is answered with yes, and one sum of ten."""
    steps: list[dict[str, Any]] = []
    for number in range(count // 2):
        steps.append({"id": f"q{number}", "kind": "yes_no", "label": ""})
        condition = {"answer": f"q{number}"}
        steps.append({"id": f"n{number}", "kind": "number", "label": "", "shown_when": condition})
    total = {"sum": [{"list": [{"answer": f"n{number}"} for number in range(10)]}]}
    return {
        "title": "T",
        "steps": [*steps, {"id": "sum", "kind": "number", "label": "", "calculated": total}],
    }
