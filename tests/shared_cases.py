"""Knows how a case of tests/cases/ is read: whole documents from the little that it says. Twin: tests/worker/shared_cases.mjs.

A case says what is other: in `given`, than base.json's visit or person; in `then`, than what was given. What that makes is
`expected`; only the keys that `then` names are compared.
"""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"


def read_cases(name: str) -> list[dict[str, Any]]:
    """The cases of a change, each with its documents whole."""
    return [_whole(case) for case in json.loads((CASES / f"{name}.json").read_text("utf-8"))]


def read_base() -> dict[str, Any]:
    """What cases begin from: a visit that was planned and no more, and a person."""
    return json.loads((CASES / "base.json").read_text("utf-8"))  # type: ignore[no-any-return]


def _whole(case: dict[str, Any]) -> dict[str, Any]:
    [(kind, other)] = case["given"].items()
    given = merge(read_base()[kind], other)
    return case | {"given": given, "expected": merge(given, case["then"])}


def merge(base: Any, other: Any) -> Any:
    """The base with what is other.

    An object keeps the keys that the other does not name. A list is as long as the other says and in its order; an item
    with the id of one in the base is that one with what is other. Everything else is the other's.
    """
    if isinstance(base, dict) and isinstance(other, dict):
        return base | {key: merge(base.get(key), other[key]) for key in other}
    if isinstance(base, list) and isinstance(other, list):
        by_id = {item["id"]: item for item in base if isinstance(item, dict) and "id" in item}
        return [merge(by_id.get(item.get("id")), item) if isinstance(item, dict) else item for item in other]
    return other
