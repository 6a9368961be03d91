"""Knows which of our conditions FHIR's enableWhen can say, and how it says a value; the rest stays a tree of ours."""

from collections.abc import Mapping
from typing import Any

from pwa.checklists.outline import Outline
from pwa.checklists.steps import DATED, GROUPS, Step

OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
NAMES = {"date": "answerDate", "time": "answerTime", "date_time": "answerDateTime"}
MOST_INTEGER = 2**31 - 1

Json = dict[str, Any]


def enable_when(tree: Any, outline: Outline, links: Mapping[str, str], who: str) -> Json:
    """enableWhen and enableBehavior for a condition; nothing for one that they cannot say. `who` is the system of who did it."""
    if tree is None:
        return {}
    name, parts = "and", [tree]
    if isinstance(tree, dict) and next(iter(tree)) in ("and", "or"):
        [(name, parts)] = tree.items()
    conditions = [_condition(part, outline, links, who) for part in parts]
    if not all(conditions):
        return {}
    return {"enableWhen": conditions, "enableBehavior": "all" if name == "and" else "any"}


def _condition(tree: Any, outline: Outline, links: Mapping[str, str], who: str) -> Json | None:
    if not isinstance(tree, dict):
        return None
    [(operator, given)] = tree.items()
    if operator == "not" and isinstance(given[0], dict) and "exists" in given[0]:
        found = _exists(given[0]["exists"], outline, links)
        return found and {**found, "answerBoolean": False}
    if operator == "exists":
        return _exists(given, outline, links)
    if operator not in OPERATORS or not isinstance(given[0], dict) or "answer" not in given[0]:
        return None
    step_id = given[0]["answer"]
    value = plain_value(outline[step_id].step, given[1], who)
    return value and {"question": links[step_id], "operator": operator, **value}


def _exists(given: Any, outline: Outline, links: Mapping[str, str]) -> Json | None:
    [of] = given
    if not isinstance(of, dict) or "answer" not in of or outline[of["answer"]].kind in GROUPS:
        return None
    return {"question": links[of["answer"]], "operator": "exists", "answerBoolean": True}


def plain_value(step: Step, value: Any, who: str) -> Json | None:
    """answer[x] for a value that is written out, as an answer to this step; None for what is none."""
    if isinstance(value, bool):
        return {"answerBoolean": value} if step.kind == "yes_no" else None
    if isinstance(value, str):
        return _text(step, value, who)
    if not isinstance(value, dict):
        return None
    [(name, written)] = value.items()
    if name == "number" and step.kind == "number":
        number = float(written)
        if step.limits and step.limits.decimals == 0:
            return (
                {"answerInteger": int(number)}
                if number.is_integer() and abs(number) <= MOST_INTEGER
                else None
            )
        return {"answerDecimal": int(number) if number.is_integer() else number}
    if name in DATED and step.kind == name:
        return {NAMES[name]: written if name != "time" or written.count(":") == 2 else f"{written}:00"}
    return None


def _text(step: Step, value: str, who: str) -> Json | None:
    if step.kind == "who":
        return {"answerCoding": {"system": who, "code": value}}
    if step.kind == "choice":
        option = next((each for each in step.options if each.value == value), None)
        if option is None:
            return None
        system = {"system": option.system} if option.system else {}
        return {
            "answerCoding": {
                **system,
                "code": value.removeprefix(f"{option.system}|") if option.system else value,
            }
        }
    if step.kind in ("short_text", "long_text", "scanned_code") and value.strip():
        return {"answerString": value}
    return None
