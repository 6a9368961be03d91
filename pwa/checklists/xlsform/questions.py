"""Knows which step a row of an XLSForm's survey is: kinds, options, limits; knows no expressions.

Source: https://xlsform.org. What a row has and no step has is refused by name.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pwa.checklists.compiling import Refused, unknown
from pwa.checklists.decimals import to_number
from pwa.checklists.xlsform.sheets import Row
from pwa.words import N_

KINDS = {
    "text": "short_text", "string": "short_text", "integer": "number", "int": "number", "decimal": "number", "range": "number",
    "date": "date", "time": "time", "datetime": "date_time", "note": "information", "image": "photo", "photo": "photo",
    "barcode": "scanned_code", "acknowledge": "choice", "trigger": "choice", "calculate": "short_text", "hidden": "short_text",
    "start": "date_time", "today": "date", "add note prompt": "information", "add text prompt": "short_text",
    "add integer prompt": "number", "add decimal prompt": "number", "add date prompt": "date", "add image prompt": "photo",
    "q string": "short_text", "q int": "number", "q decimal": "number", "q date": "date",
}  # fmt: skip
OUT_OF_SIGHT = ("calculate", "hidden", "start", "today")
NOTED = (
    "end", "deviceid", "phonenumber", "phone number", "simserial", "subscriberid", "username", "email", "audit", "imei", "start time",
    "end time", "get device id", "get phone number", "get subscriber id", "get sim id", "get start time", "get end time", "get today",
    "device id", "sim id", "subscriber id", "uri:deviceid", "set form title", "set form id", "background-audio",
)  # fmt: skip
"""What a phone would note of itself. Here it is known who answered what, when and from where, without a step."""
SELECT = re.compile(
    r"(?:add\s+|q\s+)?select[\s_]*(?P<many>one|1|multiple|all(?:\s+that\s+apply)?)?(?:\s+prompt)?(?:\s+(?:from|using))?"
    r"\s+(?P<list>\S+)(?P<other>\s+or[\s_]+(?:specify[\s_]+)?other)?",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"(?P<side>begin|end)[\s_]+(?P<what>group|repeat|lgroup|loop)\b\s*(?P<rest>.*)", re.IGNORECASE
)
LONG = ("multiline", "textarea")
TABLES = ("table-list", "table")
DRAWN = ("draw", "annotate")
YES = ("yes", "true", "true()", "ja", "1", "required")
NO = ("", "no", "false", "false()", "nej", "0", "optional")
OTHER_LABEL = ("no_label", "-")


class Kind(NamedTuple):
    """What a row is: a step of a kind, the begin or the end of a group, or what is `noted` anyway; `chosen` is a choice's list."""

    kind: str = ""
    chosen: str = ""
    is_many: bool = False
    other: bool = False
    is_end: bool = False
    noted: bool = False


def kind_of(row: Row) -> Kind:
    """What the row is. Raises Refused for a type that no step has."""
    written = " ".join(row["type"].split())
    folded = written.casefold()
    if group := GROUP.fullmatch(written):
        what = group["what"].casefold()
        if what == "loop" and group["side"].casefold() == "begin":
            raise unknown("begin loop")
        kind = "repeating_group" if what in ("repeat", "lgroup") else "group"
        return Kind(kind, is_end=group["side"].casefold() == "end")
    if folded in NOTED:
        return Kind(noted=True)
    if folded in KINDS:
        return Kind(_kind(folded, row["appearance"].casefold().split()))
    if folded.startswith(("select_one_from_file", "select_multiple_from_file", "select_one_external")):
        raise Refused(
            N_("The options are in another file, which is not fetched: %(list)s."), list=written[:60]
        )
    if select := SELECT.fullmatch(written):
        is_many = (select["many"] or "").casefold() not in ("", "one", "1")
        return Kind("choice", select["list"], is_many, bool(select["other"]))
    raise Refused(N_("No step has the type “%(type)s”."), type=written[:60])


def _kind(folded: str, looks: Sequence[str]) -> str:
    if KINDS[folded] == "photo":
        if "signature" in looks:
            return "signature"
        if drawn := set(looks) & set(DRAWN):
            raise unknown(drawn.pop())
    return "long_text" if folded in ("text", "string") and set(looks) & set(LONG) else KINDS[folded]


def step_of(
    row: Row, kind: Kind, step_id: str, link: str, choices: Mapping[str, Sequence[Row]]
) -> dict[str, Any]:
    """The step, without conditions and calculations. Raises Refused."""
    folded = row["type"].casefold().strip()
    step: dict[str, Any] = {"id": step_id, "link": link, "kind": kind.kind, "label": label_of(row["label"])}
    if help := " ".join(filter(None, (row["hint"], row["guidance_hint"]))):
        step["help"] = help
    if folded in OUT_OF_SIGHT:
        step["hidden"] = True
    if folded in ("integer", "int", "q int", "add integer prompt"):
        step["limits"] = {"decimals": 0}
    if folded == "range":
        step["limits"] = _range(row["parameters"])
    if folded in ("acknowledge", "trigger"):
        step["options"] = [{"value": "OK", "label": "OK"}]
    elif kind.kind == "choice":
        step |= {"options": _options(kind.chosen, choices), "other": kind.other}
        if kind.is_many:
            step["occurrences"] = {"least": 0}
    if kind.kind in ("group", "repeating_group"):
        step["steps"] = []
        if set(row["appearance"].casefold().split()) & set(TABLES):
            step["as_table"] = True
    return step


def label_of(written: str) -> str:
    """What is read; a form that must write something writes this where nothing is to be read."""
    return "" if written.casefold() in OTHER_LABEL else written


def _options(name: str, choices: Mapping[str, Sequence[Row]]) -> list[dict[str, str]]:
    if name not in choices:
        raise Refused(N_("There is no list “%(list)s” among the choices."), list=name[:60])
    found: dict[str, str] = {}
    for row in choices[name]:
        label = label_of(row["label"]) or row["name"]
        if found.setdefault(row["name"], label) != label:
            raise Refused(N_("The option “%(value)s” has two texts."), value=row["name"][:60])
    return [{"value": value, "label": label} for value, label in found.items() if value]


def _range(parameters: str) -> dict[str, Any]:
    said = dict(re.findall(r"(start|end|step)\s*=\s*(-?[0-9.]+)", parameters))
    if any(to_number(each) is None for each in said.values()):
        raise unknown(parameters)
    decimals = max(len(each.partition(".")[2].rstrip("0")) for each in said.values()) if said else 0
    return {"least": said.get("start", "1"), "most": said.get("end", "10"), "decimals": decimals}
