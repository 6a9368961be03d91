"""Knows the codes that a ValueSet inside of a Questionnaire lists; none is fetched from elsewhere."""

from collections.abc import Mapping
from typing import Any


def concepts(value_set: Mapping[str, Any]) -> list[dict[str, str] | None]:
    """The codes that a value set itself lists."""
    listed = [
        (str(include.get("system") or ""), concept)
        for include in value_set.get("compose", {}).get("include", [])
        for concept in include.get("concept", [])
    ]
    listed += [
        (str(each.get("system") or ""), each) for each in value_set.get("expansion", {}).get("contains", [])
    ]
    return [
        {"code": str(each["code"]), "label": str(each.get("display") or each["code"]), "system": system}
        for system, each in listed
        if each.get("code")
    ]
